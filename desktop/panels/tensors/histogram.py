"""The distribution of a tensor's values as bars, with the extremes below.

Knows nothing about where they come from.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_count, format_exact
from desktop.controls.plain_tooltip import plain_tooltip
from inference.tensors.contract import TensorStatistics

_FOOT = 18


class Histogram(QWidget):
    """Bars whose heights grow with the logarithm of the counts, so that rare values are seen.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._statistics: TensorStatistics | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Distribution of the values"))
        theme.themed.connect(self._restyle)

    def show_statistics(self, statistics: TensorStatistics | None) -> None:
        """Show another distribution, or the same further on."""
        self._statistics = statistics
        self.setAccessibleDescription(self._described())
        self.update()

    def _described(self) -> str:
        found = self._statistics
        if found is None or not found.counts.any():
            return ""
        peak = int(found.counts.argmax())
        return self.tr("most values lie between {low} and {high}").format(
            low=format_exact(float(found.edges[peak]), 3), high=format_exact(float(found.edges[peak + 1]), 3)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, found = theme.current(), self._statistics
        foot = theme.scaled(_FOOT)
        room = QRectF(self.rect()).adjusted(0, theme.SPACE, 0, -foot)
        painter.fillRect(QRectF(room.left(), room.bottom(), room.width(), 1), theme.colour(palette.line))
        if found is None or not found.counts.any():
            return
        highest = math.log1p(float(found.counts.max()))
        width = room.width() / len(found.counts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.accent, 0.85))
        for place, count in enumerate(found.counts.tolist()):
            if count:
                height = max(room.height() * math.log1p(count) / highest, 1.5)
                left = room.left() + place * width
                painter.drawRect(QRectF(left + 0.5, room.bottom() - height, max(width - 1.0, 0.5), height))
        low, high = float(found.edges[0]), float(found.edges[-1])
        painter.setFont(theme.ui_font(11))
        if low < 0 < high:
            zero = room.left() + room.width() * (0 - low) / (high - low)
            painter.fillRect(QRectF(zero, room.top(), 1, room.height()), theme.colour(palette.cursor))
            painter.setPen(theme.colour(palette.cursor))
            painter.drawText(
                QRectF(zero - 20, room.bottom() + 2, 40, foot - 2), int(Qt.AlignmentFlag.AlignHCenter), "0"
            )
        painter.setPen(theme.colour(palette.text_soft))
        below = QRectF(room.left(), room.bottom() + 2, room.width(), foot - 2)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), format_exact(low, 3))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), format_exact(high, 3))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._statistics
        if found is None or not self.width():
            return
        place = min(
            max(int(event.position().x() / self.width() * len(found.counts)), 0), len(found.counts) - 1
        )
        said = self.tr("{count} values from {low} to {high}").format(
            count=format_count(int(found.counts[place])),
            low=format_exact(float(found.edges[place]), 3),
            high=format_exact(float(found.edges[place + 1]), 3),
        )
        self.setToolTip(plain_tooltip(said))

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(240), theme.scaled(120))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(120), theme.scaled(64))

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
