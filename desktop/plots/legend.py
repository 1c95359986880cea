"""One line that explains the signs of the probability bars.

Knows nothing about what the bars show.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.plots.bar_painter import paint_die


class BarLegend(QWidget):
    """The signs with a word or two each; those that find no room are left out from the end.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = (
            self.tr("the model alone"),
            self.tr("after the chain"),
            self.tr("in the text"),
            self.tr("what the dice pick"),
        )
        self.setAccessibleName(self.tr("Legend"))
        self.setAccessibleDescription(", ".join(self._names))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.themed.connect(self._dress)

    def sizeHint(self) -> QSize:
        """One line of small text."""
        return QSize(theme.scaled(200), theme.scaled(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Sign, name, sign, name."""
        palette, font = theme.current(), theme.ui_font(11)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sign_width, x, middle = theme.scaled(14), 2.0, self.height() / 2
        for index, name in enumerate(self._names):
            width = QFontMetricsF(font).horizontalAdvance(name)
            if x + sign_width + theme.SPACE + width > self.width():
                break
            self._paint_sign(painter, index, QRectF(x, middle - 4.5, sign_width, 9.0))
            x += sign_width + theme.SPACE * 1.5
            painter.setFont(font)
            painter.setPen(theme.colour(palette.text_faint))
            area = QRectF(x, 0, width + 2, self.height())
            painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), name)
            x += width + theme.SPACE * 4

    def _paint_sign(self, painter: QPainter, index: int, area: QRectF) -> None:
        palette = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if index == 0:
            painter.setPen(QPen(theme.colour(palette.text, 0.8), 1.0))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 1.5, 1.5)
        elif index == 1:
            painter.setBrush(theme.colour(palette.accent, 0.85))
            painter.drawRoundedRect(area, 2.0, 2.0)
        elif index == 2:
            painter.setBrush(theme.colour(palette.cursor))
            painter.drawRoundedRect(area, 2.0, 2.0)
        else:
            centre = QPointF(area.center().x(), area.center().y())
            paint_die(painter, centre, theme.scaled(11), theme.colour(palette.accent))

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
