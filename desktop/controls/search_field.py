"""A line to search with.

Knows nothing about what is searched.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop import theme

_WIDTH = 184


class SearchField(QLineEdit):
    """Enter or the down arrow goes on to what was found, Esc clears.

    Args:
        parent: the widget it lies in.
    """

    entered = Signal()
    """A person wants to go to what was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(200)
        theme.themed.connect(self._dress)
        self._dress()

    @Slot()
    def take_focus(self) -> None:
        """Bring the keyboard here."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Down and Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _dress(self) -> None:
        self.setFont(theme.ui_font(12))
        self.setFixedWidth(theme.scaled(_WIDTH))
