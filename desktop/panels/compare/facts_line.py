"""The line about the token that is pointed at, and the offer to show a reply whose token was chosen.

Knows nothing about replies beyond the letter of a column.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel


class FactsLine(QWidget):
    """Facts at the left, an offer at the right.

    Args:
        parent: the widget it lies in.
    """

    taken = Signal()
    """The offer was taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = ElidedLabel()
        self.offer = QPushButton()
        self.facts.setProperty("look", "soft")
        self.offer.setProperty("look", "link")
        self.offer.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.offer.setAccessibleName(self.tr("Show the reply of this token"))
        self.offer.hide()
        self.offer.clicked.connect(self.taken)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.facts, 1)
        row.addWidget(self.offer)
        theme.themed.connect(self._dress)
        self._dress()
        self.show_facts(())

    def show_facts(self, lines: Sequence[str]) -> None:
        """Say what is known about a token; without anything, how to get to know it."""
        hint = self.tr("Point at a token to see its probabilities and how far apart the replies are there.")
        self.facts.say(" · ".join(lines) or hint)
        self.facts.setAccessibleName(self.facts.text())

    def make_offer(self, letter: str) -> None:
        """Offer to show the reply of a column; an empty letter offers nothing."""
        self.offer.setVisible(bool(letter))
        if letter:
            said = self.tr("Show reply {letter} to look at this token").format(letter=letter)
            self.offer.setText(said)
            self.offer.setAccessibleName(said)

    @Slot()
    def _dress(self) -> None:
        self.facts.setFont(theme.ui_font(12))
        self.offer.setFont(theme.ui_font(12))
