"""Paints bits as little boxes: the sign, the exponent and the fraction each in a colour of their own.

Knows nothing about what the bits mean.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from desktop import theme
from desktop.controls.fact_cells import ROW_HEIGHT, FactCells
from desktop.panels.numbers.rows import BITS_ROLE

_PADDING = 2 * theme.SPACE
_GAP = 5.0
_MOST_WIDE = 16


class BitCells(FactCells):
    """As `FactCells`, with bits drawn as boxes."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Room for every bit."""
        fields = index.data(BITS_ROLE)
        if fields is None:
            return super().sizeHint(option, index)
        wide = _box_width() * sum(map(len, fields)) + _GAP * 2 + 2 * _PADDING
        return QSize(round(wide), theme.scaled(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell."""
        fields = index.data(BITS_ROLE)
        if fields is None:
            super().paint(painter, option, index)
            return
        palette = theme.current()
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.colour(palette.cursor_soft))
        painter.setFont(theme.mono_font(11))
        inks = (palette.danger, palette.cursor, palette.accent)
        for (field, box), bit in zip(boxes(area, fields), "".join(fields), strict=True):
            ink = theme.colour(inks[field])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(inks[field], 0.30 if bit == "1" else 0.08))
            painter.drawRoundedRect(box.adjusted(0.5, 4, -0.5, -4), 2, 2)
            painter.setPen(ink if bit == "1" else theme.colour(palette.text_faint))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), bit)
        painter.restore()


def boxes(area: QRectF, fields: tuple[str, str, str]) -> list[tuple[int, QRectF]]:
    """Where each bit is painted, with the number of its field; the highest bit first."""
    count = max(sum(map(len, fields)), 1)
    room = area.width() - 2 * _PADDING - 2 * _GAP
    width = min(_box_width(), room / count)
    left, found = area.left() + _PADDING, []
    for number, field in enumerate(fields):
        for _ in field:
            found.append((number, QRectF(left, area.top(), width, area.height())))
            left += width
        left += _GAP if field else 0.0
    return found


def bit_at(area: QRectF, fields: tuple[str, str, str], point: QPointF) -> int | None:
    """Which bit is at a point, from 0 for the lowest; ``None`` for none."""
    found = boxes(area, fields)
    return next((len(found) - 1 - place for place, (_, box) in enumerate(found) if box.contains(point)), None)


def _box_width() -> float:
    return QFontMetricsF(theme.mono_font(11)).horizontalAdvance("0") + 4
