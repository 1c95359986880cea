"""The field in which a message is said otherwise: what is typed, why it has to wait, Save and Cancel.

Knows nothing about sessions, messages or where it lies.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop import theme
from desktop.draft_editor import DraftEditor, refused_paste


class MessageEditor(QWidget):
    """A card with the text and two buttons.

    Args:
        parent: the widget it lies over.
    """

    typed = Signal()
    """The text changed."""
    save_asked = Signal()
    cancelled = Signal()
    resized = Signal()
    """It needs another height."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hint = ""
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(self.tr("Edit message"))
        self.editor = DraftEditor()
        self.editor.setAccessibleName(self.tr("Message, edited"))
        self.hint = QLabel()
        self.hint.setProperty("look", "faint")
        self.hint.setWordWrap(True)
        self.cancel = self._button(self.tr("Cancel"), "flat", self.tr("Forget what was typed here (Esc)"))
        self.save = self._button(self.tr("Send ↵"), "primary", self.tr("Send it instead (Enter)"))
        self.save.setAccessibleName(self.tr("Send the edited message"))
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.hint, 1)
        row.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.save, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.editor)
        column.addLayout(row)
        self.editor.textChanged.connect(self._changed)
        self.editor.send_asked.connect(self.save_asked)
        self.editor.stop_asked.connect(self.cancelled)
        self.editor.refused.connect(self._tell_refused)
        self.editor.focus_changed.connect(self._show_focus)
        self.cancel.clicked.connect(self.cancelled)
        self.save.clicked.connect(self.save_asked)
        theme.themed.connect(self._dress)
        self._dress()

    def _button(self, text: str, look: str, explanation: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("look", look)
        button.setToolTip(explanation)
        button.setAccessibleName(text)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    @property
    def text(self) -> str:
        """What is typed."""
        return self.editor.toPlainText()

    def show_text(self, text: str) -> None:
        """Begin with a text, the cursor at its end."""
        self.editor.replace_text(text)

    def explain(self, hint: str, can_save: bool) -> None:
        """Say what saving does, or why it has to wait.

        Args:
            hint: said beside the buttons.
            can_save: whether it can be saved now.
        """
        self._hint = hint
        self.hint.setText(hint)
        self.save.setEnabled(can_save)
        self.editor.setAccessibleDescription(hint)

    def height_for(self, width: int) -> int:
        """Pixels that it needs, as wide as `width`."""
        layout = self.layout()
        assert layout is not None
        return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height()

    def event(self, event: QEvent) -> bool:
        """Keep its keys from the window, and notice that something in it needs another height."""
        asked = event.type() is QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and (_is_escape(event) or _is_control_enter(event)):
            # In the window, the one stops a reply and the other writes it anew.
            event.accept()
            return True
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.resized.emit()
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc and Ctrl+Enter mean the same wherever in it the keyboard is."""
        if _is_escape(event):
            self.cancelled.emit()
        elif _is_control_enter(event):
            self.save_asked.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _changed(self) -> None:
        self.hint.setText(self._hint)
        if not self.editor.replacing:
            self.typed.emit()

    @Slot(int)
    def _tell_refused(self, length: int) -> None:
        self.hint.setText(refused_paste(length))

    @Slot(bool)
    def _show_focus(self, focused: bool) -> None:
        self.setProperty("focused", focused)
        self.style().unpolish(self)
        self.style().polish(self)

    @Slot()
    def _dress(self) -> None:
        self.hint.setFont(theme.ui_font(12))


def _is_escape(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Escape


def _is_control_enter(event: QKeyEvent) -> bool:
    control = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.ControlModifier
    return control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
