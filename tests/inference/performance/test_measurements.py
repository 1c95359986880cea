"""Measurements asked for through the engine, with the tiny model: what they say, and that they can be stopped."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.contract import (
    Answer,
    ComparedRun,
    CompareRun,
    Costs,
    Failed,
    Generate,
    IdsPrompt,
    Load,
    MachineLimits,
    Profile,
    Progress,
    Query,
    ReadCost,
    ReadMachineLimits,
    ReadProfile,
    Step,
    Stop,
    Stopped,
)
from inference.performance import machine_limits, measurements, memory_bandwidth
from inference.process import EngineThread
from inference.sampling.settings import SamplingSettings
from models.bundle import Bundle
from tests.inference.conftest import loaded_engine
from tests.inference.event_log import EventLog
from tests.inference.observed_exports import OBSERVED
from tests.models.tiny_export import write_tiny_export

PROMPT = tuple(range(3, 23))
ANSWERED: Any = Answer | Failed


@pytest.fixture(autouse=True)
def short_measurements(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rounds tell as much here, and nothing is known from another test."""
    monkeypatch.setattr(memory_bandwidth, "ROUNDS", 2)
    monkeypatch.setattr(machine_limits, "ROUNDS", 2)
    monkeypatch.setattr(machine_limits, "PRODUCTS", 2)
    monkeypatch.setattr(measurements, "_known_limits", {})


@pytest.fixture
def log(tiny_bundle: Bundle) -> Iterator[EventLog]:
    """An engine in a thread with the tiny model loaded."""
    yield from loaded_engine(EngineThread, tiny_bundle)


def reply(log: EventLog, count: int = 12) -> list[Step]:
    """Have a reply written."""
    log.engine.send(Generate(1, IdsPrompt(PROMPT), SamplingSettings(), 7, max_tokens=count))
    log.wait(Stopped)
    return [event for event in log.events if isinstance(event, Step)]


def ask(log: EventLog, query: Query) -> object:
    """The answer, or the failure in its place."""
    log.engine.send(query)
    found = log.wait(ANSWERED, lambda event: event.query == query.query)
    return found.value if isinstance(found, Answer) else found


def test_a_step_says_where_its_time_went(log: EventLog) -> None:
    """Parts add up to the whole; the first token comes out of reading the prompt, and nothing was captured for it."""
    steps = reply(log)

    assert steps[0].capture_ms == 0
    for step in steps:
        whole = step.model_ms + step.sampling_ms + step.capture_ms
        assert step.total_ms == pytest.approx(whole)
        assert step.model_ms > 0
        assert step.sampling_ms > 0
    assert all(step.capture_ms > 0 for step in steps[1:])


def test_costs_are_those_of_the_graphs(log: EventLog) -> None:
    """Counted by hand in the tests of `models.anatomy.cost`; here by layer and part."""
    costs = ask(log, ReadCost(5, 10))

    assert isinstance(costs, Costs)
    assert costs.unknown == 0
    down = [part for part in costs.parts if part.part == "down projection"]
    assert [(part.layer, part.flops, part.nodes) for part in down] == [
        (0, 2 * 64 * 128, 1),
        (1, 2 * 64 * 128, 1),
    ]
    assert costs.flops == sum(part.flops for part in costs.parts)
    assert costs.cache_bytes == 2 * 11 * 2 * 2 * 16 * 4


def test_a_profile_has_every_part_of_every_layer(log: EventLog) -> None:
    """The same parts that cost something, and every operator; told on the way."""
    reply(log)
    costs = ask(log, ReadCost(5, 10))
    profile = ask(log, ReadProfile(6, tokens=4))

    assert isinstance(profile, Profile)
    assert isinstance(costs, Costs)
    assert [(one.layer, one.part) for one in profile.parts] == [(one.layer, one.part) for one in costs.parts]
    assert all(one.ms > 0 for one in profile.parts)
    assert sum(one.nodes for one in profile.operators) == sum(one.nodes for one in costs.parts)
    assert profile.step_ms >= profile.operators_ms
    assert (profile.total, profile.tokens) == (len(PROMPT) + 11, 4)
    told = [event for event in log.events if isinstance(event, Progress) and event.task == "profile"]
    assert [told[0].done, told[-1].done] == [0, profile.total]


def test_an_observed_export_is_profiled_too(tmp_path: Path) -> None:
    """Its names say nothing, and the runtime fuses some of its operators: layers are found all the same."""
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(write_tiny_export(tmp_path, OBSERVED["decomposed, unfamiliar names"])), "cpu"))
        log.wait_for_loaded()
        reply(log, 6)
        profile = ask(log, ReadProfile(6, tokens=3))
    finally:
        engine.close()

    assert isinstance(profile, Profile)
    named = {(one.layer, one.part) for one in profile.parts}
    for layer in (0, 1):
        for part in ("attention norm", "attention", "output projection", "activation", "down projection"):
            assert (layer, part) in named
    assert (None, "head") in named
    other = sum(one.ms for one in profile.parts if one.part == "other")
    assert other < profile.operators_ms


def test_the_limits_of_the_machine_are_measured_once(log: EventLog) -> None:
    """Asked again, the same figures come back; measured anew, they only become better."""
    first = ask(log, ReadMachineLimits(5))
    again = ask(log, ReadMachineLimits(6))
    anew = ask(log, ReadMachineLimits(7, again=True))

    assert isinstance(first, MachineLimits)
    assert first == again
    assert isinstance(anew, MachineLimits)
    assert anew.read_bytes_per_s >= first.read_bytes_per_s
    assert anew.flops_per_s >= first.flops_per_s
    assert 1e8 < first.read_bytes_per_s < 1e13
    assert 1e8 < first.flops_per_s < 1e15
    assert first.int8_ops_per_s is None or first.int8_ops_per_s > 1e8
    assert first.array_bytes >= 256 << 20


