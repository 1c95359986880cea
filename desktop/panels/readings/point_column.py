"""What a word in one sentence looks at in a layer, and what its vector behind it is near.

Knows nothing about the other sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop import theme
from desktop.panels.readings.chip_scroll import ChipScroll
from desktop.panels.readings.chips import WeightChips
from desktop.plots.nearest_rows import NearestRow, NearestRows
from inference.contract import FloatArray, Token

_GAP = 3
"""The row of the grid that parts the attention from the nearest entries."""


class PointColumn(QObject):
    """Title, attention, nearest entries; `put_beside` lays them out.

    Args:
        attention_name: of the attention, for screen readers.
        nearest_name: of the entries.
        parent: owner.
    """

    def __init__(self, attention_name: str, nearest_name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.title, self.attention_title, self.nearest_title = QLabel(), QLabel(), QLabel()
        for label, look in ((self.title, ""), (self.attention_title, "soft"), (self.nearest_title, "soft")):
            label.setProperty("look", look)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.attention, self.nearest = WeightChips(), NearestRows()
        self.attention.setAccessibleName(attention_name)
        self.nearest.setAccessibleName(nearest_name)
        self.chip_scroll = ChipScroll(self.attention)
        # Where there is no attention its place stays empty: the list does not jump from point to point.
        policy = self.chip_scroll.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.chip_scroll.setSizePolicy(policy)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What it is made of, from top to bottom."""
        return self.title, self.attention_title, self.chip_scroll, self.nearest_title, self.nearest

    def show_attention(self, title: str, tokens: Sequence[Token], weights: FloatArray) -> None:
        """Show what is looked at; without tokens the title says why nothing is."""
        self.attention_title.setText(title)
        if tokens:
            self.attention.show_weights(tokens, weights)
        self.chip_scroll.setVisible(bool(tokens))

    def show_nearest(self, title: str, rows: Sequence[NearestRow]) -> None:
        """Show other entries."""
        self.nearest_title.setText(title)
        self.nearest.show_rows(rows)

    @Slot()
    def _dress(self) -> None:
        self.title.setFont(theme.ui_font(13, QFont.Weight.DemiBold))
        self.attention_title.setFont(theme.ui_font(12))
        self.nearest_title.setFont(theme.ui_font(12))


def put_beside(columns: Sequence[PointColumn]) -> QGridLayout:
    """Lay columns out in halves, so that the parts of each begin where those of the others do."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(4 * theme.SPACE)
    grid.setVerticalSpacing(theme.SPACE)
    grid.setRowMinimumHeight(_GAP, theme.SPACE)
    for index, column in enumerate(columns):
        grid.setColumnStretch(index, 1)
        for part, row in zip(column.parts, (0, 1, 2, _GAP + 1, _GAP + 2), strict=True):
            policy = part.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            part.setSizePolicy(policy)
            grid.addWidget(part, row, index, Qt.AlignmentFlag.AlignTop)
    return grid
