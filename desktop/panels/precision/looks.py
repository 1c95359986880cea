"""How each format is drawn wherever it is: a colour of the theme, and a kind of line, so that colour is not needed.

Knows nothing about what is drawn.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop import theme
from desktop.stylesheet import mixed
from inference.precision.contract import FormatName

_DASHES: dict[str, tuple[float, ...]] = {"FP32": (1.0, 2.5), "FP16": (5.0, 2.5), "BF16": (6.0, 2.0, 1.0, 2.0)}
"""In widths of the line; those of whole numbers are unbroken."""
_WIDTH = 1.6
_WIDTHS = {"INT4": 2.4}


def format_colour(name: FormatName) -> QColor:
    """Quiet for the reference, and from the accent on warmer for fewer bits."""
    palette = theme.current()
    return theme.colour(
        {
            "FP32": palette.text_soft,
            "FP16": palette.accent,
            "BF16": mixed(palette.accent, palette.cursor, 0.62),
            "INT8": palette.cursor,
            "INT4": palette.danger,
        }[name]
    )


def dash_lengths(name: FormatName) -> list[float]:
    """Lengths in pixels that are seen and left out by turns of a format's line; none for an unbroken one."""
    return [length * _WIDTHS.get(name, _WIDTH) for length in _DASHES.get(name, ())]


def format_pen(name: FormatName, strength: float = 1.0) -> QPen:
    """The line of a format.

    Args:
        name: of it.
        strength: its width, as a multiple of what is usual.
    """
    width = _WIDTHS.get(name, _WIDTH) * strength
    pen = QPen(format_colour(name), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if name in _DASHES:
        pen.setDashPattern(list(_DASHES[name]))
    return pen


def paint_sample(painter: QPainter, room: QRectF, name: FormatName) -> None:
    """A short piece of a format's line, in the middle of some room."""
    painter.setPen(format_pen(name))
    y = round(room.center().y()) + 0.5
    painter.drawLine(QLineF(room.left(), y, room.right(), y))
