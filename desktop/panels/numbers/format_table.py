"""The table of formats as a widget, whose first row's bits can be chosen.

Knows nothing about sessions.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop import theme
from desktop.controls.fitted_table import FittedTable
from desktop.panels.numbers.bit_cells import bit_at, boxes
from desktop.panels.numbers.rows import BITS_ROLE, FormatColumn

_BITS_WIDTH, _WIDTH = 290, 610
"""Pixels of the column of bits, 32 of which are told apart in it, and of the table, at least."""


class FormatTable(FittedTable):
    """Shows which bit of the stored value is chosen, and lets a person choose another.

    Args:
        parent: the widget it lies in.
    """

    bit_chosen = Signal(int)
    """A bit of the value as it is stored, from 0 for the lowest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        left_out = (FormatColumn.ABOVE, FormatColumn.BELOW)
        super().__init__(FormatColumn.BITS, _BITS_WIDTH, _WIDTH, left_out, parent)
        self._bit = -1

    def show_bit(self, bit: int) -> None:
        """Outline a bit of the first row, -1 for none."""
        if bit != self._bit:
            self._bit = bit
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the bit under the pointer too."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if self._bit < 0 or index.row() != 0 or index.column() != FormatColumn.BITS:
            return
        bit = bit_at(QRectF(self.visualRect(index)), index.data(BITS_ROLE), event.position())
        if bit is not None:
            self.bit_chosen.emit(bit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The table, and the mark around the chosen bit."""
        super().paintEvent(event)
        index = self.model().index(0, FormatColumn.BITS)
        if self._bit < 0 or not index.isValid():
            return
        found = boxes(QRectF(self.visualRect(index)), index.data(BITS_ROLE))
        if self._bit < len(found):
            painter = QPainter(self.viewport())
            painter.setPen(QPen(theme.colour(theme.current().text), 1.5))
            painter.drawRoundedRect(found[len(found) - 1 - self._bit][1].adjusted(0, 3, 0, -3), 2, 2)
            painter.end()
