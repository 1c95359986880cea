"""Memory of captures in a conversation of 8,000 tokens, and that less of it changes no number."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from inference.capture_budget import DEFAULT_MIB, MIB
from inference.contract import (
    Atlas,
    AttentionRows,
    Generate,
    IdsPrompt,
    Load,
    Proved,
    Query,
    ReadAtlas,
    ReadAttention,
    ReadAttentionProfile,
    ReadStatistics,
    Statistics,
    Status,
)
from inference.process import EngineProcess
from inference.sampling.settings import SamplingSettings
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.report import keep
from tests.inference.event_log import EventLog

TOKENS, WRITTEN_EARLY = 8000, range(300, 340)
SMALLER_MIB = 128

QUESTIONS: dict[str, tuple[type[Query], dict[str, Any]]] = {
    "map, 128 oldest rows": (ReadAttention, {"layer": 3, "head": 2, "start": 0, "stop": 128}),
    "the same rows of another layer": (ReadAttention, {"layer": 27, "head": "max", "start": 0, "stop": 128}),
    "map, 40 rows that were written": (ReadAttention, {"layer": 9, "head": 0, "start": 300, "stop": 340}),
    "map, 128 newest rows": (
        ReadAttention,
        {"layer": 3, "head": 2, "start": TOKENS - 128, "stop": TOKENS},
    ),
    "profile of an old token": (ReadAttentionProfile, {"position": 2000}),
    "atlas": (ReadAtlas, {"cells": 64}),
    "statistics of 256 old tokens": (ReadStatistics, {"start": 1000, "stop": 1256}),
}
"""What is asked, by what the figures call it."""


@dataclass
class Look:
    """What an engine has said.

    Args:
        status: after reading.
        later: after all answers.
        arrays: of the answers, by question.
        times_ms: until they came.
    """

    status: Status
    later: Status
    arrays: dict[str, list[np.ndarray]] = field(default_factory=dict)
    times_ms: dict[str, float] = field(default_factory=dict)


def look(capture_mib: int | None) -> Look:
    """Read 8,000 tokens in an engine of its own, and look inside."""
    engine = EngineProcess()
    try:
        log = EventLog(engine)
        engine.send(Load(None, "cpu", capture_mib=capture_mib))
        log.wait_for_loaded()
        ids = tuple(np.random.default_rng(8).integers(1000, 20_000, TOKENS).tolist())
        alone = tuple(position in WRITTEN_EARLY for position in range(TOKENS))
        engine.send(Generate(1, IdsPrompt(ids, alone, known=True), SamplingSettings(), 0, 0))
        log.wait_for_stopped(1)
        seen = Look(*[log.wait(Status, lambda status: status.context_used == TOKENS)] * 2)
        for number, (name, (kind, fields)) in enumerate(QUESTIONS.items()):
            began = time.perf_counter()
            seen.arrays[name] = arrays_of(log.ask(kind(number, **fields)))
            seen.times_ms[name] = (time.perf_counter() - began) * 1000
        # A status comes when something runs: here, nothing.
        log.events.clear()
        engine.send(Generate(2, IdsPrompt(ids, alone, known=True), SamplingSettings(), 0, 0))
        log.wait_for_stopped(2)
        seen.later = log.wait(Status)
        return seen
    finally:
        engine.close()


def arrays_of(value: object) -> list[np.ndarray]:
    """The numbers of an answer."""
    match value:
        case AttentionRows() | Atlas():
            return [value.weights]
        case Statistics():
            return [value.logprobs, value.ranks, value.entropies]
        case np.ndarray():
            return [value]
        case _:
            raise AssertionError(value)


def prove() -> None:
    """Have the model proved and remember it, for that takes time and memory of its own."""
    engine = EngineProcess()
    try:
        log = EventLog(engine)
        engine.send(Load(None, "cpu"))
        log.wait(Proved)
    finally:
        engine.close()


@pytest.mark.benchmark
@pytest.mark.default_model
@pytest.mark.timeout(900)
def test_captures_stay_within_their_budget_and_equal() -> None:
    prove()
    quiet = wait_until_quiet()
    looks = {mib: look(mib) for mib in (4096, DEFAULT_MIB, SMALLER_MIB)}
    columns = ["8,000 tokens, default model", *(f"{mib:,} MiB" for mib in looks)]
    figures = {
        mib: {
            "captures": seen.status.captures,
            "captures_after_looking": seen.later.captures,
            "kept_from": seen.status.kept_from,
            "process": seen.status.memory,
            "times_ms": seen.times_ms,
        }
        for mib, seen in looks.items()
    }
    rows = [
        ["captures", *(f"{seen.later.captures / MIB:.0f} MiB" for seen in looks.values())],
        ["process", *(f"{seen.status.memory / MIB:.0f} MiB" for seen in looks.values())],
        ["tokens kept", *(f"{TOKENS - seen.status.kept_from:,}" for seen in looks.values())],
    ]
    keep("captures", {"quiet": quiet, "budgets": figures}, columns, rows)
    everything = looks[4096]
    assert everything.status.kept_from == 0
    for mib in (DEFAULT_MIB, SMALLER_MIB):
        seen = looks[mib]
        assert 0 < seen.status.kept_from < TOKENS
        assert seen.status.captures <= seen.later.captures <= mib * MIB
        # The process has become smaller by as much as is dropped, but for a twentieth of the whole.
        saved = everything.later.captures - seen.later.captures
        assert everything.later.memory - seen.later.memory > saved - everything.later.memory // 20
        for name, arrays in everything.arrays.items():
            for one, other in zip(arrays, seen.arrays[name], strict=True):
                np.testing.assert_array_equal(one, other, err_msg=name)
