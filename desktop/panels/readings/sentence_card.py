"""A sentence to type, and its tokens to choose a word from.

Knows nothing about what is made of it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import theme
from desktop.draft_editor import DraftEditor
from desktop.panels.readings.chip_scroll import ChipScroll
from desktop.panels.readings.chips import SentenceChips
from desktop.panels.readings.sentence_in_sight import SentenceInSight

MOST_LINES = 3
"""Of the text; the rest scrolls."""


class SentenceCard(QWidget):
    """The field above, the chips below; neither grows without end.

    Args:
        name: of the sentence, for screen readers.
        tokens_name: of its tokens.
        parent: the widget it lies in.
    """

    edited = Signal()
    """A person changed the text; it was not put there by the program."""

    def __init__(self, name: str, tokens_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.editor = DraftEditor(most_lines=MOST_LINES)
        self.editor.setAccessibleName(name)
        self.editor.setPlaceholderText(self.tr("Type a sentence"))
        self.chips = SentenceChips()
        self.chips.setAccessibleName(tokens_name)
        self.chip_scroll = ChipScroll(self.chips)
        self.chips.token_sought.connect(self.chip_scroll.seek)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.editor)
        column.addWidget(self.chip_scroll)
        column.addStretch(1)
        self.editor.textChanged.connect(self._tell)
        self.editor.focus_changed.connect(self._show_focus)

    @property
    def text(self) -> str:
        """What is typed."""
        return self.editor.toPlainText()

    def show_sentence(self, text: str, sentence: SentenceInSight) -> None:
        """Show a text, and what is known of it."""
        if text != self.text:
            self.editor.replace_text(text)
        if tuple(self.chips.tokens) != sentence.tokens:
            self.chips.show_tokens(sentence.tokens, "")
        self.chips.show_word(sentence.word)
        self.chip_scroll.setVisible(bool(sentence.tokens))

    @Slot()
    def _tell(self) -> None:
        if not self.editor.replacing:
            self.edited.emit()

    @Slot(bool)
    def _show_focus(self, focused: bool) -> None:
        self.setProperty("focused", focused)
        self.style().unpolish(self)
        self.style().polish(self)
