"""Paints products as bars to both sides of a line.

Knows nothing about what is multiplied.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop import theme
from desktop.controls.fact_cells import ROW_HEIGHT, FactCells
from desktop.panels.formula.terms_model import SIGNED_ROLE

_LEAST_WIDTH = 60


class TermCells(FactCells):
    """As `FactCells`, with bars."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Room for a bar."""
        if index.data(SIGNED_ROLE) is None:
            return super().sizeHint(option, index)
        return QSize(theme.scaled(_LEAST_WIDTH), theme.scaled(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell."""
        super().paint(painter, option, index)
        share = index.data(SIGNED_ROLE)
        if share is None:
            return
        palette, area = theme.current(), QRectF(option.rect)
        middle, half = area.center().x(), area.width() / 2 - theme.SPACE
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(palette.line), 1))
        painter.drawLine(QPointF(middle, area.top()), QPointF(middle, area.bottom() + 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.accent if share > 0 else palette.cursor))
        length = half * float(share)
        bar = QRectF(min(middle, middle + length), area.top() + 6, max(abs(length), 1.0), area.height() - 12)
        painter.drawRoundedRect(bar, 2, 2)
        painter.restore()
