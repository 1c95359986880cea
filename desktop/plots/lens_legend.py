"""One line that explains the shades and marks of the lens's grid.

Knows nothing about what the grid shows.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.plots.lens_grid import cell_shade

_BAR, _SIGN = 56, 10
"""Pixels of the bar of shades and of the square with a mark, at a zoom of 1."""


class LensLegend(QWidget):
    """A bar of shades between two percentages, and a mark with a few words; the words that find no room are left out.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shade = self.tr("probability of the most probable token")
        self._ends = self.tr("0 %"), self.tr("100 %")
        self._mark = self.tr("it is the token that follows")
        self.setAccessibleName(self.tr("Legend"))
        told = self.tr("Shade: {shade}. Mark on the left edge: {mark}.")
        self.setAccessibleDescription(told.format(shade=self._shade, mark=self._mark))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.themed.connect(self._dress)

    def sizeHint(self) -> QSize:
        """One line of small text."""
        return QSize(theme.scaled(200), theme.scaled(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Percentage, shades, percentage, what they are; mark, what it is."""
        palette, font = theme.current(), theme.ui_font(11)
        painter = QPainter(self)
        painter.setFont(font)
        x, height = 0.0, theme.scaled(_SIGN)
        top = (self.height() - height) / 2
        x = self._write(painter, x, self._ends[0])
        bar = QRectF(x, top, theme.scaled(_BAR), height)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for step in range(9):
            gradient.setColorAt(step / 8, cell_shade(step / 8))
        painter.fillRect(bar, theme.colour(palette.raised, 0.5))
        painter.fillRect(bar, gradient)
        x = self._write(painter, bar.right() + theme.SPACE * 1.5, self._ends[1])
        x = self._write(painter, x, self._shade) + theme.SPACE * 4
        words = QFontMetricsF(font).horizontalAdvance(self._mark)
        if x + height + 2 * theme.SPACE + words > self.width():
            return
        square = QRectF(x, top, height, height)
        painter.fillRect(square, cell_shade(0.25))
        painter.fillRect(QRectF(x, top, theme.SPACE - 1, height), theme.colour(palette.cursor))
        self._write(painter, square.right() + theme.SPACE * 1.5, self._mark)

    def _write(self, painter: QPainter, x: float, words: str) -> float:
        """Write from there on, as far as there is room, and say where it ends."""
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(self.width() - x, 0.0))
        painter.setPen(theme.colour(theme.current().text_faint))
        align = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip)
        width = metrics.horizontalAdvance(shown)
        painter.drawText(QRectF(x, 0, width + 2, self.height()), align, shown)
        return x + width + theme.SPACE * 1.5

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
