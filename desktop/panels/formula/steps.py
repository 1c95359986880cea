"""How products add up: a bar from the sum before each to the sum behind it, the largest first, to where they end.

Knows nothing about where the numbers come from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.panels.formula.wording import number_text, signed_text, subscript
from inference.formula.contract import Formula

translate = QCoreApplication.translate

MOST_BARS = 64

_LEFT, _FOOT = 52, 16


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a sum to the next.

    Args:
        value: what it adds.
        name: of what that is.
        term: which input, -1 where it is none.
        quiet: whether it stands for many.
    """

    value: float
    name: str
    term: int = -1
    quiet: bool = False


def _steps_of(formula: Formula) -> tuple[Step, ...]:
    """The products with a bar of their own, the others in one, and β."""
    found = [
        Step(float(product), f"in{subscript(int(index))}", int(index))
        for index, product in zip(formula.indices[:MOST_BARS], formula.products[:MOST_BARS], strict=True)
    ]
    if formula.count > len(found):
        others = formula.rest + float(formula.products[MOST_BARS:].sum())
        found.append(Step(others, translate("ProductSteps", "the rest"), quiet=True))
    if formula.offset is not None:
        found.append(Step(formula.offset, "β"))
    return tuple(found)


class ProductSteps(QWidget):
    """Paints the way from zero to the sum.

    Args:
        parent: the widget it lies in.
    """

    term_chosen = Signal(int)
    """A person chose an input and its weight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formula: Formula | None = None
        self._term = -1
        self._steps: tuple[Step, ...] = ()
        self._sums = np.zeros(1)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("How the products add up"))
        theme.themed.connect(self._restyle)

    def show_formula(self, formula: Formula | None) -> None:
        """Show another formula."""
        self._formula = formula
        self._steps = () if formula is None else _steps_of(formula)
        with np.errstate(invalid="ignore", over="ignore"):
            self._sums = np.concatenate([[0.0], np.cumsum([one.value for one in self._steps])])
        said = ""
        if formula is not None:
            said = self.tr("{count} products and the rest, from 0 to {sum}").format(
                count=format_count(sum(one.term >= 0 for one in self._steps)), sum=number_text(formula.sum, 6)
            )
        self.setAccessibleDescription(said)
        self.update()

    def show_term(self, term: int) -> None:
        """Mark a term, -1 for none."""
        if term != self._term:
            self._term = term
            self.update()

    def sizeHint(self) -> QSize:
        """A low plot."""
        return QSize(theme.scaled(320), theme.scaled(140))

    def minimumSizeHint(self) -> QSize:
        """As low as can be read."""
        return QSize(theme.scaled(200), theme.scaled(84))

    def _room(self) -> QRectF:
        left, foot = theme.scaled(_LEFT), theme.scaled(_FOOT)
        return QRectF(
            left, theme.SPACE * 2, self.width() - left - theme.SPACE, self.height() - foot - theme.SPACE * 2
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines at zero and at the runtime's value, bars, labels."""
        formula = self._formula
        if formula is None:
            return
        painter, palette, room = QPainter(self), theme.current(), self._room()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.ui_font(11))
        known = [value for value in (*self._sums.tolist(), formula.computed) if math.isfinite(value)]
        if not all(map(math.isfinite, self._sums)):
            painter.setPen(theme.colour(palette.text_soft))
            said = self.tr("Infinite numbers and NaN have no bars.")
            painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), said)
            return
        low, high = min(known), max(known)
        span = (high - low) or 1.0

        def at(value: float) -> float:
            return room.bottom() - (value - low) / span * room.height()

        zero = at(0.0)
        painter.setPen(QPen(theme.colour(palette.line), 1))
        painter.drawLine(QPointF(room.left(), zero), QPointF(room.right(), zero))
        width = room.width() / len(self._steps)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, step in enumerate(self._steps):
            before, after = float(self._sums[place]), float(self._sums[place + 1])
            ink = palette.accent if step.value >= 0 else palette.cursor
            if step.quiet:
                ink = palette.text_faint
            elif step.term >= 0 and step.term == self._term:
                ink = palette.text
            painter.setBrush(theme.colour(ink))
            top, bottom = sorted((at(before), at(after)))
            left = room.left() + place * width
            painter.drawRect(QRectF(left + 0.5, top, max(width - 1.0, 1.0), max(bottom - top, 1.5)))
        end = formula.computed if math.isfinite(formula.computed) else formula.sum
        painter.setPen(QPen(theme.colour(palette.text_soft), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(room.left(), at(end)), QPointF(room.right(), at(end)))
        self._paint_labels(painter, room, zero, at(end), end)

    def _paint_labels(self, painter: QPainter, room: QRectF, zero: float, ends: float, end: float) -> None:
        palette, height = theme.current(), theme.scaled(14)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(theme.colour(palette.text))
        painter.drawText(QRectF(0, ends - height / 2, room.left() - 6, height), right, number_text(end, 4))
        if abs(zero - ends) > height:
            painter.setPen(theme.colour(palette.text_faint))
            painter.drawText(QRectF(0, zero - height / 2, room.left() - 6, height), right, "0")
        below = QRectF(room.left(), room.bottom() + 2, room.width(), theme.scaled(_FOOT) - 2)
        painter.setPen(theme.colour(palette.text_faint))
        metrics = painter.fontMetrics()
        first = self.tr("largest product first")
        last = ", ".join(one.name for one in self._steps if one.term < 0)
        # The order matters more than what the last bars are, which their tooltips say too.
        first = metrics.elidedText(first, Qt.TextElideMode.ElideRight, int(below.width()))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), first)
        taken = metrics.horizontalAdvance(first) + metrics.horizontalAdvance(last) + 2 * theme.SPACE
        if taken <= below.width():
            painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), last)

    def _place_at(self, x: float) -> int:
        """Which step is at a place, -1 for none."""
        room = self._room()
        if self._formula is None or not room.left() <= x < room.right():
            return -1
        return int((x - room.left()) / room.width() * len(self._steps))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the step under the pointer is."""
        place = self._place_at(event.position().x())
        if place < 0:
            self.setToolTip("")
            return
        step = self._steps[place]
        said = self.tr("{name}: {value}, to {sum}").format(
            name=step.name,
            value=signed_text(step.value, 4),
            sum=number_text(float(self._sums[place + 1]), 5),
        )
        self.setToolTip(plain_tooltip(said))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a term."""
        place = self._place_at(event.position().x())
        if place >= 0 and self._steps[place].term >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.term_chosen.emit(self._steps[place].term)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
