"""The same tokens read by another decoder: how fast, how much memory, and where it would have written another token.

Knows nothing about commands or about who looks at the figures.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import psutil
from numpy.typing import NDArray

from inference.contract import ComparedRun, Difference, FloatArray
from inference.memory import give_back_memory
from inference.performance.profiling import Tell, measure_profile
from inference.reading_plan import ALONE, TOGETHER, plan
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter
from inference.sampling.chain import run_chain
from inference.sampling.draw import pick
from inference.sampling.settings import SamplingSettings
from models.bundle import Bundle

PATIENCE = 256
"""Tokens before those that count that are read alone at most, as they were; more are read at once."""

PROFILED = 4
"""Steps that are profiled after the run itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What is read, and how the first run read it.

    Args:
        ids: ``int64 [tokens]`` the sequence.
        alone: ``bool [tokens]`` which of them were read in a run of their own.
        start: position of the first token that is read alone.
        draws: for each token from `start` on the draw that chose it, NaN for none; empty to compare the most
            probable.
        settings: one for each of those tokens, or one for all.
        logits: of a row by the first run ``float32 [vocabulary]``.
    """

    ids: NDArray[np.int64]
    alone: NDArray[np.bool_]
    start: int
    draws: Sequence[float]
    settings: Sequence[SamplingSettings]
    logits: Callable[[int], FloatArray]


def compare_run(
    bundle: Bundle,
    provider: Provider,
    interrupter: Interrupter,
    reading: Reading,
    tell: Tell,
    variant: str = "",
) -> ComparedRun:
    """Read tokens by another decoder and compare.

    Args:
        bundle: of the model, maybe in another precision; its vocabulary is the same.
        provider: where it runs.
        interrupter: what can end its runs.
        reading: what is read.
        tell: of tokens read.
        variant: what to call the graphs.

    Raises:
        Interrupted: it was stopped.
        VitrineError: the model cannot be opened a second time, or the runtime failed.
    """
    ids, start, length = reading.ids.tolist(), reading.start, len(reading.ids)
    process = psutil.Process()
    give_back_memory()
    before = process.memory_info().rss
    tell(0, 2 * length)
    decoder = Decoder(bundle, provider, interrupter)
    began = time.perf_counter()
    for done in read_before(decoder, reading.ids, reading.alone[:start], start):
        tell(done, 2 * length)
    prefill_ms = (time.perf_counter() - began) * 1000
    times: list[float] = []
    found: list[Difference] = []
    largest = 0.0
    if start:
        logits, first = decoder.last_logits(start - 1), reading.logits(start - 1)
        largest = float(np.max(np.abs(logits - first)))
        found += _differences(reading, start - 1, logits, first)
    for position in range(start, length):
        began = time.perf_counter()
        decoder.decode(ids[position], position)
        logits = decoder.last_logits(position)
        times.append((time.perf_counter() - began) * 1000)
        first = reading.logits(position)
        largest = max(largest, float(np.max(np.abs(logits - first))))
        found += _differences(reading, position, logits, first)
        tell(position + 1, 2 * length)
    grown = process.memory_info().rss - before
    cache, captures = decoder.cache.bytes_per_position * length, decoder.capture_bytes_per_position * length
    bus = decoder.bus_bytes_per_step
    del decoder
    give_back_memory()
    profile = measure_profile(
        bundle, provider, interrupter, ids, PROFILED, lambda done, total: tell(length + done, 2 * length)
    )
    return ComparedRun(
        provider=provider.choice,
        variant=variant,
        precision=bundle.facts.precision_label,
        start=start,
        prefill_ms=prefill_ms,
        step_ms=np.asarray(times, np.float32),
        weights=bundle.facts.report.weight_bytes,
        cache=cache,
        captures=captures,
        grown=max(grown, 0),
        bus_bytes=bus,
        profile=profile,
        drawn=bool(reading.draws),
        differs=found[0] if found else None,
        different=len(found),
        logits_delta=largest,
    )


def read_before(
    decoder: Decoder, sequence: NDArray[np.int64], alone: NDArray[np.bool_], start: int
) -> Iterator[int]:
    """Read what comes before the first token that counts, as it was read, where that does not take too long.

    Kernels for one token round differently from those for several, and that is no difference between two runs.

    Args:
        decoder: reads.
        sequence: ``int64 [tokens]``, what comes before and maybe more.
        alone: ``bool [start]`` which of them were read in a run of their own.
        start: position of the first token that counts.

    Yields:
        How many tokens are read.
    """
    ids = sequence[:start].tolist()
    wanted = np.where(alone, ALONE, TOGETHER).astype(np.int8)
    if np.count_nonzero(wanted == ALONE) > PATIENCE:
        wanted[:] = TOGETHER
    for run in plan(wanted, 0, decoder.capacity, decoder.in_parts):
        if run.alone:
            for position in range(run.start, run.stop):
                decoder.decode(ids[position], position)
                yield position + 1
            continue
        part = ids[run.start : run.stop]
        for done in decoder.prefill(part * 2 if run.beside else part, run.start):
            yield min(run.start + done, run.stop)


def _differences(
    reading: Reading, position: int, logits: FloatArray, first: FloatArray
) -> Iterator[Difference]:
    """Whether the row at a position would have chosen another token for the next."""
    ids, at = reading.ids, position + 1 - reading.start
    if not reading.draws:
        token, other = int(first.argmax()), int(logits.argmax())
    else:
        # The draw of a token belongs to the row before it.
        if position + 1 >= len(ids) or at >= len(reading.draws) or math.isnan(reading.draws[at]):
            return
        settings = reading.settings[at if len(reading.settings) > 1 else 0]
        token = int(ids[position + 1])
        other = pick(run_chain(logits, ids[: position + 1], settings), reading.draws[at])
    if other != token:
        yield Difference(position + 1, token, other, float(logits[other] - logits[token]))
