"""Talking to an engine from a program that waits: one question at a time, failures raised.

Knows nothing about what is done with the steps.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from inference.connection import EngineConnection
from inference.contract import (
    EngineLost,
    Event,
    Failed,
    Generate,
    Load,
    Loaded,
    Progress,
    Prompted,
    Step,
    Stop,
    Stopped,
)
from models.errors import VitrineError

WAIT_S = 0.1
"""How soon a request to stop is noticed; a wait without end could not be interrupted on every platform."""


class EngineClient:
    """Waits for what an engine answers.

    Args:
        engine: nobody else takes its events; closed by `close`.
        progress: told how long tasks advance.
    """

    def __init__(self, engine: EngineConnection, progress: Callable[[Progress], None]) -> None:
        self._engine = engine
        self._progress = progress
        self._arrived = threading.Event()
        self._stop_wanted = False
        engine.on_arrival(self._arrived.set)

    def load(self, model: str | None, provider: str = "auto", variant: str = "") -> Loaded:
        """Load a model and wait until it is ready; arguments as in `Load`.

        Raises:
            VitrineError: it cannot be loaded.
        """
        self._engine.send(Load(model, provider, variant))
        for event in self._events():
            if isinstance(event, Loaded):
                return event
            if isinstance(event, Failed):
                raise VitrineError(event.case, event.what, event.remedy)
        raise AssertionError("an engine's events have no end")

    def generate(self, command: Generate) -> Iterator[Prompted | Step | Stopped]:
        """Have a prompt continued, until its `Stopped`.

        Raises:
            VitrineError: it failed.
        """
        self._engine.send(command)
        failure: Failed | None = None
        for event in self._events():
            if isinstance(event, Failed) and event.generation == command.generation:
                failure = event
            elif isinstance(event, Prompted | Step | Stopped) and event.generation == command.generation:
                if failure is not None and isinstance(event, Stopped):
                    raise VitrineError(failure.case, failure.what, failure.remedy)
                yield event
                if isinstance(event, Stopped):
                    return

    @contextmanager
    def stopping_on_interrupt(self) -> Iterator[None]:
        """Within it, Ctrl+C stops what the engine writes instead of raising; a second one raises."""

        def stop(number: int, frame: FrameType | None) -> None:
            # Only a flag: a signal may arrive while this thread holds any of the locks that sending takes.
            self._stop_wanted = True
            signal.signal(signal.SIGINT, before)

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def close(self) -> None:
        """End the engine."""
        self._engine.close()

    def _events(self) -> Iterator[Event]:
        """Every event but progress, for ever.

        Raises:
            VitrineError: the engine is gone.
        """
        while True:
            if self._stop_wanted:
                self._stop_wanted = False
                self._engine.send(Stop())
            self._arrived.wait(WAIT_S)
            self._arrived.clear()
            for event in self._engine.receive():
                if isinstance(event, EngineLost):
                    raise VitrineError(
                        "engine-lost",
                        f"The engine ended unexpectedly (exit code {event.exit_code}).",
                        "Try again; if it happens again, report it.",
                    )
                if isinstance(event, Progress):
                    self._progress(event)
                else:
                    yield event
