"""A line to search with.

Knows nothing about what is searched.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop import theme
from desktop.buttons import IconButton

_WIDTH = 184


class SearchField(QLineEdit):
    """Enter or the down arrow goes on to what was found, Esc and a button clear.

    Args:
        parent: the widget it lies in.
        fills: whether it is as wide as its place; otherwise it is as wide everywhere.
    """

    entered = Signal()
    """A person wants to go to what was found."""

    def __init__(self, parent: QWidget | None = None, *, fills: bool = False) -> None:
        super().__init__(parent)
        self._fills = fills
        self.setMaxLength(200)
        self.clear_button = IconButton("close", self.tr("Clear"), 22, self)
        self.clear_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clear_button.setVisible(False)
        self.clear_button.clicked.connect(self.clear)
        self.textChanged.connect(self._offer_to_clear)
        theme.themed.connect(self._dress)
        self._dress()

    @Slot()
    def take_focus(self) -> None:
        """Bring the keyboard here."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Esc clears before it does what it does elsewhere in the window."""
        overriding = event.type() == QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and overriding and event.key() == Qt.Key.Key_Escape and self.text():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Down and Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The button that clears stays at the end."""
        super().resizeEvent(event)
        self._place_button()

    @Slot(str)
    def _offer_to_clear(self, text: str) -> None:
        self.clear_button.setVisible(bool(text))
        self._place_button()

    def _place_button(self) -> None:
        size = self.clear_button.sizeHint()
        self.clear_button.resize(size)
        self.clear_button.move(self.width() - size.width() - 3, (self.height() - size.height()) // 2)
        self.setTextMargins(0, 0, size.width() - theme.SPACE if self.text() else 0, 0)

    @Slot()
    def _dress(self) -> None:
        self.setFont(theme.ui_font(12))
        if not self._fills:
            self.setFixedWidth(theme.scaled(_WIDTH))
        self._place_button()
