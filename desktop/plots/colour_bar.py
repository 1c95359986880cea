"""The legend of a map of weights: a bar of its colours with numbers below.

Knows nothing about maps.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal
from desktop.plots.attention_picture import heat_colours
from desktop.plots.attention_scale import ZERO, AttentionScale

BAR_HEIGHT = 8


class ColourBar(QWidget):
    """Paints the colours of an `AttentionScale` from weight 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = AttentionScale()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Colours of the weights"))
        theme.themed.connect(self._restyle)

    def set_scale(self, scale: AttentionScale) -> None:
        """Show the numbers of another scale."""
        self._scale = scale
        self.update()

    def paint(self, painter: QPainter, width: float) -> None:
        """Paint bar and numbers from the painter's origin to the right."""
        palette = theme.current()
        painter.setFont(theme.ui_font(10))
        metrics = QFontMetricsF(painter.font())
        names = [self._name(weight) for weight in self._scale.ticks()]
        bar = QRectF(0.5, 0.5, width - 1, BAR_HEIGHT)
        colours = heat_colours(palette)[ZERO:].copy()
        image = QImage(
            colours.data, len(colours), 1, colours.nbytes, QImage.Format.Format_ARGB32_Premultiplied
        )
        painter.drawImage(bar, image, QRectF(0, 0, len(colours), 1))
        painter.setPen(QPen(theme.colour(palette.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setPen(theme.colour(palette.text_faint))
        for weight, name in zip(self._scale.ticks(), names, strict=True):
            x = bar.left() + self._scale.fraction(weight) * bar.width()
            across = metrics.horizontalAdvance(name)
            left = min(max(x - across / 2, 0.0), width - across)
            painter.drawText(QPointF(left, bar.bottom() + metrics.ascent() + 2), name)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter, self.width())
        painter.end()

    def sizeHint(self) -> QSize:
        height = QFontMetricsF(theme.ui_font(10)).height()
        return QSize(theme.scaled(120), round(BAR_HEIGHT + height + theme.SPACE))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _name(self, weight: float) -> str:
        if self._scale.logarithmic:
            return {
                1e-4: "≤10⁻⁴",
                1e-3: "10⁻³",
            }.get(weight, format_decimal(weight, max(-round(math.log10(weight)), 0)))
        return format_decimal(weight, len(f"{weight:g}".partition(".")[2]))

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
