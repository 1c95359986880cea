"""An engine that has dropped captures answers as one that keeps them all, and goes on writing meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from inference.contract import (
    Answer,
    Failed,
    Generate,
    IdsPrompt,
    Loaded,
    Query,
    ReadAtlas,
    ReadAttention,
    ReadAttentionProfile,
    ReadStatistics,
    Status,
    Step,
    Stop,
)
from inference.process import EngineThread
from inference.recorder import record
from inference.sampling.settings import SamplingSettings
from models.bundle import Bundle
from tests.inference.conftest import loaded_engine
from tests.inference.event_log import EventLog
from tests.inference.observed_exports import text

LENGTH, WRITTEN = 400, range(40, 60)
BUDGET = 1 << 18
"""Bytes: some hundred rows are dropped, and what one question asks for can be held."""
QUESTIONS: tuple[tuple[type[Query], dict[str, Any]], ...] = (
    (ReadAttention, {"layer": 0, "head": 1, "start": 0, "stop": 100}),
    (ReadAttention, {"layer": 1, "head": "mean", "start": 30, "stop": 130}),
    (ReadAttentionProfile, {"position": 45}),
    (ReadAttentionProfile, {"position": 0}),
    (ReadAtlas, {"cells": 64}),
    (ReadStatistics, {"start": 0, "stop": LENGTH}),
    (ReadAtlas, {"cells": 16}),
)


@pytest.fixture
def whole(tiny_bundle: Bundle) -> Iterator[EventLog]:
    """An engine that keeps everything."""
    yield from loaded_engine(EngineThread, tiny_bundle)


@pytest.fixture
def small(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> Iterator[EventLog]:
    """An engine that drops most, and lets others in after every run."""
    monkeypatch.setattr("inference.loaded_model.capture_budget", lambda wanted: BUDGET)
    monkeypatch.setattr("inference.runtime.reading_again.SLICE_S", 0.0)
    yield from loaded_engine(EngineThread, tiny_bundle)


def read(log: EventLog, generation: int = 1, max_tokens: int = 0) -> None:
    """Read a text, some of it as if it had been written."""
    alone = tuple(position in WRITTEN for position in range(LENGTH))
    prompt = IdsPrompt(tuple(text(3, LENGTH)), alone, known=True)
    log.engine.send(Generate(generation, prompt, SamplingSettings(), 0, max_tokens))


def assert_same(one: object, other: object) -> None:
    """Two answers, bit by bit."""
    if isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other, strict=True)
        return
    assert type(one) is type(other)
    for name in (entry.name for entry in fields(one)):  # type: ignore[arg-type]
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), strict=True)


def test_every_answer_is_the_same(whole: EventLog, small: EventLog) -> None:
    for log in (whole, small):
        read(log)
        log.wait_for_stopped(1)
    status = small.wait(Status, lambda one: one.context_used == LENGTH)
    assert 100 < status.kept_from < LENGTH
    assert status.captures <= BUDGET == status.capture_budget
    for number, (kind, asked) in enumerate(QUESTIONS):
        assert_same(*(log.ask(kind(number, **asked)) for log in (whole, small)))


def test_a_recording_is_the_same(whole: EventLog, small: EventLog) -> None:
    recordings = []
    for log in (whole, small):
        read(log)
        log.wait_for_stopped(1)
        numbers = itertools.count(100)

        def ask(
            kind: type[Query], asked: dict[str, Any], log: EventLog = log, numbers: Any = numbers
        ) -> object:
            return log.ask(kind(next(numbers), **asked))

        recordings.append(record(ask, log.wait(Loaded), None))
    for name, array in recordings[0].arrays.items():
        np.testing.assert_array_equal(array, recordings[1].arrays[name], err_msg=name, strict=True)


def test_a_reply_goes_on_while_old_rows_are_computed(whole: EventLog, small: EventLog) -> None:
    read(whole, max_tokens=300)
    whole.wait_for_stopped(1)
    read(small, max_tokens=300)
    small.wait(Step)
    kind, asked = QUESTIONS[0]
    small.engine.send(kind(77, **asked))
    answer = small.wait(Answer, lambda one: one.query == 77)
    stopped = small.wait_for_stopped(1)
    assert stopped.tokens == whole.wait_for_stopped(1).tokens
    events = small.events
    asked_at = next(number for number, event in enumerate(events) if isinstance(event, Step))
    between = [event for event in events[asked_at : events.index(answer)] if isinstance(event, Step)]
    assert len(between) > 20, "twenty tokens of the hundred were written alone, and are read alone again"
    assert [step.token.id for step in small.steps(1)] == [step.token.id for step in whole.steps(1)]
    assert [step.logit for step in small.steps(1)] == [step.logit for step in whole.steps(1)]
    assert_same(answer.value, whole.ask(kind(78, **asked)))


def test_a_new_prompt_ends_what_is_not_answered_yet(small: EventLog) -> None:
    read(small, max_tokens=300)
    small.wait(Step)
    kind, asked = QUESTIONS[0]
    small.engine.send(kind(77, **asked))
    read(small, 2)
    small.wait_for_stopped(2)
    failed = small.wait(Failed, lambda one: one.query == 77)
    assert failed.case == "interrupted"
    assert small.wait_for_stopped(1).reason == "stopped"
    assert small.ask(kind(78, **asked)) is not None


def test_stopping_keeps_the_question(small: EventLog) -> None:
    read(small, max_tokens=300)
    small.wait(Step)
    kind, asked = QUESTIONS[0]
    small.engine.send(kind(77, **asked))
    small.engine.send(Stop())
    small.wait_for_stopped(1)
    outcome = small.wait(Answer | Failed, lambda one: one.query == 77)  # type: ignore[arg-type]
    # Only the run that was ended itself may have to be asked for again.
    assert isinstance(outcome, Answer) or outcome.case == "interrupted"


def test_going_back_and_on_from_another_token(whole: EventLog, small: EventLog) -> None:
    for back in (350, 200, 30):
        ids = tuple(text(3, back) + text(4, LENGTH)[back:])
        for log in (whole, small):
            log.events.clear()
            log.engine.send(Generate(back, IdsPrompt(ids, known=True), SamplingSettings(), 0, 0))
            log.wait_for_stopped(back)
        for number, (kind, asked) in enumerate(QUESTIONS, back * 10):
            assert_same(*(log.ask(kind(number, **asked)) for log in (whole, small)))
