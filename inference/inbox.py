"""How commands reach an engine: a queue, and an interruption for those that end what runs.

Knows nothing about what commands do.
"""

from __future__ import annotations

import queue
from typing import Protocol, TypeAlias

from inference.contract import Command, Generate, Load, Stop, Unload
from inference.tensors.contract import FlipBit, RestoreWeights

Inbox: TypeAlias = "queue.SimpleQueue[Command | None]"
"""Commands in order; ``None`` ends the engine."""

INTERRUPTING = (Stop, Generate, Load, Unload, FlipBit, RestoreWeights)
"""Commands that end whatever runs."""


class Interruptible(Protocol):
    """What takes commands from an inbox."""

    def interrupt(self) -> None:
        """End what runs, from any thread."""

    def run(self) -> None:
        """Obey commands until ``None`` is in the inbox."""


def deliver(command: Command | None, engine: Interruptible, inbox: Inbox) -> None:
    """Put a command into an engine's inbox, interrupting what it ends; from any thread.

    In this order, because an interruption after the command was taken would hit the work it began.
    """
    if command is None or isinstance(command, INTERRUPTING):
        engine.interrupt()
    inbox.put(command)
