"""Waiting for an engine's events without sleeping, keeping all of them.

Knows nothing about what the events mean.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from inference.connection import EngineConnection
from inference.contract import (
    Answer,
    Command,
    Event,
    Failed,
    Generate,
    Loaded,
    Prompt,
    RawPrompt,
    Step,
    Stopped,
)
from inference.sampling.settings import SamplingSettings

TIMEOUT_S = 60

_Event = TypeVar("_Event", bound=Event)


class EventLog:
    """All events of an engine.

    Args:
        engine: whose events are taken; nobody else may take them.
    """

    def __init__(self, engine: EngineConnection) -> None:
        self.engine = engine
        self.events: list[Event] = []
        self._arrived = threading.Event()
        engine.on_arrival(self._arrived.set)

    def wait(self, kind: type[_Event], condition: Callable[[_Event], bool] = lambda _: True) -> _Event:
        """The first event of a kind that fulfils a condition, past or future.

        Raises:
            AssertionError: it did not come.
        """
        looked_at = 0
        while True:
            self._arrived.clear()
            self.events += self.engine.receive()
            for event in self.events[looked_at:]:
                if isinstance(event, kind) and condition(event):
                    return event
            looked_at = len(self.events)
            assert self._arrived.wait(TIMEOUT_S), f"no {kind.__name__} came; the last: {self.events[-3:]}"

    def wait_for_loaded(self) -> Loaded:
        """`Loaded`; a failure to load fails at once."""
        outcome = self.wait(Loaded | Failed)  # type: ignore[arg-type]
        assert isinstance(outcome, Loaded), outcome
        return outcome

    def generate(
        self,
        generation: int,
        prompt: Prompt | str,
        settings: SamplingSettings | None = None,
        seed: int = 0,
        max_tokens: int | None = None,
    ) -> None:
        """Send a `Generate`."""
        asked = RawPrompt(prompt) if isinstance(prompt, str) else prompt
        chosen = settings or SamplingSettings()
        self.engine.send(Generate(generation, asked, chosen, seed, max_tokens))

    def wait_for_stopped(self, generation: int) -> Stopped:
        """The `Stopped` of a generation."""
        return self.wait(Stopped, lambda event: event.generation == generation)

    def ask(self, query: Command) -> object:
        """Send a query and take its answer's value."""
        self.engine.send(query)
        number = query.query  # type: ignore[union-attr]
        outcome = self.wait(Answer | Failed, lambda event: event.query == number)  # type: ignore[arg-type]
        assert isinstance(outcome, Answer), outcome
        return outcome.value

    def steps(self, generation: int) -> list[Step]:
        """The steps of a generation so far."""
        self.events += self.engine.receive()
        return [event for event in self.events if isinstance(event, Step) and event.generation == generation]
