"""What the plots of the performance panel have in common: colours of their series, a scale, a legend.

Knows nothing about what is measured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from desktop import theme


def series_colours() -> tuple[QColor, ...]:
    """A quiet colour for what is largest, and brighter ones for what is added to it."""
    palette = theme.current()
    return (
        theme.colour(palette.accent_line),
        theme.colour(palette.accent),
        theme.colour(palette.cursor),
        theme.colour(palette.text_faint),
    )


def nice_limit(value: float) -> float:
    """The next round number: 1, 2, 2.5 or 5 times a power of ten, at least `value`."""
    if not value > 0 or math.isinf(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in (1.0, 2.0, 2.5, 5.0, 10.0) if power * step >= value * (1 - 1e-9))


def paint_legend(
    painter: QPainter, room: QRectF, names: Sequence[str], colours: Sequence[QColor], *, right: bool = True
) -> None:
    """A square and a name for each series; those that find no room are left out from the end."""
    font = theme.ui_font(11)
    metrics = QFontMetricsF(font)
    side, gap = theme.scaled(8), theme.SPACE * 3
    widths = [side + theme.SPACE * 1.5 + metrics.horizontalAdvance(name) for name in names]
    while widths and sum(widths) + gap * (len(widths) - 1) > room.width():
        widths.pop()
    x = room.right() - sum(widths) - gap * (len(widths) - 1) if right else room.left()
    painter.setFont(font)
    for name, colour, width in zip(names, colours, widths, strict=False):
        painter.fillRect(QRectF(x, room.center().y() - side / 2, side, side), colour)
        painter.setPen(theme.colour(theme.current().text_soft))
        label = QRectF(x + side + theme.SPACE * 1.5, room.top(), width, room.height())
        painter.drawText(label, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), name)
        x += width + gap


def paint_scale(painter: QPainter, room: QRectF, limit: float, label: str) -> None:
    """Hairlines at nothing, half and all of a scale, and a label at its end."""
    palette = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(theme.colour(palette.line))
    for share in (0.0, 0.5, 1.0):
        y = room.bottom() - share * room.height()
        painter.drawLine(int(room.left()), int(y), int(room.right()), int(y))
    painter.setFont(theme.ui_font(10))
    painter.setPen(theme.colour(palette.text_faint))
    text = QRectF(room.left() - theme.scaled(46), room.top() - 8, theme.scaled(42), 16)
    painter.drawText(text, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), label)
    zero = QRectF(room.left() - theme.scaled(46), room.bottom() - 8, theme.scaled(42), 16)
    painter.drawText(zero, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), "0")
