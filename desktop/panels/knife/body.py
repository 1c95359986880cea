"""What the knife panel shows: the grid of heads and blocks, and what muting them does, side by side.

Knows nothing about the session.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop import theme
from desktop.plots.change_bars import ChangeBars
from desktop.plots.head_grid import HeadGrid

WIDEST_GRID = 420
"""Pixels of the grid at most, at a zoom of 1; a wider one scrolls."""


class KnifeBody(QWidget):
    """Grid, sentence, bars, ranking.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = HeadGrid()
        self.bars = ChangeBars()
        self.told = QLabel()
        self.legend = QLabel()
        for label, look in ((self.told, "soft"), (self.legend, "faint")):
            label.setProperty("look", look)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._scroll = _scrolling(self.grid)
        self.grid.current_moved.connect(self._show_current)
        column = QWidget()
        right = QVBoxLayout(column)
        right.setContentsMargins(0, 0, theme.SPACE * 2, 0)
        right.setSpacing(theme.SPACE * 3)
        right.addWidget(self.told)
        right.addWidget(self.bars)
        right.addWidget(self.legend)
        right.addStretch(1)
        beside = _scrolling(column)
        beside.setWidgetResizable(True)
        beside.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE * 4)
        row.addWidget(self._scroll)
        row.addWidget(beside, 1)
        theme.themed.connect(self._dress)
        self._dress()

    def set_shape(self, layers: int, heads: int) -> None:
        """Say how many layers and heads a layer there are."""
        self.grid.set_shape(layers, heads)
        self._fit()

    def _fit(self) -> None:
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        wide = self.grid.sizeHint().width() + bar + theme.SPACE
        self._scroll.setFixedWidth(min(wide, theme.scaled(WIDEST_GRID)))

    @Slot(int, int)
    def _show_current(self, layer: int, column: int) -> None:
        place = self.grid.cell_rectangle(layer, column).center().toPoint()
        self._scroll.ensureVisible(place.x(), place.y())

    @Slot()
    def _dress(self) -> None:
        self.told.setFont(theme.ui_font(12))
        self.legend.setFont(theme.ui_font(11))
        self._fit()


def _scrolling(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
