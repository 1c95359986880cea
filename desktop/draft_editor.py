"""The field one types a message into: grows with the text, knows Enter from Shift+Enter, refuses huge pastes.

Knows nothing about sessions or tokens.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QMimeData, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_count

translate = QCoreApplication.translate

LONGEST_DRAFT = 60_000
"""Characters of a message at most: more than the context of most models holds, and never slow to edit."""

LONGEST_WORD = 1_000
"""From an unbroken run this long on, lines break anywhere: looking for a word boundary would take too long."""

MOST_LINES = 9


class DraftEditor(QPlainTextEdit):
    """Several lines of plain text.

    Args:
        most_lines: that are seen at most; further ones are scrolled to.
        parent: the widget it lies in.
    """

    send_asked = Signal()
    stop_asked = Signal()
    focus_changed = Signal(bool)
    refused = Signal(int)
    """A paste was too long; how many characters it has."""

    def __init__(self, most_lines: int = MOST_LINES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most_lines = most_lines
        self.replacing = False
        self.setObjectName("draft")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Lines wrap: there is nothing to the side.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._fit)
        theme.themed.connect(self._dress)
        self._dress()

    def replace_text(self, text: str) -> None:
        """Have another text, the cursor at its end."""
        self._wrap_for(text)
        self.replacing = True
        self.setPlainText(text)
        self.replacing = False
        self.moveCursor(self.textCursor().MoveOperation.End)

    def sizeHint(self) -> QSize:
        """As high as its lines, up to a limit."""
        lines = min(max(self._line_count(), 1), self._most_lines)
        return QSize(200, lines * self.fontMetrics().lineSpacing() + 2 * theme.SPACE)

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(60, self.sizeHint().height())

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802
        """Paste plain text, unless the whole would be too long."""
        text = source.text()
        selected = self.textCursor().selectionEnd() - self.textCursor().selectionStart()
        if self.document().characterCount() - selected + len(text) > LONGEST_DRAFT:
            self.refused.emit(len(text))
            return
        self._wrap_for(text)
        self.insertPlainText(text.replace("\0", "␀"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends, Shift+Enter breaks the line, Esc stops."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if enter and not modifiers:
            self.send_asked.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.stop_asked.emit()
        elif enter and modifiers == Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the window's shortcut for writing the reply anew
        elif event.text() and self.document().characterCount() > LONGEST_DRAFT and event.text().isprintable():
            self.refused.emit(1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Tell the frame around."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: object) -> None:
        """Tell the frame around."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.focus_changed.emit(False)

    def resizeEvent(self, event: object) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def setPlaceholderText(self, text: str) -> None:  # noqa: N802
        """Say something else while nothing is typed."""
        super().setPlaceholderText(text)
        self._fit()

    def _line_count(self) -> int:
        if self.document().isEmpty():
            metrics, room = self.fontMetrics(), QRect(0, 0, max(self.viewport().width(), 1), 0)
            said = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self.placeholderText())
            return max(round(said.height() / metrics.lineSpacing()), 1)
        count, block = 0, self.document().firstBlock()
        while block.isValid() and count < self._most_lines:
            count += max(block.lineCount(), 1)
            block = block.next()
        return count

    def _wrap_for(self, text: str) -> None:
        long_word = len(text) > LONGEST_WORD and max(map(len, text.split()), default=0) > LONGEST_WORD
        mode = (
            QTextOption.WrapMode.WrapAnywhere
            if long_word
            else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        )
        if long_word or not self.toPlainText():
            self.setWordWrapMode(mode)

    @Slot()
    def _fit(self) -> None:
        policy = Qt.ScrollBarPolicy
        full = self._line_count() >= self._most_lines
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if full else policy.ScrollBarAlwaysOff)
        self.updateGeometry()

    @Slot()
    def _dress(self) -> None:
        self.setFont(theme.ui_font(15))
        self._fit()


def refused_paste(length: int) -> str:
    """Why something was not pasted or typed.

    Args:
        length: its characters, as `DraftEditor.refused` says.
    """
    limit = format_count(LONGEST_DRAFT)
    if length == 1:
        return translate("DraftEditor", "A message can have {limit} characters.").format(limit=limit)
    said = translate(
        "DraftEditor",
        "{length} characters are too many for one message; it can have {limit}. Nothing was pasted.",
    )
    return said.format(length=format_count(length), limit=limit)
