"""Reads how probable the model thinks the tokens of a prompt are, piece by piece, while nothing is written.

Knows nothing about who shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from inference.contract import ReadStatistics, Statistics

if TYPE_CHECKING:
    from desktop.session import Session

TOKENS_PER_READ = 128
"""Tokens asked for at a time: the engine is free in between."""


class PromptStatistics(QObject):
    """Fills the current sequence.

    Args:
        session: whose sequence.
    """

    learnt = Signal(int, int)
    """Numbers became known from a position to one past another."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)

    def read(self) -> None:
        """Ask for the first numbers that are not known."""
        unknown = self._session.conversation.sequence.first_unknown()
        if unknown is not None and not self._session.busy:
            start, stop = unknown
            self._inquiry.ask(ReadStatistics, start=start, stop=min(stop, start + TOKENS_PER_READ))

    @Slot(object)
    def _take(self, statistics: Statistics) -> None:
        sequence = self._session.conversation.sequence
        before = sequence.first_unknown()
        sequence.learn(statistics)
        self.learnt.emit(statistics.start, min(statistics.stop, len(sequence)))
        # An engine that does not know either is not asked again.
        if sequence.first_unknown() != before:
            self.read()
