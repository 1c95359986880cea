"""The exact prompt: every token that the model gets, control tokens and template included.

Knows nothing about templates; the engine says what a prompt becomes.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.inquiry import Inquiry
from desktop.session import Session
from desktop.template_editor import TemplateEditor
from desktop.token_chips import TokenChips
from inference.contract import ChatPrompt, Failed, Message, ReadPrompt, Token


class ExactPrompt(QDialog):
    """A window of its own that follows the conversation while it is open.

    Args:
        session: what is shown.
        parent: the window it belongs to.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._draft = ""
        self.setWindowTitle(self.tr("Exact prompt"))
        self.resize(720, 520)
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._refuse)
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.facts.setProperty("look", "soft")
        self.chips = TokenChips()
        self.chips.setAccessibleName(self.tr("Tokens of the prompt"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAlignment(Qt.AlignmentFlag.AlignTop)
        area.setWidget(self.chips)
        self.template_editor: TemplateEditor | None = None
        self.template_button = QPushButton(self.tr("Template …"))
        self.template_button.setToolTip(
            self.tr("See, edit or reset the chat template that makes this prompt")
        )
        self.template_button.clicked.connect(self.show_template)
        self.copy_button = QPushButton(self.tr("Copy text"))
        self.copy_button.clicked.connect(self._copy)
        done = QPushButton(self.tr("Close"))
        done.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.template_button)
        row.addStretch(1)
        row.addWidget(self.copy_button)
        row.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * theme.SPACE, 4 * theme.SPACE, 4 * theme.SPACE, 3 * theme.SPACE)
        column.setSpacing(3 * theme.SPACE)
        column.addWidget(self.facts)
        column.addWidget(area, 1)
        column.addLayout(row)
        session.conversation_changed.connect(self._ask)
        session.model_changed.connect(self._ask)
        session.phase_changed.connect(self._ask)
        session.template_changed.connect(self._ask_again)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """What is shown."""
        return tuple(self.chips.tokens)

    def show_draft(self, draft: str) -> None:
        """Include what is typed and not sent."""
        if draft != self._draft:
            self._draft = draft
            if self.template_editor is not None:
                self.template_editor.show_draft(draft)
            self._ask()

    @Slot()
    def show_template(self) -> None:
        """Show the chat template, to be edited."""
        if self.template_editor is None:
            self.template_editor = TemplateEditor(self._session, self)
        self.template_editor.show_draft(self._draft)
        self.template_editor.show()
        self.template_editor.raise_()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the prompt."""
        super().showEvent(event)
        self._ask()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The editor that was opened from here closes too; what was typed in it stays."""
        if self.template_editor is not None:
            self.template_editor.close()
        super().closeEvent(event)

    @Slot()
    def _ask_again(self) -> None:
        """The same question has another answer with another template."""
        self._inquiry.forget()
        self._ask()

    @Slot()
    def _ask(self) -> None:
        if not self.isVisible():
            return
        if self._session.model is None:
            self._say(self.tr("The prompt is shown here token by token as soon as a model is loaded."))
            return
        if self._session.recorded:
            self._say(
                self.tr(
                    "A recording makes no prompts: its model's tokenizer is not there. The tokens that were recorded "
                    "are in the panel Tokens."
                )
            )
            return
        prompt = self._session.prompt()
        if self._draft.strip():
            prompt = ChatPrompt((*prompt.messages, Message("user", self._draft)))
        if not prompt.messages:
            self._say(self.tr("The prompt is shown here token by token as soon as something is typed."))
            return
        self._inquiry.ask(ReadPrompt, prompt=prompt)

    @Slot(object)
    def _take(self, tokens: tuple[Token, ...]) -> None:
        typed = self.tr(" What is typed and not sent yet is included.") if self._draft.strip() else ""
        said = self.tr("{count} tokens, {special} of them control tokens of the template.") + typed
        special = sum(token.special for token in tokens)
        said = said.format(count=format_count(len(tokens)), special=format_count(special))
        self.facts.setText(f"{said} {self._about_template()}".strip())
        self.chips.show_tokens(tokens, "")
        self.copy_button.setEnabled(True)

    def _about_template(self) -> str:
        """What is not as one would expect of the template."""
        template = self._session.template
        if template is None or template.source is None:
            return self.tr("There is no chat template: the last message is continued as it is.")
        return self.tr("Your own template is in use.") if template.edited else ""

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        if failed.case == "interrupted":
            self._ask()
        else:
            self._say(f"{failed.what} {failed.remedy}")

    def _say(self, sentence: str) -> None:
        self._inquiry.forget()
        self.facts.setText(sentence)
        self.chips.show_tokens((), "")
        self.copy_button.setEnabled(False)

    @Slot()
    def _copy(self) -> None:
        data = b"".join(token.piece for token in self.tokens)
        QApplication.clipboard().setText(data.decode("utf-8", "replace"))
