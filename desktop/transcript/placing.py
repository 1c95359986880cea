"""Where tokens stand on laid-out lines: the boxes that are tinted, outlined and clicked.

Knows nothing about how text came to be laid out, or about colours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextLine

THINNEST = 5.0
"""Width in pixels of the box of a token that shows nothing, such as a newline."""

RADIUS = 3.0
"""Of the corners of a token's box, in pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """Part of a unit on one line.

    Args:
        left: in pixels from the body's left edge.
        right: in pixels from the body's left edge.
        start: position of the unit's first token.
        stop: one past the position of its last.
    """

    left: float
    right: float
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """One line and the boxes on it.

    Args:
        top: of the boxes, in pixels from the body's top.
        height: of the boxes.
        boxes: in the order of the text.
    """

    top: float
    height: float
    boxes: tuple[Box, ...]

    @property
    def bottom(self) -> float:
        """Lower edge of the boxes."""
        return self.top + self.height

    def rectangle(self, box: Box) -> QRectF:
        """Where a box is; never thinner than can be seen."""
        return QRectF(box.left, self.top, max(box.right - box.left, THINNEST), self.height)


def boxes_of_line(
    line: QTextLine, runs: Iterator[tuple[int, int, int, int]], left: float = 0.0, hanging: int = 0
) -> tuple[Box, ...]:
    """The boxes of the units on a line.

    Args:
        line: laid out.
        runs: of each unit on it: first character and one past the last in the layout's text, and the unit's
            first position and one past its last.
        left: where the layout begins, in pixels from the body's left edge.
        hanging: spaces at its end that a line break swallowed, though the layout does not know it.
    """
    begin, end = line.textStart(), line.textStart() + line.textLength()
    visible = line.x() + line.naturalTextWidth() if not hanging else _x(line, end - hanging)
    boxes = []
    for first, last, start, stop in runs:
        one, other = _x(line, max(first, begin)), _x(line, min(last, end))
        if one >= visible and last > end:
            continue  # the space that a wrapped line swallowed, of a token that stands on the next
        if other > one:
            other = max(one, min(other, visible))
        # In text that runs from right to left the end is left of the beginning.
        boxes.append(Box(left + min(one, other), left + max(one, other), start, stop))
    return tuple(boxes)


def _x(line: QTextLine, place: int) -> float:
    found: Any = line.cursorToX(place)  # with the place, which the stubs do not know
    return float(found[0])


class Placed:
    """All lines of a body, from top to bottom."""

    def __init__(self) -> None:
        self.lines: list[PlacedLine] = []

    def between(self, top: float, bottom: float) -> Iterator[PlacedLine]:
        """The lines that touch a horizontal strip."""
        first = max(0, bisect_right(self.lines, top, key=lambda line: line.top) - 1)
        for line in self.lines[first:]:
            if line.top > bottom:
                return
            if line.bottom >= top:
                yield line

    def box_at(self, place: QPointF) -> Box | None:
        """The box under a point."""
        for line in self.between(place.y(), place.y()):
            for box in line.boxes:
                if box.left <= place.x() <= max(box.right, box.left + THINNEST):
                    return box
        return None

    def rectangles_of(self, position: int) -> list[QRectF]:
        """Where a token is; one rectangle a line, none if it shows nothing."""
        return [
            line.rectangle(box)
            for line in self.lines
            if line.boxes and line.boxes[0].start <= position < line.boxes[-1].stop
            for box in line.boxes
            if box.start <= position < box.stop
        ]

    def paint_tints(
        self, painter: QPainter, top: float, bottom: float, tint: Callable[[int, int], QColor | None]
    ) -> None:
        """Fill the boxes in a strip.

        Args:
            painter: at the body's origin.
            top: of the strip.
            bottom: of the strip.
            tint: colour by first position and one past the last, ``None`` for no tint.
        """
        painter.setPen(Qt.PenStyle.NoPen)
        for line in self.between(top, bottom):
            for box in line.boxes:
                colour = tint(box.start, box.stop)
                if colour is not None and box.right > box.left:
                    painter.setBrush(colour)
                    painter.drawRoundedRect(line.rectangle(box), RADIUS, RADIUS)

    def paint_outline(self, painter: QPainter, position: int, colour: QColor, width: float) -> None:
        """Draw a frame around a token."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, width))
        for rectangle in self.rectangles_of(position):
            painter.drawRoundedRect(rectangle.adjusted(-0.5, -1.0, 0.5, 1.0), RADIUS + 1, RADIUS + 1)
