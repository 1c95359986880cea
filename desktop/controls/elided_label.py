"""A line of text that gives way: what finds no room ends in an ellipsis, and the tooltip has all of it.

Knows nothing about what it says.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.controls.plain_tooltip import plain_tooltip


class ElidedLabel(QLabel):
    """A label that never asks for width.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explanation = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def say(self, text: str, explanation: str = "") -> None:
        """Show a text.

        Args:
            text: on the line.
            explanation: of it, below it in the tooltip.
        """
        if text != self.text():
            self.setText(text)
        told = f"{text}\n{explanation}" if explanation else text
        if plain_tooltip(told) != self.toolTip():
            self.setToolTip(plain_tooltip(told))
        if explanation != self._explanation:
            self._explanation = explanation
            self.setAccessibleDescription(explanation)

    def minimumSizeHint(self) -> QSize:
        """No width of its own."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much as fits."""
        painter = QPainter(self)
        shown = QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(flags),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )
