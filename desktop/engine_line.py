"""The window's line to its engine: sends commands, takes events at most once a frame, routes answers.

Knows nothing about what commands and events mean to the window.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inference.connection import EngineConnection
from inference.contract import Answer, Command, EngineLost, Event, Failed, Query, Step

if TYPE_CHECKING:
    from desktop.inquiry import Inquiry

FRAME_MS = 16
"""At most this often does the window take events and repaint."""

WRITING_MS = 50
"""The same while tokens arrive: fast enough to be read along, and every frame more would take processor time from the
model that writes."""


class EngineLine(QObject):
    """One engine at a time, its events in batches, and its answers to those who asked.

    Args:
        take: called in the window's thread with each batch of events that are no answers, oldest first.
        parent: owner.
    """

    _arrived = Signal()

    def __init__(self, take: Callable[[list[Event]], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._take = take
        self._engine: EngineConnection | None = None
        self._queries = 0
        self._waiting: dict[int, weakref.ref[Inquiry]] = {}
        self._taken_at = 0.0
        self._interval_ms = FRAME_MS
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.timeout.connect(self.take_events)
        # Arrivals are told in the engine's thread: the connection to a slot of this object queues them here.
        self._arrived.connect(self._schedule)

    @property
    def connected(self) -> bool:
        """Whether there is an engine, alive or not."""
        return self._engine is not None

    def connect_to(self, engine: EngineConnection) -> None:
        """Talk to this engine from now on; it is closed with the line."""
        self._engine = engine
        engine.on_arrival(self._arrived.emit)
        self._schedule()

    def send(self, command: Command) -> None:
        """Hand a command to the engine; dropped where there is none."""
        if self._engine is not None:
            self._engine.send(command)

    def ask(self, inquiry: Inquiry, kind: type[Query], fields: dict[str, Any]) -> Query:
        """Number and send a query; its answer goes to `inquiry`."""
        self._queries += 1
        query = kind(query=self._queries, **fields)
        self._waiting[query.query] = weakref.ref(inquiry)
        self.send(query)
        return query

    def close(self) -> None:
        """End the engine; returns when it has ended."""
        self._frame.stop()
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()
        self._lose_queries()

    @Slot()
    def _schedule(self) -> None:
        if not self._frame.isActive():
            since = (time.monotonic() - self._taken_at) * 1000
            self._frame.start(max(0, min(self._interval_ms, round(self._interval_ms - since))))

    @Slot()
    def take_events(self) -> None:
        """Take what has arrived now, instead of at the next frame."""
        if self._engine is None:
            return
        self._taken_at = time.monotonic()
        batch: list[Event] = []
        events = self._engine.receive()
        self._interval_ms = WRITING_MS if any(isinstance(event, Step) for event in events) else FRAME_MS
        for event in events:
            if isinstance(event, Answer):
                self._flush(batch)
                self._deliver(event.query, event.value)
            elif isinstance(event, Failed) and event.query is not None:
                self._flush(batch)
                self._deliver(event.query, event)
            else:
                batch.append(event)
                if isinstance(event, EngineLost):
                    self._lose_queries()
        self._flush(batch)

    def _flush(self, batch: list[Event]) -> None:
        # What came before an answer is known before it is delivered, so that an answer finds its tokens.
        if batch:
            events = batch.copy()
            batch.clear()
            self._take(events)

    def _deliver(self, query: int, value: object) -> None:
        reference = self._waiting.pop(query, None)
        inquiry = reference() if reference is not None else None
        if inquiry is not None and shiboken6.isValid(inquiry):
            inquiry.deliver(value)

    def _lose_queries(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for reference in waiting.values():
            inquiry = reference()
            if inquiry is not None and shiboken6.isValid(inquiry):
                inquiry.lose()
