"""Token labels along the two axes of a map: as many as there is room for, painted in one go.

Knows nothing about what the map shows or where the pieces come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from desktop.plots.map_view import MapView
from desktop.theme import SPACE, Palette, colour

COLUMN_ANGLE = 60
"""Degrees by which column labels lean: less room than level text, easier to read than upright text."""

Label = Callable[[int], str]
"""The text of a position."""


def thinned(first: int, stop: int, pitch: float, least: float, keep: Sequence[int] = ()) -> list[int]:
    """The positions that get a label so that no two labels touch.

    Args:
        first: first position in sight.
        stop: one past the last position in sight.
        pitch: pixels from one position to the next.
        least: pixels that two labels need between them.
        keep: positions that get their label whatever happens; others make room for them.

    Returns:
        ascending: multiples of the smallest of 1, 2, 5, 10, 20, 50, … that leaves enough room, and `keep`.
    """
    kept = sorted({position for position in keep if first <= position < stop})
    stride = _stride(least / pitch)
    regular = range(-(-first // stride) * stride, stop, stride)
    free = [p for p in regular if all(abs(p - k) * pitch >= least for k in kept)]
    return sorted(free + kept)


def _stride(cells: float) -> int:
    decade = 1
    while True:
        for step in (1, 2, 5):
            if step * decade >= cells:
                return step * decade
        decade *= 10


def paint_row_labels(
    painter: QPainter, view: MapView, rows: range, label: Label, chosen: int, palette: Palette
) -> None:
    """Write the tokens of the rows in sight, right-aligned, to the left of the painter's origin.

    Args:
        painter: its font is used; its origin is the plot's corner.
        view: what is in sight.
        rows: rows that have a token.
        label: text of a row.
        chosen: row written in the accent colour, -1 for none.
        palette: colours.
    """
    metrics = QFontMetricsF(painter.font())
    width = row_gutter(metrics) - 2 * SPACE
    bins = view.row_bins(1.0)
    least = painter.font().pixelSize()
    for row in thinned(max(bins.first, rows.start), min(bins.stop, rows.stop), view.cell, least, (chosen,)):
        centre = view.y(row + 0.5)
        if not 0 <= centre <= view.height:
            continue
        painter.setPen(_ink(row == chosen, palette))
        place = QRectF(-width - SPACE * 1.5, centre - metrics.height() / 2, width, metrics.height())
        text = metrics.elidedText(label(row), Qt.TextElideMode.ElideRight, width)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def paint_column_labels(
    painter: QPainter, view: MapView, columns: range, label: Label, chosen: int, palette: Palette
) -> None:
    """Write the tokens of the columns in sight below the map; see `paint_row_labels`."""
    metrics = QFontMetricsF(painter.font())
    length = column_length(metrics)
    bottom = min(view.y(view.extent), view.height) + SPACE
    bins = view.column_bins(1.0)
    # Leaning lines of text are closer to each other than the columns they start from.
    least = painter.font().pixelSize() * 1.1
    for column in thinned(
        max(bins.first, columns.start), min(bins.stop, columns.stop), view.cell, least, (chosen,)
    ):
        centre = view.x(column + 0.5)
        if not 0 <= centre <= view.width:
            continue
        painter.save()
        painter.setPen(_ink(column == chosen, palette))
        painter.translate(QPointF(centre, bottom))
        painter.rotate(COLUMN_ANGLE)
        text = metrics.elidedText(label(column), Qt.TextElideMode.ElideRight, length)
        painter.drawText(QPointF(SPACE / 2, metrics.ascent() / 2 - metrics.descent() / 2), text)
        painter.restore()


def row_gutter(metrics: QFontMetricsF) -> float:
    """Pixels that row labels take to the left of a plot."""
    return metrics.averageCharWidth() * 14 + 2 * SPACE


def column_length(metrics: QFontMetricsF) -> float:
    """Pixels a leaning column label is long at most."""
    return metrics.averageCharWidth() * 12


def column_gutter(metrics: QFontMetricsF) -> float:
    """Pixels that column labels take below a plot."""
    return column_length(metrics) * 0.866 + metrics.height() / 2 + SPACE


def _ink(chosen: bool, palette: Palette) -> QColor:
    return colour(palette.accent if chosen else palette.text_faint)
