"""Measuring where a decode step's time goes: a second decoder with the runtime's profiler at work.

Knows nothing about commands or about who looks at the figures.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from inference.contract import OperatorTime, Profile
from inference.memory import give_back_memory
from inference.performance.profile_file import read_runs, times_of
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter
from models.anatomy.layers import bundle_places
from models.bundle import Bundle
from models.errors import VitrineError

WARM_STEPS = 2
"""Steps before those that are measured: the first of a decoder makes what the others find made."""

Tell = Callable[[int, int], None]
"""Told of units done and in all, between runs; raises to stop."""


def measure_profile(
    bundle: Bundle, provider: Provider, interrupter: Interrupter, ids: Sequence[int], tokens: int, tell: Tell
) -> Profile:
    """Read a sequence, its last tokens one by one with the profiler at work.

    Args:
        bundle: of the model.
        provider: where it runs.
        interrupter: what can end its runs.
        ids: what is read, not empty.
        tokens: steps that are measured, as far as there are so many.
        tell: of tokens read.

    Raises:
        Interrupted: it was stopped.
        VitrineError: the model cannot be opened a second time, or the profiler's file cannot be read.
    """
    tokens = max(1, min(tokens, len(ids) - 1))
    start = max(0, len(ids) - tokens - WARM_STEPS)
    tell(0, len(ids))
    with tempfile.TemporaryDirectory(prefix="vitrine-profile-") as folder:
        decoder = Decoder(bundle, provider, interrupter, profile=Path(folder))
        try:
            for done in decoder.prefill(ids[:start], 0):
                tell(done, len(ids))
            times = []
            for position in range(start, len(ids)):
                began = time.perf_counter()
                decoder.decode(ids[position], position)
                decoder.last_logits(position)
                times.append((time.perf_counter() - began) * 1000)
                tell(position + 1, len(ids))
            files = decoder.end_profiling()
            try:
                runs = [read_runs(file)[-tokens:] for file in files]
            except (OSError, ValueError, KeyError) as error:
                raise VitrineError(
                    "profile-unreadable",
                    f"What the runtime's profiler has written cannot be read ({error}).",
                    "Measure again; if it fails again, report it.",
                ) from error
        finally:
            del decoder
            give_back_memory()
    parts, kinds = [], defaultdict[str, list[OperatorTime]](list)
    for measured, places in zip(runs, bundle_places(bundle), strict=True):
        by_part, by_kind = times_of(measured, places)
        parts += by_part
        for one in by_kind:
            kinds[one.operator].append(one)
    operators = [
        OperatorTime(kind, sum(one.ms for one in found), sum(one.nodes for one in found))
        for kind, found in kinds.items()
    ]
    operators.sort(key=lambda one: -one.ms)
    within = [sum(one.ms for run in step for one in run) for step in zip(*runs, strict=True)]
    # What else the machine does lengthens a step anywhere: each step is compared with its own operators.
    between = median(max(whole - part, 0.0) for whole, part in zip(times[-tokens:], within, strict=True))
    step_ms = sum(one.ms for one in parts) + between
    return Profile(len(ids), tokens, step_ms, tuple(parts), tuple(operators))
