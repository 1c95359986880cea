"""One token in every format: its probability as a bar, its divergence, and what would have been written instead.

Knows nothing about runs; it is given rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.panels.precision.looks import format_colour, paint_sample
from inference.precision.contract import FORMAT_NAMES, FormatName

_ROW = 22
_SAMPLE, _NAME, _PERCENT, _NATS = 26, 42, 58, 92


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One format.

    Args:
        name: of it.
        probability: of the token, from 0 to 1.
        percent: the same as text.
        nats: the divergence, as text; empty for the reference.
        instead: the most probable token with its probability, where it is another than in the reference.
        said: all of it in one line.
    """

    name: FormatName
    probability: float
    percent: str
    nats: str
    instead: str
    said: str


class TokenRows(QWidget):
    """Paints a row for each format.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[TokenRow, ...] = ()
        self.setAccessibleName(self.tr("The token in every format"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.themed.connect(self.updateGeometry)
        theme.themed.connect(self.update)

    def show_rows(self, rows: Sequence[TokenRow]) -> None:
        """Show another token."""
        if tuple(rows) == self.rows:
            return
        self.rows = tuple(rows)
        self.setAccessibleDescription("; ".join(row.said for row in rows))
        self.update()

    def sizeHint(self) -> QSize:
        """A line for each format there is, so that nothing moves when more are known."""
        return QSize(300, theme.scaled(_ROW) * len(FORMAT_NAMES))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(theme.scaled(_SAMPLE + _NAME + _PERCENT + _NATS) + 40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Sample, name, bar, figures, what would have been written instead."""
        palette, painter, height = theme.current(), QPainter(self), theme.scaled(_ROW)
        sample, name, percent, nats = (theme.scaled(one) for one in (_SAMPLE, _NAME, _PERCENT, _NATS))
        left = sample + 2 * theme.SPACE + name
        rest = max(self.width() - left - percent - nats, 0)
        bars = rest * 0.4
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for index, row in enumerate(self.rows):
            area = QRectF(0, index * height, self.width(), height)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_sample(painter, QRectF(2, area.top(), sample, height), row.name)
            painter.setFont(theme.ui_font(12))
            painter.setPen(theme.colour(palette.text))
            painter.drawText(
                QRectF(sample + 2 * theme.SPACE, area.top(), name, height),
                Qt.AlignmentFlag.AlignVCenter,
                row.name,
            )
            track = QRectF(left, area.top() + height / 2 - 4, bars, 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.raised))
            painter.drawRoundedRect(track, 2, 2)
            filled = QRectF(track)
            filled.setWidth(max(track.width() * min(row.probability, 1.0), 1.5))
            painter.setBrush(format_colour(row.name))
            painter.drawRoundedRect(filled, 2, 2)
            painter.setPen(theme.colour(palette.text))
            painter.drawText(QRectF(track.right(), area.top(), percent, height), right, row.percent)
            painter.setPen(theme.colour(palette.text_soft))
            painter.drawText(QRectF(track.right() + percent, area.top(), nats, height), right, row.nats)
            if row.instead:
                room = QRectF(track.right() + percent + nats + 4 * theme.SPACE, area.top(), 0, height)
                room.setRight(self.width())
                font = theme.mono_font(12)
                painter.setFont(font)
                painter.setPen(theme.colour(palette.text))
                text = QFontMetricsF(font).elidedText(row.instead, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