def test_the_same_run_again_is_the_same(log: EventLog) -> None:
    """With the draws of the reply, and with fewer threads: not a digit differs, and nothing goes over a bus."""
    steps = reply(log)
    draws = tuple(step.draw for step in steps)
    run = ask(log, CompareRun(5, len(PROMPT), threads=1, draws=draws, settings=(steps[0].settings,)))

    assert isinstance(run, ComparedRun)
    assert run.provider.threads == 1
    assert (run.drawn, run.differs, run.different, run.logits_delta) == (True, None, 0, 0.0)
    assert len(run.step_ms) == 11  # the last token was not read yet
    assert (run.step_ms > 0).all()
    assert run.bus_bytes == 0
    assert run.profile.parts


def test_another_precision_is_another_run(
    tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In 32 bits the logits differ, and where the most probable token does, by how much is said."""
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(tiny_file), "cpu"))
        log.wait_for_loaded()
        reply(log, 40)
        run = ask(log, CompareRun(5, len(PROMPT), variant="fp32"))
    finally:
        engine.close()

    assert isinstance(run, ComparedRun)
    assert (run.variant, run.drawn) == ("fp32", False)
    assert 0 < run.logits_delta < 1
    assert (run.differs is None) == (run.different == 0)
    if run.differs is not None:
        assert run.differs.gap > 0
        assert run.differs.token != run.differs.other


def test_what_no_draw_chose_is_not_compared(log: EventLog) -> None:
    """A token that a person chose has no draw."""
    steps = reply(log)
    nothing = (math.nan,) * len(steps)
    run = ask(log, CompareRun(5, len(PROMPT), draws=nothing, settings=(SamplingSettings(),)))

    assert isinstance(run, ComparedRun)
    assert run.different == 0


@pytest.mark.parametrize(
    ("query", "case"),
    [
        (ReadProfile(5), "nothing-read"),
        (CompareRun(5, 0), "nothing-read"),
    ],
)
def test_there_has_to_be_something_to_measure_with(log: EventLog, query: Query, case: str) -> None:
    """And the engine works on."""
    failed = ask(log, query)

    assert isinstance(failed, Failed)
    assert failed.case == case
    assert reply(log)


def test_a_place_beyond_the_sequence_is_refused(log: EventLog) -> None:
    """With the number of tokens that there are."""
    reply(log)
    failed = ask(log, CompareRun(5, 1000))

    assert isinstance(failed, Failed)
    assert "1000" in failed.what
    assert "31" in failed.what


def test_no_room_for_a_second_model_is_said(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is opened."""
    reply(log)
    monkeypatch.setattr(measurements, "has_room_for", lambda needed: False)
    failed = ask(log, ReadProfile(5))

    assert isinstance(failed, Failed)
    assert failed.case == "memory-short"


def test_stopping_ends_a_measurement(engine_log: EventLog) -> None:
    """Its question fails as interrupted, and the next is answered."""
    engine_log.engine.send(Generate(1, IdsPrompt(PROMPT * 60), SamplingSettings(), 7, max_tokens=2))
    engine_log.wait(Stopped)
    engine_log.engine.send(ReadProfile(5))
    engine_log.wait(Progress, lambda event: event.task == "profile")
    engine_log.engine.send(Stop())
    found = engine_log.wait(ANSWERED, lambda event: event.query == 5)

    assert isinstance(found, Failed)
    assert found.case == "interrupted"
    assert isinstance(ask(engine_log, ReadCost(6, 10)), Costs)


def test_a_reply_comes_before_a_measurement(engine_log: EventLog) -> None:
    """What is asked while it is written waits for it."""
    engine_log.engine.send(Generate(1, IdsPrompt(PROMPT), SamplingSettings(), 7, max_tokens=30))
    engine_log.wait(Step)
    engine_log.engine.send(ReadProfile(5, tokens=2))
    engine_log.wait(ANSWERED, lambda event: event.query == 5)
    kinds = [type(event) for event in engine_log.events if isinstance(event, Step | Stopped | Answer)]

    assert kinds.index(Stopped) < kinds.index(Answer)
    assert kinds.count(Step) == 30


@pytest.mark.default_model
def test_the_default_model() -> None:
    """All three measurements of the model that everybody has: 30 layers, bytes as computed from its sizes."""
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(None, "cpu"))
        log.wait_for_loaded()
        reply(log, 16)
        costs = ask(log, ReadCost(5, 100))
        profile = ask(log, ReadProfile(6, tokens=3))
        run = ask(log, CompareRun(7, len(PROMPT)))
    finally:
        engine.close()

    assert isinstance(costs, Costs)
    assert isinstance(profile, Profile)
    assert isinstance(run, ComparedRun)
    products = 30 * (960 * 576 + 576 * 576 + 3072 * 576 + 576 * 1536) + 49152 * 576
    read = sum(part.weight_bytes for part in costs.parts if "projection" in part.part or part.part == "head")
    assert read == products * 9 // 8
    assert costs.cache_bytes == 30 * 2 * 101 * 3 * 64 * 4
    assert {part.layer for part in profile.parts} == {None, *range(30)}
    assert run.logits_delta == 0.0
    assert float(np.median(run.step_ms)) > 0
