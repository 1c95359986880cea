"""Reads a reply again in a number format, beside the model that is loaded, and compares it with FP32.

Knows nothing about who asks. At most one model is open beside the loaded one, and the head of the reference, whose
final hidden states are kept from one format to the next: logits of both are made a few rows at a time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.loaded_model import LoadedModel
from inference.memory import give_back_memory, has_room_for
from inference.performance.comparing import read_before
from inference.precision.contract import MOST_ALONE, REFERENCE, FormatName, FormatRun, ReplayReply
from inference.precision.distance import Distances, distances
from inference.runtime.decoder import LOGITS_ROWS, Decoder
from inference.runtime.head import Head
from inference.runtime.providers import Provider, cpu_because
from inference.runtime.session import Interrupter
from inference.sampling.distribution import FloatArray, check_logits
from models.bundle import Bundle
from models.errors import VitrineError
from models.number_formats import FLOAT_FORMATS
from models.recast.recast import recast, recast_bytes

Tell = Callable[[int, int], None]

PRECISIONS: dict[str, FormatName] = {"fp32": "FP32", "fp16": "FP16", "int8": "INT8"}
"""What bundles that were built here keep their weights in."""


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceRun:
    """What the reference made of a reply.

    Args:
        ids: bytes of the sequence that was read.
        start: first position that counts.
        hidden: ``[tokens, width]`` final hidden states, of the row before each token.
        base: in which the numbers are the best that there are.
        numbers: as of `FormatRun`.
    """

    ids: bytes
    start: int
    hidden: NDArray[Any]
    base: Bundle
    numbers: str


class Replaying:
    """Reads one reply in one format.

    Args:
        model: that is loaded; it keeps the `ReferenceRun`.
        base: gives the bundle with the best numbers there are, and what they are called.
        interrupter: what can end runs.
        tell: of units done and in all, between runs; raises to stop.
    """

    def __init__(
        self,
        model: LoadedModel,
        base: Callable[[], tuple[Bundle, str]],
        interrupter: Interrupter,
        tell: Tell,
    ) -> None:
        self._model = model
        self._base = base
        self._interrupter = interrupter
        self._tell = tell
        self._done = self._total = 0

    def replay(self, query: ReplayReply) -> FormatRun:
        """Read it.

        Raises:
            Interrupted: it was stopped.
            VitrineError: it cannot be had in that format, or there is no room for it.
        """
        sequence = self._model.sequence
        start, stop = query.start, query.stop
        # The newest token need not be read: it only has to be predicted.
        if not 1 <= start < stop <= len(sequence):
            raise VitrineError(
                "position-not-read",
                f"There is nothing to read again from position {start} to {stop}; the model has "
                f"{len(sequence):,} tokens.",
                "Have a reply written first.",
            )
        ids = sequence.ids[:stop].copy()
        self._done, self._total = 0, stop
        known = self._model.reference
        if known is None or (known.ids, known.start) != (ids.tobytes(), start):
            self._model.reference = known = None
        if query.format != REFERENCE and known is None:
            self._total += stop
            self._run(REFERENCE, ids, start)
        return self._run(query.format, ids, start)

    def _run(self, name: FormatName, ids: NDArray[np.int64], start: int) -> FormatRun:
        model, known = self._model, self._model.reference
        self._advance(0)
        base, numbers = self._base() if known is None else (known.base, known.numbers)
        with tempfile.TemporaryDirectory(prefix="vitrine-format-") as folder:
            if name == "FP16" and _runs_half(model):
                # The loaded bundle itself, on a device with operators for the format.
                bundle, provider, emulated = model.bundle, replace(model.provider, weights={}), False
                weights, own = bundle.facts.report.weight_bytes, True
                self._check_room(name, weights * 5 // 4)
            else:
                self._check_room(name, recast_bytes(base, name))
                made = recast(base, name, Path(folder))
                bundle, weights, own = made.bundle, made.weight_bytes, made.own and name == REFERENCE
                provider = replace(_processor(model.provider), weights=made.weights)
                emulated = name in ("FP16", "BF16")
                del made
            try:
                found, times, hidden = self._read(bundle, provider, ids, start, alone=not emulated)
            finally:
                give_back_memory()
        if name == REFERENCE:
            model.reference = ReferenceRun(ids.tobytes(), start, hidden, base, numbers)
        built = PRECISIONS.get(model.facts.precision) if model.facts.untouched is None else None
        return FormatRun(
            format=name,
            start=start,
            emulated=emulated,
            in_use=own if built is None else built == name,
            device=provider.choice.device,
            numbers=numbers,
            weights=weights,
            cache=_cache_bytes(model, name, emulated) * len(ids),
            step_ms=times,
            logprobs=found.logprobs,
            ranks=found.ranks,
            divergence=found.divergence,
            top=found.top,
            top_logprobs=found.top_logprobs,
        )

    def _read(
        self, bundle: Bundle, provider: Provider, ids: NDArray[np.int64], start: int, *, alone: bool
    ) -> tuple[Distances, NDArray[np.float32], NDArray[Any]]:
        """Read all tokens; the last of them only has to be predicted.

        Returns:
            By token that counts; how long those took that were read alone; final hidden states.
        """
        model, known = self._model, self._model.reference
        decoder = Decoder(bundle, provider, self._interrupter, capture=False, context=model.sequence.capacity)
        head = None if known is None else self._reference_head(known.base)
        last = len(ids) - 1
        began = self._done
        for done in read_before(decoder, ids, model.sequence.alone[:start], start):
            self._advance(began + done)
        found: list[Distances] = []
        times: list[float] = []

        def compare(first: int, logits: FloatArray) -> None:
            stop = first + len(logits)
            check_logits(logits, decoder.vocabulary)
            reference = (
                None
                if head is None or known is None
                else head.several(known.hidden[first - start + 1 : stop - start + 1])
            )
            found.append(distances(logits, ids[first + 1 : stop + 1], reference))

        compare(start - 1, decoder.last_logits(start - 1)[None])
        position = start
        while alone and position < min(last, start + MOST_ALONE):
            clock = time.perf_counter()
            decoder.decode(int(ids[position]), position)
            logits = decoder.last_logits(position)
            times.append((time.perf_counter() - clock) * 1000)
            compare(position, logits[None])
            position += 1
            self._advance(began + position)
        for first, stop in self._read_rest(decoder, ids, position, last):
            for row in range(first, stop, LOGITS_ROWS):
                for at, logits in decoder.logits(row, min(row + LOGITS_ROWS, stop)):
                    compare(at, logits)
            self._advance(began + stop)
        self._advance(began + len(ids))
        hidden = decoder.hidden[start - 1 : last].copy()
        return Distances.joined(found), np.asarray(times, np.float32), hidden

    def _reference_head(self, base: Bundle) -> Head:
        with tempfile.TemporaryDirectory(prefix="vitrine-format-") as folder:
            made = recast(base, REFERENCE, Path(folder), head_only=True)
            processor = replace(_processor(self._model.provider), weights=made.weights)
            return Head(made.bundle, processor, self._interrupter)

    def _read_rest(
        self, decoder: Decoder, ids: NDArray[np.int64], position: int, last: int
    ) -> Iterator[tuple[int, int]]:
        """Read up to the last token; yields the rows that are there after each run."""
        read = position
        for done in decoder.prefill(ids[position:last].tolist(), position) if position < last else ():
            yield read, position + done
            read = position + done

    def _advance(self, done: int) -> None:
        self._done = done
        self._tell(done, self._total)

    def _check_room(self, name: str, needed: int) -> None:
        if not has_room_for(needed):
            raise VitrineError(
                "memory-short",
                f"To read the reply in {name} the model is opened a second time, and there is no room for "
                f"{needed >> 20:,} MiB.",
                "Close other programs, or choose a smaller model.",
            )


def _runs_half(model: LoadedModel) -> bool:
    """Whether the model runs in 16 bits on a device that has operators for that."""
    return model.provider.own_memory and model.facts.precision == "fp16"


def _processor(present: Provider) -> Provider:
    return present if present.choice.name == "CPU" else cpu_because("compared")


def _cache_bytes(model: LoadedModel, name: str, emulated: bool) -> int:
    """Of one position: in the format where it is one that is computed in, otherwise in 32 bits."""
    bits = next((one.memory_bits for one in FLOAT_FORMATS if one.name == name), 32)
    return (
        sum(
            2 * one.heads * one.size if one.part == "both" else one.heads * one.size
            for one in model.facts.wiring.caches
        )
        * bits
        // 8
    )
