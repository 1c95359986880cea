"""Waiting for an engine: events of one question, failures raised, an engine that is lost.

Knows nothing about real engines: this one answers every command with what it was given.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.commands.engine_client import EngineClient
from inference.contract import (
    Command,
    EngineLost,
    Event,
    Failed,
    Generate,
    Progress,
    Prompted,
    RawPrompt,
    Stopped,
)
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError

STOPPED = Stopped(1, "failed", 0, 0, 0.0, 0.0, 0.0)
GENERATE = Generate(1, RawPrompt("x"), SamplingSettings(), 0)


class AnsweringEngine:
    """Answers the first command with the given events, all at once.

    Args:
        events: the answer.
    """

    def __init__(self, *events: Event) -> None:
        self.commands: list[Command] = []
        self.closed = False
        self._answer = list(events)
        self._events: list[Event] = []

    def send(self, command: Command) -> None:
        self.commands.append(command)
        self._events, self._answer = self._events + self._answer, []

    def receive(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    def on_arrival(self, notify: Callable[[], None]) -> None:
        notify()

    @property
    def alive(self) -> bool:
        return not self.closed

    def close(self) -> None:
        self.closed = True


def ignore(progress: Progress) -> None:
    pass


def test_a_model_that_cannot_be_loaded_raises_what_the_engine_says() -> None:
    client = EngineClient(AnsweringEngine(Failed("no-such-file", "It is gone.", "Look.")), ignore)
    with pytest.raises(VitrineError, match=r"It is gone\. Look\.") as caught:
        client.load("gone.gguf")
    assert caught.value.case == "no-such-file"


def test_a_failed_generation_raises_when_it_has_stopped() -> None:
    failed = Failed("empty-prompt", "There is nothing.", "Type.", generation=1)
    client = EngineClient(AnsweringEngine(Prompted(1, (), 0), failed, STOPPED), ignore)
    events = client.generate(GENERATE)
    assert isinstance(next(events), Prompted)
    with pytest.raises(VitrineError, match="There is nothing"):
        next(events)


def test_events_of_other_generations_are_not_for_this_one() -> None:
    other = Stopped(2, "end", 0, 0, 0.0, 0.0, 0.0)
    mine = Stopped(1, "end", 0, 0, 0.0, 0.0, 0.0)
    client = EngineClient(AnsweringEngine(other, mine), ignore)
    assert list(client.generate(GENERATE)) == [mine]


def test_an_engine_that_ends_is_told() -> None:
    client = EngineClient(AnsweringEngine(EngineLost(-9)), ignore)
    with pytest.raises(VitrineError, match=r"exit code -9") as caught:
        client.load(None)
    assert caught.value.case == "engine-lost"


def test_progress_is_passed_on() -> None:
    told: list[Progress] = []
    half = Progress("prefill", 1, 2)
    client = EngineClient(AnsweringEngine(half, Stopped(1, "end", 0, 0, 0.0, 0.0, 0.0)), told.append)
    list(client.generate(GENERATE))
    assert told == [half]


def test_closing_ends_the_engine() -> None:
    engine = AnsweringEngine()
    EngineClient(engine, ignore).close()
    assert engine.closed
