"""The chat template of the loaded model: seen, edited with what it makes of the conversation beside it, reset.

Knows nothing about Jinja; the engine reads, renders and remembers templates.
"""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.source_editor import SourceEditor
from desktop.inquiry import Inquiry
from desktop.prompt_text import PromptText
from desktop.session import Session
from inference.contract import ChangeTemplate, ChatPrompt, Failed, Message, ReadPrompt, TemplateInUse, Token

PREVIEW_AFTER_MS = 250
"""The preview waits so long for the next key."""

SKELETON = """\
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
"""What somebody who writes a template for a model without one begins with."""

_LINE = re.compile(r"\(line ([0-9]+)\)")


class TemplateEditor(QDialog):
    """A window of its own; what was typed stays in it until a person changes it.

    Args:
        session: whose model's template it is.
        parent: the window it belongs to.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._draft = ""
        self._known = ""
        self.setWindowTitle(self.tr("Chat template"))
        self.resize(1040, 640)
        self._preview_inquiry = Inquiry(session, self)
        self._preview_inquiry.answered.connect(self._take_preview)
        self._preview_inquiry.refused.connect(self._refuse_preview)
        self._change_inquiry = Inquiry(session, self)
        self._change_inquiry.answered.connect(self._take_change)
        self._change_inquiry.refused.connect(self._refuse_change)
        self._make_widgets()
        self._lay_out()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PREVIEW_AFTER_MS)
        self._soon.timeout.connect(self._preview)
        self.source.textChanged.connect(self._text_changed)
        session.template_changed.connect(self._show_template)
        session.model_changed.connect(self._show_template)
        session.conversation_changed.connect(self._preview_soon)
        self._show_template()

    def _make_widgets(self) -> None:
        self.facts = _label("soft")
        self.source = SourceEditor()
        self.source.setAccessibleName(self.tr("Source of the chat template, in Jinja"))
        self.preview = PromptText()
        self.preview.setAccessibleName(self.tr("What the template makes of the conversation"))
        self.preview_facts = _label("faint")
        self.said = _label("refusal")
        self.said.setAccessibleName(self.tr("What is wrong with the template"))
        self.begin_button = QPushButton(self.tr("Start with ChatML"))
        self.begin_button.setToolTip(self.tr("Write the simplest common template into the field"))
        self.begin_button.clicked.connect(self._begin)
        self.reset_button = QPushButton()
        self.reset_button.clicked.connect(self._reset)
        self.apply_button = QPushButton(self.tr("Apply"))
        self.apply_button.setProperty("look", "primary")
        self.apply_button.setToolTip(
            self.tr("Use this template from the next message on, and remember it with the model (Ctrl+S)")
        )
        self.apply_button.clicked.connect(self.apply)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self.apply)
        for button in (self.begin_button, self.reset_button, self.apply_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        for heading, widget, below in (
            (self.tr("Template"), self.source, None),
            (self.tr("What it makes of the conversation"), self.preview, self.preview_facts),
        ):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2 * theme.SPACE)
            title = QLabel(heading)
            title.setProperty("look", "section")
            column.addWidget(title)
            column.addWidget(widget, 1)
            if below is not None:
                column.addWidget(below)
            splitter.addWidget(side)
        splitter.setSizes([560, 480])
        splitter.setHandleWidth(3 * theme.SPACE)
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.reset_button)
        row.addWidget(self.begin_button)
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.apply_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * theme.SPACE, 4 * theme.SPACE, 4 * theme.SPACE, 3 * theme.SPACE)
        column.setSpacing(3 * theme.SPACE)
        column.addWidget(self.facts)
        column.addWidget(splitter, 1)
        column.addWidget(self.said)
        column.addLayout(row)
        self.said.hide()
        self.preview_facts.hide()

    # ------------------------------------------------------------ what a person does

    def show_draft(self, draft: str) -> None:
        """Include in the preview what is typed and not sent."""
        self._draft = draft
        self._preview_soon()

    @Slot()
    def apply(self) -> None:
        """Use what is typed from the next message on."""
        if self._session.recorded:
            return
        self._change_inquiry.ask(ChangeTemplate, template=self.source.text)

    @Slot()
    def _reset(self) -> None:
        self._change_inquiry.ask(ChangeTemplate, template=None)

    @Slot()
    def _begin(self) -> None:
        self.source.replace_text(SKELETON)
        self.source.setFocus()

    # ------------------------------------------------------------ the template in use

    @property
    def _own_origin(self) -> str:
        """Where the model's own template is from, one clause; empty where it has none."""
        model = self._session.model
        return "" if model is None else model.report.chat_template or ""

    @Slot()
    def _show_template(self) -> None:
        """Show the template in use, unless something else is typed, which must not be lost."""
        template = self._session.template if self._session.model is not None else None
        source = "" if template is None else template.source or ""
        if template is not None and self.source.text == self._known and source != self._known:
            self.source.replace_text(source)
        if template is not None:
            # As the field has it: it knows one kind of line end only.
            self._known = _as_typed(source)
        self._describe()
        self._preview_soon()

    def _describe(self) -> None:
        template, origin = self._session.template, self._own_origin
        if self._session.model is None or template is None:
            said = self.tr("The template is shown here as soon as a model is loaded.")
        elif self._session.recorded:
            said = self.tr(
                "This template was in use when the recording was made; without the model it makes nothing."
            )
        elif template.edited and origin:
            said = self.tr(
                "Your template is in use in place of the model's own, which is kept ({origin})."
            ).format(origin=origin)
        elif template.edited:
            said = self.tr("Your template is in use. The model has none of its own.")
        elif template.source is None:
            said = self.tr(
                "This model has no chat template: the last message is continued as it is. You can write one here."
            )
        else:
            said = self.tr("The model's own template is in use ({origin}).").format(origin=origin)
        typed = self.source.text
        changed = typed != self._known
        usable = self._session.model is not None and not self._session.recorded
        if changed and usable:
            said += " " + self.tr("What you have typed is not applied yet.")
        self.facts.setText(said)
        self.reset_button.setText(
            self.tr("Reset to the model's own") if origin else self.tr("Use no template")
        )
        self.reset_button.setEnabled(usable and template is not None and (template.edited or changed))
        self.begin_button.setVisible(usable and not typed.strip())
        self.apply_button.setEnabled(usable and changed)

    @Slot(object)
    def _take_change(self, template: TemplateInUse) -> None:
        asked = self._change_inquiry.query
        if isinstance(asked, ChangeTemplate) and asked.template is None:
            # Undoing brings back what was typed.
            self.source.replace_text(template.source or "")
            self._known = self.source.text
        elif isinstance(asked, ChangeTemplate):
            self._known = _as_typed(template.source or "")
            if not (asked.template or "").strip():
                self.source.replace_text(self._known)
        self._say("")
        self._session.take_template(template)
        self._describe()

    @Slot(object)
    def _refuse_change(self, failed: Failed) -> None:
        if failed.case == "interrupted" and isinstance(asked := self._change_inquiry.query, ChangeTemplate):
            self._change_inquiry.ask(ChangeTemplate, template=asked.template)
        else:
            self._say(f"{failed.what} {failed.remedy}")

    # ------------------------------------------------------------ the preview

    @property
    def _prompt(self) -> tuple[ChatPrompt, str]:
        """What is rendered, and a sentence about it."""
        messages = self._session.prompt().messages
        if self._draft.strip():
            messages = (*messages, Message("user", self._draft))
        if not messages:
            return ChatPrompt((Message("user", self.tr("Hello")),)), self.tr(
                "Nothing was said yet: this is what a greeting becomes."
            )
        return ChatPrompt(messages), ""

    @Slot()
    def _text_changed(self) -> None:
        self.source.mark_wrong(0)
        self._describe()
        self._preview_soon()

    @Slot()
    def _preview_soon(self) -> None:
        if self.isVisible():
            self._soon.start()

    @Slot()
    def _preview(self) -> None:
        if self._session.model is None:
            return
        if self._session.recorded:
            self._preview_inquiry.forget()
            self._say("")
            self.preview.show_tokens(())
            self._say_beside(self.tr("Open a model to see what a template makes of the conversation."))
            return
        template = self.source.text
        if template.strip():
            self._preview_inquiry.ask(ReadPrompt, prompt=self._prompt[0], template=template)
            return
        self._preview_inquiry.forget()
        self._say("")
        self.preview.show_tokens(())
        nothing = self.tr("Without a template the last message is continued as it is.")
        back = self.tr("Applied while it is empty, it goes back to the model's own.")
        self._say_beside(back if self._own_origin else nothing)

    @Slot(object)
    def _take_preview(self, tokens: tuple[Token, ...]) -> None:
        self._say("")
        self.preview.show_tokens(tokens)
        self._say_beside(self._prompt[1])

    @Slot(object)
    def _refuse_preview(self, failed: Failed) -> None:
        if failed.case == "interrupted":
            self._preview_soon()
            return
        self.preview.dim_it()
        self._say_beside(self.tr("This is what it made before.") if self.preview.toPlainText() else "")
        self._say(f"{failed.what} {failed.remedy}")

    def _say_beside(self, sentence: str) -> None:
        self.preview_facts.setText(sentence)
        self.preview_facts.setVisible(bool(sentence))

    def _say(self, wrong: str) -> None:
        """Say what is wrong, and mark its line; nothing is wrong with an empty sentence."""
        self.said.setText(wrong)
        self.said.setVisible(bool(wrong))
        found = _LINE.search(wrong)
        self.source.mark_wrong(int(found[1]) if found is not None else 0)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the conversation."""
        super().showEvent(event)
        self._show_template()
        self._preview()


def _as_typed(source: str) -> str:
    """A source with the line ends that a text field gives back."""
    return source.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n")


def _label(look: str) -> QLabel:
    made = QLabel()
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", look)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
