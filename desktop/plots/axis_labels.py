"""Token labels along the two axes of a map: as many as there is room for, painted in one go.

Knows nothing about what the map shows or where the pieces come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from desktop.plots.map_view import MapView
from desktop.theme import SPACE, Palette, colour, mono_font

COLUMN_ANGLE = 60
"""Degrees by which column labels lean: less room than level text, easier to read than upright text."""

SMALLEST_FONT, LARGEST_FONT = 9, 11
"""Pixel heights of labels; they shrink with the cells as far as they can be read."""

NUMBERED_STRIDE = 5
"""When no more than each fifth position has a label, its number is written too."""

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
        ascending: multiples of `stride`, and `keep`.
    """
    step = stride(pitch, least)
    kept = sorted({position for position in keep if first <= position < stop})
    regular = range(-(-first // step) * step, stop, step)
    free = [p for p in regular if all(abs(p - k) * pitch >= least for k in kept)]
    return sorted(free + kept)


def stride(pitch: float, least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … positions that are at least `least` pixels together."""
    decade = 1
    while True:
        for step in (1, 2, 5):
            if step * decade * pitch >= least:
                return step * decade
        decade *= 10


def font_for(cell: float) -> QFont:
    """The font of labels beside cells of so many pixels."""
    return mono_font(min(max(int(cell), SMALLEST_FONT), LARGEST_FONT))


def room_for(cell: float, font: QFont) -> float:
    """Pixels from one label to the next at least: a line where every token can have one, else a calmer two."""
    size = font.pixelSize()
    return size if stride(cell, size) < NUMBERED_STRIDE else 2.0 * size


def paint_row_labels(
    painter: QPainter, view: MapView, rows: int, label: Label, chosen: int, palette: Palette
) -> None:
    """Write the tokens of the rows in sight, right-aligned, to the left of the painter's origin.

    Args:
        painter: its font is used; its origin is the plot's corner.
        view: what is in sight.
        rows: how many rows have a token.
        label: text of a row.
        chosen: row written in the accent colour, -1 for none.
        palette: colours.
    """
    metrics = QFontMetricsF(painter.font())
    least = room_for(view.cell, painter.font())
    numbered = stride(view.cell, least) >= NUMBERED_STRIDE
    bins = view.row_bins(1.0)
    left, width = -row_gutter() + SPACE, row_gutter() - 2.5 * SPACE
    for row in thinned(bins.first, min(bins.stop, rows), view.cell, least, (chosen,)):
        centre = view.y(row + 0.5)
        if not 0 <= centre <= view.height:
            continue
        place = QRectF(left, centre - metrics.height() / 2, width, metrics.height())
        if numbered:
            number = str(row)
            painter.setPen(colour(palette.accent if row == chosen else palette.text_faint, 0.75))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, number)
            place.setLeft(left + metrics.horizontalAdvance(number) + SPACE)
        painter.setPen(colour(palette.accent if row == chosen else palette.text_soft))
        text = metrics.elidedText(label(row), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def paint_column_labels(
    painter: QPainter, view: MapView, columns: int, label: Label, chosen: int, palette: Palette
) -> None:
    """Write the tokens of the columns in sight below the map; see `paint_row_labels`."""
    metrics = QFontMetricsF(painter.font())
    least = room_for(view.cell, painter.font())
    length = _column_length()
    bottom = min(view.y(columns), view.height) + SPACE
    bins = view.column_bins(1.0)
    for column in thinned(bins.first, min(bins.stop, columns), view.cell, least, (chosen,)):
        centre = view.x(column + 0.5)
        if not 0 <= centre <= view.width:
            continue
        painter.save()
        painter.setPen(colour(palette.accent if column == chosen else palette.text_soft))
        painter.translate(QPointF(centre, bottom))
        painter.rotate(COLUMN_ANGLE)
        text = metrics.elidedText(label(column), Qt.TextElideMode.ElideRight, length)
        painter.drawText(QPointF(SPACE / 2, (metrics.ascent() - metrics.descent()) / 2), text)
        painter.restore()


def row_gutter() -> float:
    """Pixels that row labels take to the left of a plot."""
    return QFontMetricsF(mono_font(LARGEST_FONT)).averageCharWidth() * 12 + 2.5 * SPACE


def column_gutter() -> float:
    """Pixels that column labels take below a plot."""
    return _column_length() * 0.866 + 3 * SPACE


def _column_length() -> float:
    """Pixels a leaning column label is long at most."""
    return QFontMetricsF(mono_font(SMALLEST_FONT)).averageCharWidth() * 13
