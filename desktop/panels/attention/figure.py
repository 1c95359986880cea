"""The map as a picture of its own: what it shows above it, its colours below it.

Knows nothing about files.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop import theme
from desktop.plots.attention_map import AttentionMap
from desktop.plots.colour_bar import ColourBar


class AttentionFigure(QWidget):
    """Never on the screen; drawn when a picture is saved.

    Args:
        chart: the map, as it is on the screen.
        legend: its colours.
        parent: owner.
    """

    def __init__(self, chart: AttentionMap, legend: ColourBar, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.setAccessibleName(self.tr("Attention map"))
        self._chart = chart
        self._legend = legend
        self._title = ""
        self._facts = ""

    def compose(self, title: str, facts: str) -> None:
        """Take the map's present size, and what is written above it.

        Args:
            title: which head it is.
            facts: model and proof.
        """
        self._title, self._facts = title, facts
        head, foot = self._margins()
        chart = self._chart.drawn_size()
        self.resize(chart.width() + 4 * theme.SPACE, chart.height() + head + foot)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette, space = theme.current(), theme.SPACE
        head, foot = self._margins()
        painter.setFont(theme.ui_font(14))
        baseline = 2 * space + QFontMetricsF(painter.font()).ascent()
        painter.setPen(theme.colour(palette.text))
        painter.drawText(QPointF(4 * space, baseline), self._title)
        painter.setFont(theme.ui_font(11))
        baseline += QFontMetricsF(painter.font()).height() + space
        painter.setPen(theme.colour(palette.text_soft))
        painter.drawText(QPointF(4 * space, baseline), self._facts)
        painter.save()
        painter.translate(2 * space, head)
        self._chart.paint(painter)
        painter.restore()
        width = min(theme.scaled(280), self.width() - 8 * space)
        painter.translate(self.width() - width - 4 * space, self.height() - foot + theme.SPACE)
        self._legend.paint(painter, width)
        painter.end()

    @staticmethod
    def _margins() -> tuple[int, int]:
        """Pixels above and below the map."""
        return theme.scaled(56), theme.scaled(36)
