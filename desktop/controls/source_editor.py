"""A field for source code: one width for all letters, numbered lines, one line marked as wrong.

Knows nothing about the language.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from desktop import theme

_PAD = 2 * theme.SPACE


class SourceEditor(QPlainTextEdit):
    """Edits source code. Tab moves the focus on, as everywhere in the window.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wrong_line = 0
        self._numbers = _LineNumbers(self)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._follow)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def text(self) -> str:
        """What is in the field, character by character; lines end with newlines."""
        # `toPlainText` would make ordinary spaces of those that do not break.
        return self.document().toRawText().replace("\u2029", "\n")

    @property
    def wrong_line(self) -> int:
        """The line that is marked as wrong, counted from 1; 0 for none."""
        return self._wrong_line

    def mark_wrong(self, line: int) -> None:
        """Mark a line as wrong, counted from 1; 0 marks none."""
        self._wrong_line = line if line <= self.blockCount() else 0
        marks = []
        if self._wrong_line:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document().findBlockByNumber(self._wrong_line - 1))
            mark.format.setBackground(theme.colour(theme.current().danger_soft))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.setExtraSelections(marks)
        self._numbers.update()

    def replace_text(self, text: str) -> None:
        """Put another text in place of this one; undoing brings this one back."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def gutter_width(self) -> int:
        """Pixels that the numbers need."""
        digits = max(len(str(self.blockCount())), 2)
        return round(QFontMetricsF(theme.mono_font(12)).horizontalAdvance("0") * digits) + 2 * _PAD

    def paint_numbers(self, painter: QPainter, area: QRect) -> None:
        """Draw the numbers of the lines in view."""
        palette = theme.current()
        painter.setFont(theme.mono_font(12))
        # Not the block's own height: the last one's has the document's margin in it.
        height = round(QFontMetricsF(self.font()).height())
        block = self.firstVisibleBlock()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if place.top() > area.bottom():
                return
            wrong = block.blockNumber() + 1 == self._wrong_line
            painter.setPen(theme.colour(palette.danger if wrong else palette.text_faint))
            room = QRect(0, round(place.top()), self._numbers.width() - _PAD, height)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, flags, str(block.blockNumber() + 1))
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The numbers are as tall as the text."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), self.gutter_width(), inside.height())

    @Slot()
    def _dress(self) -> None:
        self.setFont(theme.mono_font(13))
        self._make_room()
        self.mark_wrong(self._wrong_line)

    @Slot()
    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        self._numbers.resize(self.gutter_width(), self._numbers.height())

    @Slot(QRect, int)
    def _follow(self, area: QRect, moved: int) -> None:
        if moved:
            self._numbers.scroll(0, moved)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())


class _LineNumbers(QWidget):
    """The numbers beside the text.

    Args:
        editor: whose lines are numbered.
    """

    def __init__(self, editor: SourceEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        """As wide as the numbers."""
        return QSize(self._editor.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        self._editor.paint_numbers(QPainter(self), event.rect())
