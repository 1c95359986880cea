"""A check box drawn by the theme as a small switch.

Knows nothing about what it switches.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop import theme

_WIDTH = 26
_HEIGHT = 14


class Switch(QCheckBox):
    """On or off, with words beside it.

    Args:
        text: the words.
        parent: the widget it lies in.
    """

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self.update)
        theme.themed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """The switch, a gap and the words."""
        metrics = QFontMetrics(theme.ui_font(12))
        width = theme.scaled(_WIDTH) + 2 * theme.SPACE + metrics.horizontalAdvance(self.text()) + 4
        return QSize(width, max(theme.scaled(_HEIGHT) + 6, metrics.height() + 4))

    def minimumSizeHint(self) -> QSize:
        """As small as it can be read."""
        return self.sizeHint()

    def hitButton(self, point: QPoint) -> bool:  # noqa: N802
        """All of it can be clicked."""
        return self.rect().contains(point)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, knob, words, focus ring."""
        palette, on = theme.current(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = theme.scaled(_WIDTH), theme.scaled(_HEIGHT)
        track = QRectF(1.5, (self.height() - height) / 2, width, height)
        painter.setPen(QPen(theme.colour(palette.accent), 1.0) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.accent if on else palette.line))
        painter.drawRoundedRect(track, height / 2, height / 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = track.adjusted(-1.5, -1.5, 1.5, 1.5)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        radius = height / 2 - 2
        x = track.right() - 2 - radius if on else track.left() + 2 + radius
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.on_accent if on else palette.text_soft))
        painter.drawEllipse(QPointF(x, track.center().y()), radius, radius)
        painter.setFont(theme.ui_font(12))
        painter.setPen(theme.colour(palette.text_soft))
        words = QRectF(track.right() + 2 * theme.SPACE, 0, self.width() - track.right(), self.height())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, int(flags), self.text())
