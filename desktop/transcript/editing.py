"""Saying something else in place of a message: which one, what is typed so far, and what becomes of it.

Knows nothing about scrolling; it is told where the message is.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRect, QRectF, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.phase import Phase
from desktop.session import Session
from desktop.transcript.message import MessageItem
from desktop.transcript.message_editor import MessageEditor


class Editing(QObject):
    """At most one message is edited at a time; what is typed for others stays kept.

    Args:
        session: in which it is said.
        page: the widget that messages are painted on.
    """

    changed = Signal()
    """Another message is edited, or none, or the editor needs another height."""
    typed = Signal()
    """The text changed."""
    sent = Signal()
    """What was typed is about to be said in place of the message."""
    returned = Signal(str)
    """The message is gone for good; what was typed belongs into the composer."""

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._page = page
        self.editor: MessageEditor | None = None
        self.item: MessageItem | None = None
        self._original = ""
        """What the message says, as the editor has it: line ends are all alike there."""
        for signal in (session.phase_changed, session.model_changed):
            signal.connect(self._explain)

    @property
    def height(self) -> int:
        """Of the editor, in pixels."""
        return 0 if self.editor is None else self.editor.height_for(max(self.editor.width(), 1))

    # ------------------------------------------------------------ beginning and ending

    def begin(self, item: MessageItem, width: int) -> None:
        """Edit a message, with what was typed last and not sent.

        Args:
            item: the message.
            width: that the editor will have.
        """
        if self.item is item and self.editor is not None:
            self.editor.editor.setFocus()
            return
        self._leave()
        self.item = item
        number, history = item.message.id, self._session.archive.history
        typed = self._session.archive.attempt(lambda: history.messages.edit_of(number), None)
        editor = self.editor = MessageEditor(self._page)
        editor.resize(width, editor.sizeHint().height())
        editor.show_text(item.message.text)
        self._original = editor.text
        if typed is not None:
            editor.show_text(typed)
        editor.typed.connect(self._keep)
        editor.save_asked.connect(self.save)
        editor.cancelled.connect(self.cancel)
        editor.resized.connect(self._resize)
        self._explain()
        item.covered = float(self.height)
        editor.show()
        editor.editor.setFocus()
        self.changed.emit()

    @Slot()
    def save(self) -> None:
        """Say what is typed; where that is not possible it stays, and the reason is said."""
        if self.editor is None or self.item is None:
            return
        text, message = self.editor.text, self.item.message
        if text == self._original:
            self.cancel()
            return
        self._explain()
        if self._obstacle():
            return
        index = self._index()
        if index is not None:
            self.sent.emit()
        if index is not None and self._session.edit(index, text):
            self._forget(message.id)
            self._leave(focus=True)
            self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Leave the message as it is, and forget what was typed."""
        if self.item is not None:
            self._forget(self.item.message.id)
            self._leave(focus=True)
            self.changed.emit()

    def keep_to(self, items: Sequence[MessageItem]) -> None:
        """Other messages are shown: an editor whose message is not among them goes; what is typed stays kept."""
        if self.item is None or self.item in items:
            return
        number, text = self.item.message.id, "" if self.editor is None else self.editor.text
        history = self._session.archive.history
        gone = not self._session.archive.attempt(lambda: history.messages.conversation_of(number), number)
        unsent = text.strip() and text != self._original
        self._leave(focus=True)
        if gone and unsent:
            self.returned.emit(text)

    def place(self, room: QRectF) -> None:
        """Put the editor where the message's body is.

        Args:
            room: of the body, in pixels of the page; its height is left to the editor.
        """
        if self.editor is not None:
            wanted = QRect(round(room.left()), round(room.top()), round(room.width()), self.height)
            if wanted != self.editor.geometry():
                self.editor.setGeometry(wanted)

    def _leave(self, focus: bool = False) -> None:
        if self.item is not None:
            self.item.covered = None
        editor, self.editor, self.item = self.editor, None, None
        if editor is not None:
            if focus and editor.isAncestorOf(editor.window().focusWidget() or editor):
                self._page.setFocus()
            editor.hide()
            editor.deleteLater()

    # ------------------------------------------------------------ what is typed

    @Slot()
    def _keep(self) -> None:
        if self.item is None or self.editor is None:
            return
        text, message = self.editor.text, self.item.message
        typed = text if text.strip() and text != self._original else None
        save = self._session.archive.history.messages.save_edit
        self._session.archive.attempt(lambda: save(message.id, typed), None)
        self._explain()
        self.typed.emit()

    def _forget(self, number: int) -> None:
        save = self._session.archive.history.messages.save_edit
        self._session.archive.attempt(lambda: save(number, None), None)

    def _index(self) -> int | None:
        number = self.item.message.id if self.item is not None else 0
        return next((at for at, one in enumerate(self._session.messages) if one.id == number), None)

    # ------------------------------------------------------------ what is said about it

    def _obstacle(self) -> str:
        """Why it cannot be sent now; empty where it can."""
        if self._session.phase is Phase.LOST:
            return self.tr("The engine is not running: restart it to send this. What you type is kept.")
        if self._session.model is None:
            return self.tr(
                "The model is being loaded; this can be sent when it is ready. What you type is kept."
            )
        if self.editor is not None and not self.editor.text.strip():
            return self.tr("There is nothing to send.")
        return ""

    @Slot()
    def _explain(self) -> None:
        if self.editor is None or self.item is None:
            return
        obstacle = self._obstacle()
        last = self._session.messages and self._session.messages[-1] is self.item.message
        usual = "" if last else self.tr("What followed stays on a branch of its own.")
        self.editor.explain(obstacle or usual, not obstacle)

    @Slot()
    def _resize(self) -> None:
        if self.item is not None and self.item.covered != self.height:
            self.item.covered = float(self.height)
            self.changed.emit()
