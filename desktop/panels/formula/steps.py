"""How products add up: a bar from the sum before each to the sum behind it, the largest first, to where they end.

Knows nothing about where the numbers come from.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.panels.formula.wording import number_text, signed_text, subscript
from inference.formula.contract import Formula

MOST_BARS = 64

_LEFT, _FOOT = 52, 16


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
        self._sums = np.zeros(1)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("How the products add up"))
        theme.themed.connect(self._restyle)

    def show_formula(self, formula: Formula | None) -> None:
        """Show another formula."""
        self._formula = formula
        self._sums = np.zeros(1)
        if formula is not None:
            with np.errstate(invalid="ignore", over="ignore"):
                steps = np.concatenate([formula.products[:MOST_BARS], self._others(formula)])
                self._sums = np.concatenate([[0.0], np.cumsum(steps)])
            said = self.tr("{count} products and the rest, from 0 to {sum}").format(
                count=format_count(len(self._sums) - 2), sum=number_text(formula.sum, 6)
            )
            self.setAccessibleDescription(said)
        else:
            self.setAccessibleDescription("")
        self.update()

    def show_term(self, term: int) -> None:
        """Mark a term, -1 for none."""
        if term != self._term:
            self._term = term
            self.update()

    @staticmethod
    def _others(formula: Formula) -> list[float]:
        """All that has no bar of its own, in one step."""
        offset = 0.0 if math.isnan(formula.offset) else formula.offset
        return [formula.rest + float(formula.products[MOST_BARS:].sum()) + offset]

    def sizeHint(self) -> QSize:
        """A low plot."""
        return QSize(theme.scaled(320), theme.scaled(140))

    def minimumSizeHint(self) -> QSize:
        """As low as can be read."""
        return QSize(theme.scaled(180), theme.scaled(84))

    def _room(self) -> QRectF:
        left, foot = theme.scaled(_LEFT), theme.scaled(_FOOT)
        return QRectF(left, theme.SPACE * 2, self.width() - left - theme.SPACE, self.height() - foot - theme.SPACE * 2)

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
        step = room.width() / (len(self._sums) - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (before, after) in enumerate(zip(self._sums, self._sums[1:], strict=False)):
            last = place == len(self._sums) - 2
            ink = palette.text_faint if last else palette.accent if after >= before else palette.cursor
            term = -1 if last else int(formula.indices[place])
            marked = term >= 0 and term == self._term
            painter.setBrush(theme.colour(palette.text if marked else ink, 1.0))
            top, bottom = sorted((at(float(before)), at(float(after))))
            bar = QRectF(room.left() + place * step + 0.5, top, max(step - 1.0, 1.0), max(bottom - top, 1.5))
            painter.drawRect(bar)
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
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), self.tr("largest product first"))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), self.tr("the rest"))

    def _place_at(self, x: float) -> int:
        """Which step is at a place, -1 for none."""
        room = self._room()
        if self._formula is None or not room.left() <= x < room.right():
            return -1
        return int((x - room.left()) / room.width() * (len(self._sums) - 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the step under the pointer is."""
        formula, place = self._formula, self._place_at(event.position().x())
        if formula is None or place < 0:
            self.setToolTip("")
            return
        so_far = number_text(float(self._sums[place + 1]), 5)
        if place == len(self._sums) - 2:
            said = self.tr("the rest and β: {value}, to {sum}").format(
                value=signed_text(float(self._sums[-1] - self._sums[-2]), 4), sum=so_far
            )
        else:
            name = f"in{subscript(int(formula.indices[place]))}"
            said = self.tr("{name}: {value}, to {sum}").format(
                name=name, value=signed_text(float(formula.products[place]), 4), sum=so_far
            )
        self.setToolTip(plain_tooltip(said))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a term."""
        place = self._place_at(event.position().x())
        if self._formula is not None and 0 <= place < len(self._sums) - 2:
            self.term_chosen.emit(int(self._formula.indices[place]))

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
