"""Paints one row of a list of probability bars, and the line above the rows.

Knows nothing about scrolling, keys or where rows come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from desktop import theme
from desktop.controls.numbers import format_percent
from desktop.plots.bar_columns import BarColumns, Column
from desktop.plots.bar_rows import Bar
from desktop.plots.bar_words import format_logit, format_rank

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class BarEmphasis:
    """What singles a row out.

    Args:
        chosen: the token that stands in the text.
        dice: the token that the draw picks now.
        current: the keyboard's row.
        hovered: the pointer's row.
    """

    chosen: bool = False
    dice: bool = False
    current: bool = False
    hovered: bool = False


@dataclass(frozen=True, slots=True)
class BarHeadings:
    """What stands above the columns, in the window's language."""

    rank: str
    id: str
    piece: str
    logit: str
    before: str
    after: str


class BarPainter:
    """Paints rows with the palette and fonts in force when it was made."""

    def __init__(self) -> None:
        self.palette = theme.current()
        self.numbers = theme.ui_font(13)
        self.small = theme.ui_font(11)
        self.pieces = theme.mono_font(13)
        self.bold_pieces = theme.mono_font(13, QFont.Weight.Bold)
        self._piece_metrics = QFontMetricsF(self.pieces)

    def paint_headings(
        self, painter: QPainter, columns: BarColumns, top: float, height: float, headings: BarHeadings
    ) -> None:
        """The names of the columns and the scale of the bars.

        Args:
            painter: paints.
            columns: where.
            top: upper edge.
            height: of the line.
            headings: the names.
        """
        painter.setFont(self.small)
        painter.setPen(self._colour(self.palette.text_faint))
        self._write(painter, columns.rank, top, height, headings.rank, _RIGHT)
        self._write(painter, columns.id, top, height, headings.id, _RIGHT)
        self._write(painter, columns.piece, top, height, headings.piece, _LEFT)
        self._write(painter, columns.logit, top, height, headings.logit, _RIGHT)
        self._write(painter, columns.before, top, height, headings.before, _RIGHT)
        self._write(painter, columns.after, top, height, headings.after, _RIGHT)
        bar = columns.bar
        self._write(painter, bar, top, height, "0", _LEFT)
        self._write(painter, bar, top, height, "100 %", _RIGHT)
        if bar.width > theme.scaled(110):
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
            self._write(painter, bar, top, height, "50 %", flags)

    def paint_grid(self, painter: QPainter, columns: BarColumns, top: float, bottom: float) -> None:
        """Hairlines at 0, 25, 50, 75 and 100 %, behind the rows."""
        for quarter in range(5):
            colour = self._colour(self.palette.line, 1.0 if quarter in (0, 4) else 0.55)
            x = round(columns.bar.left + columns.bar.width * quarter / 4)
            painter.fillRect(QRectF(x, top, 1, bottom - top), colour)

    def paint_row(
        self, painter: QPainter, columns: BarColumns, row: QRectF, bar: Bar, emphasis: BarEmphasis
    ) -> None:
        """One token.

        Args:
            painter: paints.
            columns: where.
            row: the whole row.
            bar: the token.
            emphasis: what singles it out.
        """
        self._paint_ground(painter, row, emphasis)
        top, height = row.top(), row.height()
        painter.setFont(self.numbers)
        painter.setPen(self._colour(self.palette.text_faint))
        self._write(painter, columns.rank, top, height, format_rank(bar.rank), _RIGHT)
        self._write(painter, columns.id, top, height, str(bar.id), _RIGHT)
        if bar.removed_by is None:
            painter.setPen(self._colour(self.palette.text_soft))
        if bar.logit is not None:
            self._write(painter, columns.logit, top, height, format_logit(bar.logit), _RIGHT)
        self._write(painter, columns.before, top, height, format_percent(bar.before), _RIGHT)
        if bar.removed_by is not None:
            painter.setFont(self.small)
            painter.setPen(self._colour(self.palette.text_faint))
            self._write(painter, columns.after, top, height, bar.removed_by, _RIGHT)
        elif bar.after is not None:
            painter.setPen(self._colour(self.palette.text))
            self._write(painter, columns.after, top, height, format_percent(bar.after) + " %", _RIGHT)
        self._paint_piece(painter, columns.piece, row, bar, emphasis)
        self._paint_bar(painter, columns.bar, row, bar)
        if emphasis.dice:
            size = min(columns.mark.width, height) - theme.scaled(6)
            centre = QPointF(columns.mark.left + columns.mark.width / 2 + 1, row.center().y())
            paint_die(painter, centre, size, self._colour(self.palette.accent))

    def _paint_ground(self, painter: QPainter, row: QRectF, emphasis: BarEmphasis) -> None:
        ground: QColor | None = None
        if emphasis.chosen:
            ground = self._colour(self.palette.cursor_soft)
        elif emphasis.dice:
            ground = self._colour(self.palette.accent_soft)
        elif emphasis.hovered:
            ground = self._colour(self.palette.raised)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = theme.SPACE
        if ground is not None:
            painter.setBrush(ground)
            painter.drawRoundedRect(row, radius, radius)
        if emphasis.current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._colour(self.palette.accent), 1.0))
            painter.drawRoundedRect(row.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_piece(
        self, painter: QPainter, column: Column, row: QRectF, bar: Bar, emphasis: BarEmphasis
    ) -> None:
        ink = self.palette.text
        if emphasis.chosen:
            ink = self.palette.cursor
        elif emphasis.dice:
            ink = self.palette.accent
        elif bar.removed_by is not None:
            ink = self.palette.text_faint
        elif bar.special:
            ink = self.palette.text_soft
        painter.setFont(self.bold_pieces if emphasis.chosen else self.pieces)
        painter.setPen(self._colour(ink))
        shown = self._piece_metrics.elidedText(bar.piece, Qt.TextElideMode.ElideMiddle, column.width)
        self._write(painter, column, row.top(), row.height(), shown, _LEFT)

    def _paint_bar(self, painter: QPainter, column: Column, row: QRectF, bar: Bar) -> None:
        height = row.height() - theme.scaled(7)
        top = row.center().y() - height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        if bar.after is not None and bar.removed_by is None and bar.after > 0:
            painter.setBrush(self._colour(self.palette.accent, 0.85))
            width = max(column.width * bar.after, 1.5)
            painter.drawRoundedRect(QRectF(column.left, top, width, height), 2.0, 2.0)
        # Shown even at a width of a pixel or two: less than that is the hairline of 0 %.
        width = column.width * bar.before
        if width >= 1.0:
            faint = bar.removed_by is not None
            pen = QPen(self._colour(self.palette.text_faint if faint else self.palette.text, 0.8), 1.0)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            outline = QRectF(column.left + 0.5, top + 0.5, max(width - 1.0, 0.5), height - 1.0)
            painter.drawRoundedRect(outline, 1.5, 1.5)

    def _write(
        self,
        painter: QPainter,
        column: Column,
        top: float,
        height: float,
        text: str,
        flags: Qt.AlignmentFlag,
    ) -> None:
        if column.width > 0:
            painter.drawText(
                QRectF(column.left, top, column.width, height), int(flags | Qt.TextFlag.TextDontClip), text
            )

    def _colour(self, value: str, alpha: float = 1.0) -> QColor:
        return theme.colour(value, alpha)


def paint_die(painter: QPainter, centre: QPointF, size: float, ink: QColor) -> None:
    """A die seen from above, showing three.

    Args:
        painter: paints.
        centre: of the die.
        size: of its side.
        ink: of outline and pips.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, max(1.2, size / 10)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = size / 2
    painter.drawRoundedRect(QRectF(centre.x() - half, centre.y() - half, size, size), size / 4, size / 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for offset in (-size / 4.2, 0.0, size / 4.2):
        painter.drawEllipse(QPointF(centre.x() + offset, centre.y() + offset), size / 11, size / 11)
    painter.restore()
