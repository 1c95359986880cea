"""A line of words in two inks that changes many times a second without anything around it being laid out anew.

Knows nothing about what it says. A label would ask for its layout at every change, and with it the whole window's.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme

Run = tuple[str, str]
"""Words, and the name of the palette's colour that they are written in."""

SLACK = 40
"""Pixels that a line may be wider than it needs at a zoom of 1 before it asks for less."""


def strong(text: str) -> Run:
    """Words that matter."""
    return text, "text"


def soft(text: str) -> Run:
    """Words around them."""
    return text, "text_soft"


class InkedLine(QWidget):
    """Words on one line, left-aligned; what finds no room is cut off.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[Run, ...] = ()
        self._width = 0
        self._measure = QFontMetricsF(self.font())
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def say(self, runs: Sequence[Run]) -> None:
        """Show other words."""
        said = tuple(runs)
        if said == self._runs:
            return
        self._runs = said
        self.setAccessibleName(self.text())
        self._take_width()
        self.update()

    def text(self) -> str:
        """What it says."""
        return "".join(text for text, _ in self._runs)

    def dress(self, font: QFont) -> None:
        """Write in another font, and in the colours in force."""
        self.setFont(font)
        self._measure = QFontMetricsF(font)
        self._width = 0
        self._take_width()
        self.updateGeometry()
        self.update()

    def advance(self, text: str) -> float:
        """How wide some words are, in pixels."""
        return self._measure.horizontalAdvance(text)

    def sizeHint(self) -> QSize:
        """As wide as its words were a moment ago, or a little wider."""
        return QSize(self._width, round(self._measure.height()))

    def minimumSizeHint(self) -> QSize:
        """A line."""
        return QSize(0 if self._ignored else self._width, round(self._measure.height()))

    @property
    def _ignored(self) -> bool:
        return self.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored

    def _take_width(self) -> None:
        needed = round(self.advance(self.text()) + 0.5)
        if not self._ignored and not self._width - theme.scaled(SLACK) <= needed <= self._width:
            self._width = needed
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the words one after the other."""
        painter, palette = QPainter(self), theme.current()
        painter.setFont(self.font())
        x, baseline = 0.0, (self.height() - self._measure.height()) / 2 + self._measure.ascent()
        for text, ink in self._runs:
            painter.setPen(theme.colour(getattr(palette, ink)))
            painter.drawText(QPointF(x, baseline), text)
            x += self.advance(text)
