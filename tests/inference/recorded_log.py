"""Engines that answer from recordings, their answers beside a live engine's, and recording one.

Knows nothing about files.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from inference.connection import EngineConnection
from inference.contract import (
    Atlas,
    AttentionRows,
    IdsPrompt,
    Load,
    Query,
    ReadAtlas,
    ReadAttention,
    ReadAttentionProfile,
    ReadLogits,
    ReadStatistics,
    Statistics,
)
from inference.process import start_recorded_engine
from inference.recording import Recording
from tests.inference.event_log import EventLog

_numbers = itertools.count(10_000)


def asking(log: EventLog) -> Callable[[type[Query], dict[str, Any]], object]:
    """Puts questions to an engine, as `inference.recorder.record` wants it."""
    return lambda kind, fields: log.ask(kind(query=next(_numbers), **fields))


@contextmanager
def recorded_engine(recording: Recording) -> Iterator[EventLog]:
    """An engine with a recording, loaded."""
    engine: EngineConnection = start_recorded_engine(lambda progress: recording)
    try:
        log = EventLog(engine)
        engine.send(Load())
        log.wait_for_loaded()
        yield log
    finally:
        engine.close()


def go_to(log: EventLog, generation: int, ids: Sequence[int]) -> None:
    """Make token IDs the sequence."""
    log.generate(generation, IdsPrompt(tuple(ids)), max_tokens=0)
    assert log.wait_for_stopped(generation).reason == "length"


def largest_differences(recording: Recording, live: EventLog, recorded: EventLog) -> dict[str, float]:
    """How far the answers of an engine with a recording are from those of the live one, by question.

    Both have the recorded sequence.
    """
    outline = recording.outline
    read, tokens = outline.read, len(outline.ids)
    layers, worst = range(len(outline.layers)), {}

    def both(kind: type[Query], **fields: Any) -> tuple[Any, Any]:
        return asking(live)(kind, fields), asking(recorded)(kind, fields)

    def note(name: str, one: Any, other: Any) -> None:
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
        # Equal infinities differ by nothing.
        apart = np.where(one == other, 0.0, one.astype(np.float64) - other)
        worst[name] = max(worst.get(name, 0.0), float(np.nanmax(np.abs(apart), initial=0.0)))

    for row in range(recording.first_row, read):
        note("logits", *both(ReadLogits, position=row))
    for layer in layers:
        heads = range(outline.layers[layer].site.heads)
        for head in (*heads, "mean", "max"):
            for start in range(0, read, 100):
                rows = both(ReadAttention, layer=layer, head=head, start=start, stop=min(start + 100, read))
                assert all(isinstance(one, AttentionRows) for one in rows)
                note("attention", rows[0].weights, rows[1].weights)
    for position in (0, read // 2, read - 1):
        note("profile", *both(ReadAttentionProfile, position=position))
    for cells in (8, 24):
        atlases = both(ReadAtlas, cells=cells)
        assert all(isinstance(one, Atlas) for one in atlases)
        assert (atlases[0].tokens, atlases[0].stride) == (atlases[1].tokens, atlases[1].stride)
        note("atlas", atlases[0].weights, atlases[1].weights)
    statistics = both(ReadStatistics, start=0, stop=min(tokens, read + 1))
    assert all(isinstance(one, Statistics) for one in statistics)
    for name in ("logprobs", "ranks", "entropies"):
        note(name, *(getattr(one, name) for one in statistics))
    return worst
