"""The line below the list: what is known about the chosen row, and the way to go on from it.

Knows nothing about sessions.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.plots.legend import BarLegend

LONGEST_PIECE = 16
"""Characters of a token on the button."""


class Foot(QWidget):
    """The legend of the bars, or the facts about one of them with a button.

    Args:
        parent: the widget it lies in.
    """

    go_on_asked = Signal()
    """The reply is to go on from the chosen row's token."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = ElidedLabel()
        self.facts.setProperty("look", "soft")
        self.go_on = QPushButton()
        self.go_on.setProperty("look", "link")
        self.go_on.setAccessibleName(self.tr("Go on from this token"))
        self.go_on.setCursor(Qt.CursorShape.PointingHandCursor)
        self.go_on.clicked.connect(self.go_on_asked)
        told = QWidget()
        row = QHBoxLayout(told)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.facts, 1)
        row.addWidget(self.go_on)
        self._told = told
        self._legend = BarLegend()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._legend)
        self._stack.addWidget(told)
        theme.themed.connect(self._dress)
        self._dress()

    def show_legend(self) -> None:
        """No row is chosen."""
        self._stack.setCurrentWidget(self._legend)

    def show_facts(self, facts: str, piece: str) -> None:
        """A row is chosen.

        Args:
            facts: about its token.
            piece: the token; empty where a reply cannot go on from it.
        """
        self.facts.say(facts)
        self.go_on.setVisible(bool(piece))
        if piece:
            self.go_on.setText(go_on_label(piece))
            self.go_on.setToolTip(
                self.tr("Write a variant of this reply with {piece} here (Enter); this one stays.").format(
                    piece=piece
                )
            )
        self._stack.setCurrentWidget(self._told)

    @Slot()
    def _dress(self) -> None:
        self.facts.setFont(theme.ui_font(12))
        self.go_on.setFont(theme.ui_font(12))


def go_on_label(piece: str) -> str:
    """What a button says that goes on from a token or from several."""
    shown = piece if len(piece) <= LONGEST_PIECE else piece[: LONGEST_PIECE - 1] + "…"
    return QCoreApplication.translate("Foot", "Go on with {piece}").format(piece=shown)
