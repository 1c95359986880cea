"""A field that offers a few values in a list.

Knows nothing about the values.
"""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from desktop import theme
from desktop.buttons import draw_icon


class ChoiceBox(QComboBox):
    """Qt's own, with an arrow in the palette's colours."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and the arrow at its right end."""
        super().paintEvent(event)
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.scaled(14)
        painter.translate(self.width() - side - 2 * theme.SPACE, (self.height() - side) / 2)
        painter.scale(side / 16, side / 16)
        draw_icon(painter, "down", palette.text_soft if self.isEnabled() else palette.text_faint)
