"""Keeps the small maps of all heads fresh: a few times a second while the model writes, once when it stops.

Knows nothing about how they are painted.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import Atlas, ReadAtlas

INTERVAL_MS = 1000
"""Milliseconds from one question to the next at least."""


class AtlasReader(QObject):
    """Asks for the atlas when it is out of date.

    Args:
        session: whose sequence is read.
        parent: owner.
    """

    arrived = Signal(object)
    """An `Atlas`."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: tuple[int, int, int] = (-1, 0, 0)
        self._asked: tuple[int, int, int] = (-1, 0, 0)
        self._pause = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._pause.timeout.connect(self._ask)
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)

    def want(self, rows: int, cells: int) -> None:
        """Say what the atlas should show; it is asked for unless it is shown already.

        Args:
            rows: positions to show; 0 stops asking.
            cells: rows and columns of each small map at most.
        """
        self._wanted = (self._session.epoch, rows, cells)
        if not rows:
            self._pause.stop()
        elif not self._pause.isActive():
            self._ask()

    def forget(self) -> None:
        """Drop what is being asked: it is about another sequence."""
        self._inquiry.forget()

    @Slot()
    def _ask(self) -> None:
        if self._wanted == self._asked or not self._wanted[1] or self._inquiry.pending:
            return
        self._asked = self._wanted
        self._inquiry.ask(ReadAtlas, cells=self._wanted[2])
        self._pause.start()

    @Slot(object)
    def _take(self, atlas: Atlas) -> None:
        self.arrived.emit(atlas)
        if not self._pause.isActive():
            self._ask()
