"""What a word in one sentence looks at in a layer, and what its vector behind it is near.

Knows nothing about the other sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop import theme
from desktop.panels.readings.chips import WeightChips
from desktop.plots.nearest_rows import NearestRow, NearestRows
from inference.contract import FloatArray, Token


class PointColumn(QWidget):
    """Title, attention, nearest entries.

    Args:
        attention_name: of the attention, for screen readers.
        nearest_name: of the entries.
        parent: the widget it lies in.
    """

    def __init__(self, attention_name: str, nearest_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.attention_title, self.nearest_title = QLabel(), QLabel(), QLabel()
        for label, look in ((self.title, ""), (self.attention_title, "soft"), (self.nearest_title, "soft")):
            label.setProperty("look", look)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.attention, self.nearest = WeightChips(), NearestRows()
        self.attention.setAccessibleName(attention_name)
        self.nearest.setAccessibleName(nearest_name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.title)
        column.addWidget(self.attention_title)
        column.addWidget(self.attention)
        column.addSpacing(2 * theme.SPACE)
        column.addWidget(self.nearest_title)
        column.addWidget(self.nearest)
        column.addStretch(1)
        theme.themed.connect(self._dress)
        self._dress()

    def show_attention(self, title: str, tokens: Sequence[Token], weights: FloatArray) -> None:
        """Show what is looked at; without tokens the title says why nothing is."""
        self.attention_title.setText(title)
        self.attention.show_weights(tokens, weights)
        self.attention.setVisible(bool(tokens))

    def show_nearest(self, title: str, rows: Sequence[NearestRow]) -> None:
        """Show other entries."""
        self.nearest_title.setText(title)
        self.nearest.show_rows(rows)

    @Slot()
    def _dress(self) -> None:
        self.title.setFont(theme.ui_font(13, QFont.Weight.DemiBold))
        self.attention_title.setFont(theme.ui_font(12))
        self.nearest_title.setFont(theme.ui_font(12))
