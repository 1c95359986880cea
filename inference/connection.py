"""What the window holds of an engine: something to send commands to and to take events from.

Knows nothing about processes, threads or models; `inference.process` makes the real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from inference.contract import Command, Event


class EngineConnection(Protocol):
    """One engine, in a process of its own or in this one."""

    def send(self, command: Command) -> None:
        """Hand over a command; never blocks. Commands to an engine that is gone are dropped."""

    def receive(self) -> list[Event]:
        """Every event that has arrived since the last call, oldest first; never blocks."""

    def on_arrival(self, notify: Callable[[], None]) -> None:
        """Have `notify` called, from a background thread, when events arrive at an empty queue."""

    @property
    def alive(self) -> bool:
        """Whether the engine can still take commands."""

    def close(self) -> None:
        """End the engine and everything that belongs to it; returns when it has ended."""
