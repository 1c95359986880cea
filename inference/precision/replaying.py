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
from inference.runtime.decoder import Decoder
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


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A model in a format, and what is told of it; as of `FormatRun`."""

    name: FormatName
    bundle: Bundle
    provider: Provider
    weight_bytes: int
    emulated: bool
    in_use: bool


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
            VitrineError: it cannot be had in that format, or there is no room for it. Whoever asked gives back memory
                once either is forgotten: until then it holds on to the model that was made.
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
        if query.format == REFERENCE or (known and (known.ids, known.start) != (ids.tobytes(), start)):
            self._model.reference = known = None
        if query.format != REFERENCE and known is None:
            self._total += stop
            self._run(REFERENCE, ids, start)
            give_back_memory()
        found = self._run(query.format, ids, start)
        give_back_memory()
        return found

    def _run(self, name: FormatName, ids: NDArray[np.int64], start: int) -> FormatRun:
        model, known = self._model, self._model.reference
        self._rest()
        base, numbers = self._base() if known is None else (known.base, known.numbers)
        with tempfile.TemporaryDirectory(prefix="vitrine-format-") as folder:
            made = self._made(name, base, Path(folder))
            found, times, hidden = self._read(made, ids, start)
        if name == REFERENCE:
            model.reference = ReferenceRun(ids.tobytes(), start, hidden, base, numbers)
        return FormatRun(
            format=name,
            start=start,
            emulated=made.emulated,
            in_use=made.in_use,
            device=made.provider.choice.device,
            numbers=numbers,
            weights=made.weight_bytes,
            cache=_cache_bytes(model, name) * len(ids),
            step_ms=times,
            logprobs=found.logprobs,
            ranks=found.ranks,
            divergence=found.divergence,
            top=found.top,
            top_logprobs=found.top_logprobs,
        )

    def _made(self, name: FormatName, base: Bundle, folder: Path) -> _Made:
        """The model in a format.

        Raises:
            Interrupted: it was stopped.
            VitrineError: it cannot be had in that format, or there is no room for it.
        """
        model = self._model
        if name == "FP16" and model.provider.own_memory and model.facts.precision == "fp16":
            # The loaded bundle itself, on a device with operators for the format.
            weights = model.facts.report.weight_bytes
            self._check_room(name, weights * 5 // 4)
            return _Made(name, model.bundle, replace(model.provider, weights={}), weights, False, True)
        self._check_room(name, recast_bytes(base, name))
        made = recast(base, name, folder, self._rest)
        provider = replace(_processor(model.provider), weights=made.weights)
        built = PRECISIONS.get(model.facts.precision) if model.facts.untouched is None else None
        # An export runs as it is: in FP32 where that is what it is made of.
        in_use = (made.own and name == REFERENCE) if built is None else built == name
        return _Made(name, made.bundle, provider, made.weight_bytes, name in ("FP16", "BF16"), in_use)

    def _read(
        self, made: _Made, ids: NDArray[np.int64], start: int
    ) -> tuple[Distances, NDArray[np.float32], NDArray[Any]]:
        """Read all tokens; the last of them only has to be predicted.

        Returns:
            By token that counts; how long those took that were read alone; final hidden states.
        """
        model, known = self._model, self._model.reference
        decoder = Decoder(
            made.bundle, made.provider, self._interrupter, capture=False, context=model.sequence.capacity
        )
        head = None if known is None else self._reference_head(known.base)
        last, began = len(ids) - 1, self._done
        for done in read_before(decoder, ids, model.sequence.alone[:start], start):
            self._advance(began + done)
        found: list[Distances] = []
        times: list[float] = []

        def compare(first: int, logits: FloatArray) -> None:
            stop = first + len(logits)
            self._check(made.name, logits)
            reference = None
            if head is not None and known is not None:
                reference = head.several(known.hidden[first - start + 1 : stop - start + 1])
            found.append(distances(logits, ids[first + 1 : stop + 1], reference))

        compare(start - 1, decoder.last_logits(start - 1)[None])
        position = start
        # An emulation's time tells nothing, and what it rounds to hides how many tokens were read at once.
        while not made.emulated and position < min(last, start + MOST_ALONE):
            clock = time.perf_counter()
            decoder.decode(int(ids[position]), position)
            logits = decoder.last_logits(position)
            times.append((time.perf_counter() - clock) * 1000)
            compare(position, logits[None])
            position += 1
            self._advance(began + position)
        for first, stop in _read_rest(decoder, ids, position, last):
            for at, rows in decoder.logits(first, stop):
                compare(at, rows)
            self._advance(began + stop)
        self._advance(began + len(ids))
        hidden = decoder.hidden[start - 1 : last].copy()
        return Distances.joined(found), np.asarray(times, np.float32), hidden

    def _check(self, name: FormatName, logits: FloatArray) -> None:
        try:
            check_logits(logits, self._model.facts.vocabulary)
        except VitrineError as error:
            if name == REFERENCE:
                raise
            raise VitrineError(
                error.case,
                f"In {name} numbers leave what the format can hold: {error.what}",
                "The other formats tell what this one would have.",
            ) from error

    def _reference_head(self, base: Bundle) -> Head:
        with tempfile.TemporaryDirectory(prefix="vitrine-format-") as folder:
            made = recast(base, REFERENCE, Path(folder), self._rest, head_only=True)
            processor = replace(_processor(self._model.provider), weights=made.weights)
            return Head(made.bundle, processor, self._interrupter)

    def _advance(self, done: int) -> None:
        self._done = done
        self._tell(done, self._total)

    def _rest(self) -> None:
        """Let others in while a model is made."""
        self._advance(self._done)

    def _check_room(self, name: str, needed: int) -> None:
        if not has_room_for(needed):
            raise VitrineError(
                "memory-short",
                f"To read the reply in {name} the model is opened a second time, and there is no room for "
                f"{needed >> 20:,} MiB.",
                "Close other programs, or choose a smaller model.",
            )


def _read_rest(
    decoder: Decoder, ids: NDArray[np.int64], position: int, last: int
) -> Iterator[tuple[int, int]]:
    """Read up to the last token; yields the rows that are there after each run: the first, and one past the last."""
    if position >= last:
        return
    read = position
    for done in decoder.prefill(ids[position:last].tolist(), position):
        yield read, position + done
        read = position + done


def _processor(present: Provider) -> Provider:
    return present if present.choice.name == "CPU" else cpu_because("compared")


def _cache_bytes(model: LoadedModel, name: str) -> int:
    """Of one position: in the format where it is one that is computed in, otherwise in 32 bits."""
    bits = next((one.memory_bits for one in FLOAT_FORMATS if one.name == name), 32)
    caches = model.facts.wiring.caches
    return sum((1 + (one.part == "both")) * one.heads * one.size for one in caches) * bits // 8
