"""A few tokens, the nearest first, with a bar and a number each; those that another list has too are marked.

Knows nothing about what makes them near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme

ROW = 20
"""Pixels of a row at a zoom of 1."""


@dataclass(frozen=True, slots=True)
class NearestRow:
    """One token.

    Args:
        piece: its text, with what is invisible made visible.
        share: length of its bar, from 0 to 1.
        number: what the bar says.
        common: whether the other list has it too.
    """

    piece: str
    share: float
    number: str
    common: bool


class NearestRows(QWidget):
    """Paints the rows.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[NearestRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.themed.connect(self._restyle)

    def show_rows(self, rows: Sequence[NearestRow]) -> None:
        """Show others."""
        self._rows = tuple(rows)
        in_both = self.tr("in both")
        said = [f"{row.piece} {row.number}" + (f" ({in_both})" if row.common else "") for row in self._rows]
        self.setAccessibleDescription("; ".join(said))
        self._restyle()

    @property
    def rows(self) -> tuple[NearestRow, ...]:
        """What is shown."""
        return self._rows

    def sizeHint(self) -> QSize:
        """A row each."""
        return QSize(theme.scaled(220), max(len(self._rows), 1) * theme.scaled(ROW))

    def minimumSizeHint(self) -> QSize:
        """Narrower."""
        return QSize(theme.scaled(150), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dot, piece, bar, number."""
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pieces, numbers = theme.mono_font(12), theme.ui_font(12)
        widest = (
            max((QFontMetricsF(numbers).horizontalAdvance(row.number) for row in self._rows), default=0.0) + 2
        )
        metrics, height, dot = QFontMetricsF(pieces), theme.scaled(ROW), theme.scaled(12)
        names = min(
            max((metrics.horizontalAdvance(row.piece) for row in self._rows), default=0.0) + 2,
            self.width() * 0.45,
        )
        room = QRectF(dot + names + 2 * theme.SPACE, 0, 0, 0)
        room.setRight(max(self.width() - widest - 2 * theme.SPACE, room.left()))
        across = Qt.AlignmentFlag.AlignVCenter
        for at, row in enumerate(self._rows):
            top = at * height
            ink = palette.accent if row.common else palette.text_soft
            if row.common:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour(palette.accent))
                painter.drawEllipse(QPointF(theme.scaled(4), top + height / 2), 2.5, 2.5)
            painter.setFont(pieces)
            painter.setPen(theme.colour(palette.text))
            shown = metrics.elidedText(row.piece, Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRectF(dot, top, names, height), Qt.AlignmentFlag.AlignLeft | across, shown)
            bar = QRectF(room.left(), top + height / 2 - theme.scaled(3), room.width(), theme.scaled(6))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.raised))
            painter.drawRoundedRect(bar, 2, 2)
            if row.share > 0:
                bar.setWidth(max(bar.width() * min(row.share, 1.0), 1.5))
                painter.setBrush(theme.colour(ink, 0.9))
                painter.drawRoundedRect(bar, 2, 2)
            painter.setFont(numbers)
            painter.setPen(theme.colour(palette.text_soft))
            place = QRectF(self.width() - widest, top, widest, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | across, row.number)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
