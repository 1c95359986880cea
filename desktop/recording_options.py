"""What there is to record of the shown conversation: how much can be chosen, and how large each would be.

Knows nothing about how it is recorded.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.controls.option_card import OptionCard
from desktop.model_library.wording import size_text
from desktop.session import Session
from inference.contract import RecordingOutline
from inference.recording import check_recordable, recording_bytes
from models.errors import VitrineError


class RecordingOptions(QWidget):
    """Two cards, of which one is chosen.

    Args:
        session: whose conversation is shown.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.about = wrapped_label("soft")
        self.last = OptionCard(self.tr("The last reply"))
        self.everything = OptionCard(self.tr("Everything"))
        note = wrapped_label("faint")
        note.setText(
            self.tr(
                "Every branch is in the file with its tokens; nothing in it tells where files of this machine lie."
            )
        )
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * theme.SPACE)
        column.addWidget(self.about)
        for card in (self.last, self.everything):
            group.addButton(card)
            column.addWidget(card)
        column.addWidget(note)
        self.last.setChecked(True)

    @property
    def possible(self) -> bool:
        """Whether anything can be chosen."""
        return self.last.isEnabled() or self.everything.isEnabled()

    @property
    def first_row(self) -> int:
        """First row whose distribution is wanted."""
        return 0 if self.everything.isChecked() else self._reply_row

    @property
    def _reply_row(self) -> int:
        """The row that the first token of the last reply was drawn from."""
        return max(self._session.conversation.sequence.prompt_length - 1, 0)

    def describe(self, outline: RecordingOutline) -> None:
        """Say what could be recorded; what was chosen before stays chosen where it can."""
        sequence, count = self._session.conversation.sequence, format_count
        written = len(sequence) - sequence.prompt_length
        self.about.setText(self._what_is_in_it(outline))
        kept = self.tr("With the distributions that its {count} tokens were drawn from")
        _offer(self.last, outline, self._reply_row, kept.format(count=count(written)), written > 0)
        kept = self.tr("With the distributions at all {count} tokens, those of the prompt too")
        _offer(self.everything, outline, 0, kept.format(count=count(len(sequence))), True)
        chosen, other = self.last, self.everything
        if self.everything.isChecked():
            chosen, other = other, chosen
        if not chosen.isEnabled() and other.isEnabled():
            other.setChecked(True)

    def take_focus(self) -> None:
        """Let a person choose with the keys."""
        (self.everything if self.everything.isChecked() else self.last).setFocus()

    def _what_is_in_it(self, outline: RecordingOutline) -> str:
        model = self._session.model
        if outline.layers:
            said = self.tr(
                "One file with the conversation, and of its {tokens} shown tokens what {model} computed: the "
                "attention of every head in {layers} layers, and distributions over all {vocabulary} tokens. It "
                "opens anywhere, without the model."
            )
        else:
            said = self.tr(
                "One file with the conversation, and of its {tokens} shown tokens what {model} computed: "
                "distributions over all {vocabulary} tokens. Its attention cannot be shown, and is not in it. It "
                "opens anywhere, without the model."
            )
        return said.format(
            tokens=format_count(len(outline.ids)),
            model=model.name if model is not None else "",
            layers=format_count(len(outline.layers)),
            vocabulary=format_count(outline.vocabulary),
        )


def _offer(card: OptionCard, outline: RecordingOutline, first_row: int, detail: str, there: bool) -> None:
    """Describe an option with its size, or say why it is none."""
    try:
        check_recordable(outline, first_row)
    except VitrineError as error:
        card.describe(f"{error.what} {error.remedy}", "", possible=False)
        return
    card.describe(detail, size_text(recording_bytes(outline, first_row)), possible=there)


def wrapped_label(look: str) -> QLabel:
    """A label of several lines, whose text can be copied.

    Args:
        look: as the stylesheet names it.
    """
    made = QLabel()
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", look)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
