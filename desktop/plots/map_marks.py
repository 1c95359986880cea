"""What is painted on top of an attention map: axes, the outlined row, the pointer's cross and its words.

Knows nothing about weights, levels or where the words come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from desktop.controls.numbers import format_decimal
from desktop.plots.map_view import MapView
from desktop.theme import SPACE, Palette, colour, ui_font
from inference.contract import FloatArray

LEAST_OUTLINE = 4.0
"""Pixels an outlined row is high at least, however small its cells."""

NUMBERED_CELL = 32.0
"""Pixels from which on cells have room for their weight in percent."""

LEAST_NUMBER = 5e-4
"""Smaller weights would read 0.0."""


def paint_axes(painter: QPainter, view: MapView, rows: int, palette: Palette) -> None:
    """Paint a hairline along the first key and below the last query, as far as they are in sight."""
    right, bottom = min(view.x(rows), view.width), min(view.y(rows), view.height)
    painter.setPen(QPen(colour(palette.line), 1))
    painter.drawLine(QPointF(-0.5, 0), QPointF(-0.5, bottom + 0.5))
    painter.drawLine(QPointF(-0.5, bottom + 0.5), QPointF(right, bottom + 0.5))


def paint_row(painter: QPainter, view: MapView, row: int, palette: Palette) -> None:
    """Outline a row from its first key to itself."""
    height = max(view.cell, LEAST_OUTLINE)
    centre = view.y(row + 0.5)
    if not -height <= centre <= view.height + height:
        return
    left, right = max(view.x(0), 0.0), min(view.x(row + 1), view.width)
    outline = QRectF(left, centre - height / 2, max(right - left, LEAST_OUTLINE), height)
    painter.save()
    painter.setClipRect(QRectF(-2, -2, view.width + 4, view.height + 4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(palette.accent), 1.5))
    painter.drawRect(outline.adjusted(-0.75, -0.75, 0.75, 0.75))
    painter.restore()


def paint_numbers(
    painter: QPainter,
    view: MapView,
    rows: int,
    weights: Callable[[int], FloatArray | None],
    ink: Callable[[float], QColor],
) -> None:
    """Write the weights into their cells, in percent.

    Args:
        painter: its origin is the plot's corner.
        view: what is in sight; cells of at least `NUMBERED_CELL` pixels.
        rows: how many rows there are.
        weights: ``[key]`` of a row as they are shown, ``None`` if they are not known.
        ink: what to write a weight with.
    """
    painter.setFont(ui_font(10))
    columns, seen = view.column_bins(1.0), view.row_bins(1.0)
    for row in range(seen.first, min(seen.stop, rows)):
        values = weights(row)
        for column in range(columns.first, min(columns.stop, row + 1)) if values is not None else ():
            value = float(values[column])  # type: ignore[index]
            if value < LEAST_NUMBER:
                continue
            painter.setPen(ink(value))
            cell = QRectF(view.x(column), view.y(row), view.cell, view.cell)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, format_decimal(value * 100, 1))


def paint_cross(painter: QPainter, view: MapView, cell: tuple[int, int], rows: int, palette: Palette) -> None:
    """Mark the row and the column under the pointer as far as the triangle goes, and their cell."""
    row, column = cell
    x, y = view.x(column + 0.5), view.y(row + 0.5)
    bottom = min(view.y(rows), view.height)
    painter.setPen(QPen(colour(palette.text, 0.45), 1))
    painter.drawLine(QPointF(0, y), QPointF(x - view.cell / 2, y))
    painter.drawLine(QPointF(x, y + view.cell / 2), QPointF(x, bottom))
    if view.cell >= LEAST_OUTLINE:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(palette.text), 1))
        painter.drawRect(
            QRectF(view.x(column), view.y(row), view.cell, view.cell).adjusted(0.5, 0.5, -0.5, -0.5)
        )


def paint_readout(
    painter: QPainter, view: MapView, cell: tuple[int, int], lines: Sequence[str], palette: Palette
) -> None:
    """Write what is under the pointer beside it, inside the plot; the first line stronger than the rest."""
    row, column = cell
    painter.setFont(ui_font(12))
    metrics = QFontMetricsF(painter.font())
    width = max(metrics.horizontalAdvance(line) for line in lines) + 4 * SPACE
    height = metrics.height() * len(lines) + 3 * SPACE
    gap = view.cell / 2 + 3 * SPACE
    x, y = view.x(column + 0.5) + gap, view.y(row + 0.5) - gap - height
    if x + width > view.width:
        x = max(view.width - width, -12.0 * SPACE)
    if y < 0:
        y = view.y(row + 0.5) + gap
    box = QRectF(x, y, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(palette.line), 1))
    painter.setBrush(colour(palette.raised, 0.96))
    painter.drawRoundedRect(box, 1.5 * SPACE, 1.5 * SPACE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for index, line in enumerate(lines):
        painter.setPen(colour(palette.text if index == 0 else palette.text_soft))
        baseline = y + 1.5 * SPACE + index * metrics.height() + metrics.ascent()
        painter.drawText(QPointF(x + 2 * SPACE, baseline), line)
