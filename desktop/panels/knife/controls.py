"""The row of buttons of the knife panel: cover a word, write again, rank heads, export.

Knows nothing about what they do.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop import theme
from desktop.buttons import Segments

EVERYWHERE, HERE = "everywhere", "here"


class KnifeControls(QWidget):
    """Buttons, and where heads are muted for a ranking.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cover = self._button(
            self.tr("Cover this word"),
            self.tr("No later token sees the word at the cursor; the others keep their places."),
        )
        self.write = self._button(
            self.tr("Write again"),
            self.tr("Write this reply again with the same dice and with what is muted now."),
        )
        self.rank = self._button(
            self.tr("Rank heads"),
            self.tr("Mute each head alone and see how much that changes the chosen token."),
        )
        self.export = self._button(
            self.tr("Export"), self.tr("Copy or save the tokens or the ranking, or the picture.")
        )
        self.scope = Segments(
            self.tr("Where heads are muted for the ranking"),
            (
                (
                    EVERYWHERE,
                    self.tr("Everywhere"),
                    self.tr("At every token of the text, as muting does: exact."),
                ),
                (
                    HERE,
                    self.tr("Here only"),
                    self.tr(
                        "At this token alone, which finds what earlier ones left as it was: much faster."
                    ),
                ),
            ),
        )
        self.scope.choose(EVERYWHERE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self.cover)
        row.addWidget(self.write)
        row.addStretch(1)
        row.addWidget(self.scope)
        row.addWidget(self.rank)
        row.addWidget(self.export)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def everywhere(self) -> bool:
        """Whether heads are muted at every token."""
        return self.scope.value == EVERYWHERE

    def show_covered(self, covered: bool) -> None:
        """Say whether the word at the cursor is covered."""
        self.cover.setText(self.tr("Uncover this word") if covered else self.tr("Cover this word"))
        self.cover.setAccessibleName(self.cover.text())

    def show_ranking(self, running: bool) -> None:
        """Say whether heads are being ranked."""
        self.rank.setText(self.tr("Stop") if running else self.tr("Rank heads"))
        self.rank.setAccessibleName(self.tr("Stop ranking heads") if running else self.tr("Rank heads"))
        self.scope.setEnabled(not running)

    def _button(self, text: str, explanation: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(explanation)
        button.setAccessibleName(text)
        button.setAccessibleDescription(explanation)
        return button

    @Slot()
    def _dress(self) -> None:
        for button in (self.cover, self.write, self.rank, self.export):
            button.setFont(theme.ui_font(12))
