"""The composer: what one types, its tokens while one types, the system prompt, Send and Stop.

Knows nothing about engines; it asks the session to send and to stop.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.folding import fold
from desktop.controls.numbers import format_count
from desktop.draft_editor import DraftEditor, refused_paste
from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.recorded_wording import open_former_model
from desktop.session import Session
from desktop.token_chips import TokenChips
from inference.contract import Failed, Token, Tokenize

LIVE_TOKENS_LIMIT = 8_000
"""Characters of a draft whose tokens are shown while one types; of a longer one only the count is left out."""

FRAME_MS = 16


class Composer(QWidget):
    """A card with the draft, its tokens, and the buttons.

    Args:
        session: what is talked to.
        parent: the widget it lies in.
    """

    draft_changed = Signal()
    typed = Signal()
    """A person changed the draft; it was not given back."""
    prompt_asked = Signal()
    """The exact prompt is to be shown."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sending = False
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take_tokens)
        self._inquiry.refused.connect(self._take_refusal)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(FRAME_MS)
        self._soon.timeout.connect(self._ask)
        self._make()
        self.editor.textChanged.connect(self._draft_edited)
        self.editor.send_asked.connect(self.send)
        self.editor.stop_asked.connect(session.stop)
        self.editor.focus_changed.connect(self._show_focus)
        self.editor.refused.connect(self._tell_refused)
        self.system.textChanged.connect(self._system_edited)
        session.phase_changed.connect(self._tell)
        session.conversation_changed.connect(self._tell)
        session.model_changed.connect(self._model_changed)
        session.text_returned.connect(self.give_back)
        session.conversation_chosen.connect(self._take_draft)
        theme.themed.connect(self._dress)
        self._dress()
        self._tell()

    def _make(self) -> None:
        self.editor = DraftEditor()
        self.editor.setAccessibleName(self.tr("Message"))
        self.chips = TokenChips(most_rows=2)
        self.chips.setAccessibleName(self.tr("Tokens of the message"))
        self.chips.setVisible(False)
        self.hint = QLabel()
        self.hint.setProperty("look", "faint")
        self.hint.setWordWrap(True)
        self.button = QPushButton()
        self.button.setProperty("look", "primary")
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._press)
        self.system_toggle = self._link(
            self.tr("System prompt"), self.tr("Instructions that the model gets first")
        )
        self.system_toggle.setCheckable(True)
        self.system_toggle.toggled.connect(self._show_system)
        self.prompt_link = self._link(
            self.tr("Exact prompt"), self.tr("Every token the model gets, with its template (Ctrl+P)")
        )
        self.prompt_link.clicked.connect(self.prompt_asked)
        self.model_link = self._link(
            "", self.tr("Leave what was recorded, and open a model that goes on writing")
        )
        self.model_link.clicked.connect(self._session.leave_recording)
        self.system = QPlainTextEdit()
        self.system.setAccessibleName(self.tr("System prompt"))
        self.system.setPlaceholderText(self.tr("Instructions that the model gets before everything else."))
        self.system.setTabChangesFocus(True)
        self.system.setVisible(False)
        self.editor.setToolTip(self.tr("Enter sends, Shift+Enter breaks the line."))
        upper = QHBoxLayout()
        upper.addWidget(self.editor, 1)
        upper.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        links, said = QHBoxLayout(), QHBoxLayout()
        for part in (links, said):
            part.setSpacing(theme.SPACE)
        links.addWidget(self.system_toggle)
        links.addWidget(self.prompt_link)
        links.addStretch(1)
        said.addStretch(1)
        said.addWidget(self.hint)
        said.addWidget(self.model_link)
        self._lower = lower = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        lower.setSpacing(theme.SPACE)
        lower.addLayout(links)
        lower.addLayout(said, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * theme.SPACE, 3 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.system)
        column.addLayout(upper)
        column.addWidget(self.chips)
        column.addLayout(lower)

    def _link(self, text: str, explanation: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("look", "link")
        button.setToolTip(explanation)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    # ------------------------------------------------------------ what a person does

    @property
    def draft(self) -> str:
        """What is typed and not sent."""
        return self.editor.toPlainText()

    @Slot()
    def send(self) -> None:
        """Send the draft; it stays where it is if that is not possible."""
        if self._session.only_looks:
            return  # the hint says why
        if self._session.busy and not self._session.stopping:
            self._say(self.tr("Esc stops the reply; your text stays here."))
            return
        text = self.draft
        # Emptied first: sending can give the text of a message before back, which must not be lost then. What is
        # kept of the draft is left to the session meanwhile: it goes when the message is on the disk.
        self._sending = True
        self.editor.clear()
        sent = self._session.send(text)
        if not sent:
            returned = self.draft
            self.editor.replace_text(f"{returned}\n{text}" if returned.strip() else text)
        self._sending = False
        self._session.save_draft(self.draft)
        if not sent:
            self._tell()
            if self._session.queued and text.strip():
                self._say(self.tr("One message waits for the model already; Esc takes it back."))

    @Slot(str)
    def give_back(self, text: str) -> None:
        """A message could not be answered: its text goes before what has been typed since."""
        typed = self.draft
        self.editor.replace_text(f"{text}\n{typed}" if typed.strip() else text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other room for links."""
        super().resizeEvent(event)
        self._arrange_links()

    def focus(self) -> None:
        """Let a person type."""
        self.editor.setFocus()

    @Slot(str)
    def type(self, text: str) -> None:
        """Take what a person has begun to type elsewhere, and let them go on here."""
        self.focus()
        self.editor.insertPlainText(text)

    @Slot()
    def _press(self) -> None:
        if self._session.busy or self._session.queued:
            self._session.stop()
        else:
            self.send()
        self.focus()

    # ------------------------------------------------------------ what is shown

    @Slot()
    def _tell(self) -> None:
        session = self._session
        stops = (session.busy and not session.stopping) or session.queued
        self.button.setText(self.tr("Stop ■") if stops else self.tr("Send ↵"))
        self.button.setAccessibleName(self.tr("Stop writing") if stops else self.tr("Send message"))
        self.button.setToolTip(self.tr("Esc") if stops else self.tr("Enter"))
        sends = bool(self.draft.strip()) and session.phase is not Phase.LOST and not session.only_looks
        self.button.setEnabled(stops or sends)
        if self.system.toPlainText() != session.system_prompt:
            self.system.setPlainText(session.system_prompt)
        mark = " ●" if session.system_prompt.strip() else ""
        self.system_toggle.setText(self.tr("System prompt") + mark)
        self.editor.setPlaceholderText(self._invitation())
        self.editor.viewport().update()  # Qt repaints no more than the cursor's place
        self.prompt_link.setEnabled(not session.only_looks)
        self.model_link.setText(open_former_model(session))
        self.model_link.setVisible(session.recorded)
        self._say(self.tr("Kept, not sent") if session.only_looks and self.draft else "")

    def _invitation(self) -> str:
        if self._session.phase is Phase.LOST:
            return self.tr("The engine is not running: restart it to send.")
        if self._session.recorded:
            return self.tr("Recorded, without its model: nothing can be written.")
        if self._session.inside_only:
            return self.tr("No language model: it can be looked into, and nothing be written.")
        if self._session.model is None:
            return self.tr("Type already; it is sent when the model is ready.")
        return self.tr("Say something")

    def _say(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self._arrange_links()

    def _arrange_links(self) -> None:
        """A link to a model has a line of its own where one line is too short for all of them."""
        links = (self.system_toggle, self.prompt_link, self.model_link)
        hint = self.hint.fontMetrics().horizontalAdvance(self.hint.text())
        needed = hint + sum(link.sizeHint().width() for link in links) + 4 * theme.SPACE
        room = self.contentsRect().width() - 6 * theme.SPACE
        fold(self._lower, self._session.recorded and needed > room)

    @Slot(int)
    def _tell_refused(self, length: int) -> None:
        self._say(refused_paste(length))

    @Slot(bool)
    def _show_focus(self, focused: bool) -> None:
        self.setProperty("focused", focused)
        self.style().unpolish(self)
        self.style().polish(self)

    @Slot(bool)
    def _show_system(self, shown: bool) -> None:
        self.system.setVisible(shown)
        if shown:
            self.system.setFocus()
        else:
            self.focus()

    @Slot()
    def _system_edited(self) -> None:
        self._session.set_system_prompt(self.system.toPlainText())

    @Slot()
    def _dress(self) -> None:
        self.system.setFont(theme.ui_font(14))
        self.system.setFixedHeight(4 * self.system.fontMetrics().lineSpacing())
        self.hint.setFont(theme.ui_font(12))

    # ------------------------------------------------------------ live tokens

    @Slot()
    def _take_draft(self) -> None:
        """Another conversation is shown, with what was typed in it."""
        if not self._sending and self.draft != self._session.conversation.draft:
            self.editor.replace_text(self._session.conversation.draft)

    @Slot()
    def _draft_edited(self) -> None:
        if not self._sending:
            self._session.save_draft(self.draft)
        self._tell()
        self.draft_changed.emit()
        if self.draft and not self.editor.replacing:
            self.typed.emit()
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _model_changed(self) -> None:
        self._tell()
        self._soon.start()

    @Slot()
    def _ask(self) -> None:
        text = self.draft
        if not text or self._session.model is None or self._session.only_looks:
            self._inquiry.forget()
            self._show_chips((), "")
        elif len(text) > LIVE_TOKENS_LIMIT:
            self._inquiry.forget()
            said = self.tr("{length} characters; tokens are shown live up to {limit}")
            limit = format_count(LIVE_TOKENS_LIMIT)
            self._show_chips((), said.format(length=format_count(len(text)), limit=limit))
        else:
            self._inquiry.ask(Tokenize, text=text)

    @Slot(object)
    def _take_tokens(self, tokens: tuple[Token, ...]) -> None:
        if not self.draft:
            return
        one, many = self.tr("1 token"), self.tr("{count} tokens")
        self._show_chips(tokens, one if len(tokens) == 1 else many.format(count=format_count(len(tokens))))

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        self._show_chips((), failed.what if failed.case != "interrupted" else "")

    def _show_chips(self, tokens: tuple[Token, ...], note: str) -> None:
        self.chips.show_tokens(tokens, note)
        self.chips.setVisible(bool(tokens or note))
