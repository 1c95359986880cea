"""The ranges of all formats on one logarithmic scale, and where a value stands in them.

Knows nothing about where the value is from.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal
from models.number_formats import FLOAT_FORMATS

_LOWEST, _HIGHEST = -46.0, 39.0
"""Powers of ten that the scale reaches from and to."""
_ROW = 17
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class RangeScale(QWidget):
    """A bar for each format with an exponent: solid where numbers have all their digits, faint where they lose some.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = math.nan
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Range and precision of the formats"))
        theme.themed.connect(self._restyle)

    def show_value(self, value: float) -> None:
        """Mark a value."""
        self._value = value
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.current()
        painter.setFont(theme.ui_font(11))
        metrics = QFontMetricsF(painter.font())
        digits = {one.name: self._digits(one.decimal_digits) for one in FLOAT_FORMATS}
        left = max(metrics.horizontalAdvance(one.name) for one in FLOAT_FORMATS) + 3 * theme.SPACE
        right = max(map(metrics.horizontalAdvance, digits.values())) + 3 * theme.SPACE
        room = max(self.width() - left - right, 1.0)
        row = theme.scaled(_ROW)

        def at(value: float) -> float:
            share = (math.log10(value) - _LOWEST) / (_HIGHEST - _LOWEST)
            return left + room * min(max(share, 0.0), 1.0)

        for number, one in enumerate(FLOAT_FORMATS):
            top = number * row
            painter.setPen(theme.colour(palette.text_soft))
            line = QRectF(0, top, self.width(), row)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), one.name)
            painter.drawText(
                line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), digits[one.name]
            )
            painter.setPen(Qt.PenStyle.NoPen)
            for start, stop, strength in (
                (one.smallest, one.smallest_normal, 0.25),
                (one.smallest_normal, one.largest, 0.75),
            ):
                painter.setBrush(theme.colour(palette.accent, strength))
                painter.drawRect(QRectF(at(start), top + row / 2 - 3, max(at(stop) - at(start), 1), 6))
        bottom = len(FLOAT_FORMATS) * row
        painter.setPen(theme.colour(palette.text_faint))
        for power in range(-40, 40, 10):
            place = at(10.0**power)
            text = f"10{str(power).translate(_SUPERSCRIPTS)}"
            painter.drawText(QRectF(place - 30, bottom, 60, row), int(Qt.AlignmentFlag.AlignCenter), text)
        size = abs(self._value)
        if math.isfinite(size) and size > 0:
            painter.fillRect(QRectF(at(size) - 1, 0, 2, bottom), theme.colour(palette.cursor))

    def _digits(self, digits: float) -> str:
        return self.tr("{count} digits").format(count=format_decimal(digits, 1))

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(320), theme.scaled(_ROW) * (len(FLOAT_FORMATS) + 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(160), self.sizeHint().height())

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
