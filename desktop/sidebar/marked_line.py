"""Paints a line of text with grounds of the accent under what was found in it.

Knows nothing about rows.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from desktop import theme
from desktop.code_units import count
from desktop.history.search import Excerpt

_RADIUS = 3


def draw_marked_line(
    painter: QPainter, place: QPointF, line: Excerpt, font: QFont, ink: str, lit: str
) -> None:
    """Draw a line.

    Args:
        painter: of the row.
        place: upper left corner, in pixels.
        line: what fits.
        font: to write it in.
        ink: colour of the text, ``#rrggbb``.
        lit: colour of what was found.
    """
    layout = QTextLayout(line.text, font)
    option = QTextOption(Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    spots, formats = [], []
    for start, stop in line.hits:
        first = count(line.text[:start])
        last = first + count(line.text[start:stop])
        spots.append((first, last))
        one = QTextLayout.FormatRange()
        one.start, one.length = first, last - first
        one.format = _format(lit)
        formats.append(one)
    layout.setFormats(formats)
    layout.beginLayout()
    written = layout.createLine()
    written.setLineWidth(QFontMetricsF(font).horizontalAdvance(line.text) + 1)
    layout.endLayout()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(theme.current().accent_soft))
    for first, last in spots:
        left, right = sorted((_x(written, first), _x(written, last)))
        ground = QRectF(left, 0.0, right - left, written.height())
        painter.drawRoundedRect(ground.translated(place).adjusted(-1, 0, 1, 0), _RADIUS, _RADIUS)
    painter.setPen(theme.colour(ink))
    layout.draw(painter, place)


def _x(line: QTextLine, place: int) -> float:
    # What the stubs call an object is the x and the place that it belongs to.
    return float(line.cursorToX(place)[0])  # type: ignore[index]


def _format(ink: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theme.colour(ink))
    return made
