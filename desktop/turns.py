"""Turns of the window's thread: what wants to be refreshed says so, and one after the other has its turn.

Knows nothing about what is refreshed.

While a model writes, every panel wants to follow at the same time. Together they would hold the window up for
longer than a frame; one by one they do not, and input, text and painting come in between. Where the window
takes more of the processor than its share, what repeats is repeated less often, down to half as often.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Slot

BUDGET_MS = 4.0
"""A frame has so long for turns; a turn that is begun is finished, and the rest waits for the next frame."""

REST_MS = 8
"""From one frame with turns to the next at least."""

REPEATED_MS = 100
"""Intervals of at least this are of what repeats by itself; shorter ones are what a person waits for."""

SHARE = 0.08
"""Of a processor; beyond it, what repeats is repeated less often."""

MOST_STRAIN = 2.0
"""So many times as long as intended may an interval become."""

LOOK_S = 0.5
"""Between two looks at the share."""


class Turns(QObject):
    """Gives turns.

    Args:
        parent: owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Turn] = []
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._give)
        self._ended = 0.0
        self.strain = 1.0
        """How many times as long as intended intervals of what repeats are, 1 to `MOST_STRAIN`."""
        self._looked = (0.0, 0.0)

    def turn(self, act: Callable[[], None]) -> Turn:
        """A place among those that have turns.

        Args:
            act: what is done in a turn; takes milliseconds.
        """
        return Turn(self, act)

    def wait(self, turn: Turn) -> None:
        """Have a turn when it is due; called by the turn itself."""
        self._waiting.append(turn)
        self._plan()

    def drop(self, turn: Turn) -> None:
        """Have no turn after all; called by the turn itself."""
        if turn in self._waiting:
            self._waiting.remove(turn)
            self._plan()

    def interval(self, wanted_ms: float) -> float:
        """How long an interval is under the present strain."""
        return wanted_ms * self.strain if wanted_ms >= REPEATED_MS else wanted_ms

    def _plan(self) -> None:
        if not self._waiting:
            self._frame.stop()
            return
        due = max(min(turn.due for turn in self._waiting), self._ended + REST_MS / 1000)
        self._frame.start(max(0, round((due - time.monotonic()) * 1000)))

    @Slot()
    def _give(self) -> None:
        started = now = time.monotonic()
        self._look(now)
        # The timer counts whole milliseconds.
        for turn in sorted(self._waiting, key=lambda one: one.due):
            if turn.due > now + 0.001 or (now - started) * 1000 >= BUDGET_MS:
                break
            if turn in self._waiting:
                self._waiting.remove(turn)
                turn.act()
                now = time.monotonic()
        self._ended = now
        self._plan()

    def _look(self, now: float) -> None:
        """See how much of a processor the window takes, now and then."""
        before, spent_before = self._looked
        if now - before < LOOK_S:
            return
        spent = time.thread_time()
        self._looked = (now, spent)
        if now - before > 4 * LOOK_S:
            self.strain = 1.0  # nothing repeated for a while
        elif (spent - spent_before) / (now - before) > SHARE:
            self.strain = min(self.strain * 1.25, MOST_STRAIN)
        else:
            self.strain = max(self.strain / 1.25, 1.0)


class Turn:
    """One that has turns: waits for at most one at a time.

    Args:
        turns: that gives them.
        act: what is done.
    """

    def __init__(self, turns: Turns, act: Callable[[], None]) -> None:
        self._turns = turns
        self._act = act
        self._active = False
        self.due = 0.0
        """When, on the monotonic clock."""

    def isActive(self) -> bool:  # noqa: N802
        """Whether a turn is awaited; named as a timer's."""
        return self._active

    def start(self, interval_ms: float) -> None:
        """Have a turn in so many milliseconds, instead of the one that is awaited if there is one."""
        self.stop()
        self._active = True
        self.due = time.monotonic() + self._turns.interval(interval_ms) / 1000
        self._turns.wait(self)

    def stop(self) -> None:
        """Have no turn after all."""
        if self._active:
            self._active = False
            self._turns.drop(self)

    def act(self) -> None:
        """Have it now; called by `Turns`."""
        self._active = False
        owner = getattr(self._act, "__self__", None)
        if not isinstance(owner, QObject) or shiboken6.isValid(owner):
            self._act()
