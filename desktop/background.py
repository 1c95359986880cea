"""Things that take long done one after another in a thread of their own, and told in the window's.

Knows nothing about what is done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from inference.process import BackgroundCall
from models.errors import VitrineError

T = TypeVar("T")


class Background(QObject):
    """A queue of work.

    Args:
        name: of its threads.
        parent: owner.
    """

    failed = Signal(object)
    """The `VitrineError` of something that came to nothing."""
    idle = Signal()
    """Everything that was asked for is done, or has failed."""
    _done = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._waiting: deque[tuple[Callable[[], Any], Callable[[Any], None]]] = deque()
        self._running: tuple[BackgroundCall[Any], Callable[[Any], None]] | None = None
        # Told in the other thread: the connection to a slot of this object queues it here.
        self._done.connect(self._take)

    @property
    def busy(self) -> bool:
        """Whether something runs or waits."""
        return self._running is not None or bool(self._waiting)

    def run(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do something when everything before it is done.

        Args:
            work: called in another thread.
            then: called in this one with what `work` returned, unless that raised.
        """
        self._waiting.append((work, then))
        self._start()

    def close(self) -> None:
        """Do everything that was asked for, and wait for it."""
        while self._running is not None:
            self._finish()
            self._start()

    def _start(self) -> None:
        if self._running is None and self._waiting:
            work, then = self._waiting.popleft()
            self._running = BackgroundCall(work, self._done.emit, self._name), then

    @Slot()
    def _take(self) -> None:
        # What was waited for in `close` is told once more when the loop comes to it.
        if self._running is None:
            return
        try:
            self._finish()
        finally:
            self._start()
            if not self.busy:
                self.idle.emit()

    def _finish(self) -> None:
        assert self._running is not None
        call, then = self._running
        self._running = None
        try:
            value = call.result()
        except VitrineError as error:
            self.failed.emit(error)
        else:
            then(value)
