"""One message in the drawing of the tree, and the line that leads to it.

Knows nothing about where messages stand or what they say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from desktop import theme
from desktop.buttons import Lines, draw_lines
from desktop.history.records import Reason, Role

_MARK = 0.66
"""Size of the mark as a share of the message's."""

_MARK_PEN = 2.1
_CORNER = 6.0


def _arc(first: float, last: float) -> tuple[tuple[float, float], ...]:
    """A polyline along a circle on the square of 16 by 16, from one angle to another in degrees, clockwise."""
    steps = 10
    angles = [math.radians(first + (last - first) * step / steps) for step in range(steps + 1)]
    return tuple((8 + 5 * math.cos(angle), 8 + 5 * math.sin(angle)) for angle in angles)


MARKS: dict[Reason, Lines] = {
    "sent": (),
    "answered": (),
    # A pencil.
    "edited": (((3, 13), (4, 9.5), (11, 2.5), (13.5, 5), (6.5, 12), (3, 13)),),
    # An arrow around.
    "regenerated": (_arc(-30, 270), ((8, 0.5), (8, 5.5), (5, 3), (8, 0.5))),
    # A fork.
    "branched": (((5, 2), (5, 14)), ((5, 10), (9, 9), (11.5, 6), (11.5, 2))),
    # A caret between letters.
    "forced": (((8, 2.5), (8, 13.5)), ((5, 2), (8, 3), (11, 2)), ((5, 14), (8, 13), (11, 14))),
    # An arrow onward.
    "continued": (((2, 8), (13.5, 8)), ((9, 3.5), (13.5, 8), (9, 12.5))),
    # A die.
    "replayed": (
        ((3, 3), (13, 3), (13, 13), (3, 13), (3, 3)),
        ((6.2, 6.2), (6.3, 6.3)),
        ((9.7, 9.7), (9.8, 9.8)),
    ),
    # An arrow into a tray.
    "imported": (((8, 2), (8, 9)), ((5, 6.5), (8, 9.5), (11, 6.5)), ((3, 13), (13, 13))),
}
"""What stands in a message for the reason why it exists, on a square of 16 by 16; nothing for the usual ones."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a message looks.

    Args:
        shown: whether the branch that is shown goes through it.
        ends: whether that branch ends with it.
        hovered: whether the pointer is over it.
        focused: whether the keyboard is at it.
    """

    shown: bool = False
    ends: bool = False
    hovered: bool = False
    focused: bool = False


def paint_message(painter: QPainter, room: QRectF, role: Role, reason: Reason, look: Look) -> None:
    """Draw a message: what a person said square, a reply round.

    Args:
        painter: where messages are.
        room: of the message, a square.
        role: who said it.
        reason: why it exists.
        look: how it looks.
    """
    palette = theme.current()
    line = palette.accent if look.shown else palette.text if look.hovered else palette.text_faint
    fill = palette.accent if look.ends else palette.accent_soft if look.shown else palette.raised
    radius = room.width() * (0.28 if role == "user" else 0.5)
    painter.setPen(QPen(theme.colour(line), 1.4))
    painter.setBrush(theme.colour(palette.hover if look.hovered and not look.shown else fill))
    painter.drawRoundedRect(room, radius, radius)
    if look.focused or (look.hovered and look.shown):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(palette.text), 1.4))
        ring = room.adjusted(-3, -3, 3, 3)
        painter.drawRoundedRect(ring, radius + 3, radius + 3)
    painter.save()
    side = room.width() * _MARK
    painter.translate(room.center().x() - side / 2, room.center().y() - side / 2)
    painter.scale(side / 16, side / 16)
    ink = palette.on_accent if look.ends else palette.accent if look.shown else palette.text_soft
    draw_lines(painter, MARKS[reason], ink, _MARK_PEN)
    painter.restore()


def paint_line(painter: QPainter, start: QPointF, end: QPointF, shown: bool) -> None:
    """Draw the line from a message to one that follows from it: straight down, or aside and down.

    Args:
        painter: where messages are.
        start: the middle of the former.
        end: the middle of the latter.
        shown: whether the branch that is shown goes along it.
    """
    palette = theme.current()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour(palette.accent if shown else palette.text_faint), 1.6 if shown else 1.2))
    if start.x() == end.x():
        painter.drawLine(start, end)
        return
    middle, corner = (start.y() + end.y()) / 2, theme.scaled(_CORNER)
    path = QPainterPath(start)
    path.lineTo(start.x(), middle - corner)
    path.quadTo(start.x(), middle, start.x() + corner, middle)
    path.lineTo(end.x() - corner, middle)
    path.quadTo(end.x(), middle, end.x(), middle + corner)
    path.lineTo(end)
    painter.drawPath(path)
