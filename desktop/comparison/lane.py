"""One question in flight: a row of logits, and the place of a comparison it is about.

Knows nothing about what is made of it.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.comparison.reading_list import Place
from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import Failed, ReadLogits
from inference.sampling.distribution import FloatArray


class Lane(QObject):
    """Asks for one row after the other.

    Args:
        session: whose engine is asked.
        parent: owner.
    """

    arrived = Signal(object, object)
    """The `Place`, and its logits."""

    refused = Signal(object)
    """The engine's `Failed`."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.place: Place | None = None
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._refuse)

    def ask(self, place: Place, row: int) -> None:
        """Ask for the logits of a row."""
        self.place = place
        self._inquiry.ask(ReadLogits, position=row)

    def forget(self) -> None:
        """Want nothing any more."""
        self.place = None
        self._inquiry.forget()

    @Slot(object)
    def _take(self, logits: FloatArray) -> None:
        query, place = self._inquiry.query, self.place
        self.place = None
        if place is not None and isinstance(query, ReadLogits):
            self.arrived.emit(place, logits)

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        self.place = None
        self.refused.emit(failed)
