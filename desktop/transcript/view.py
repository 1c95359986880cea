"""The transcript: the messages of a conversation, clicked, selected, copied, edited and read.

Knows nothing about engines; what is said and done goes through a `Session`.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from desktop.conversation import ChatMessage
from desktop.session import Session
from desktop.transcript.actions import VARIANTS, Action, actions_of
from desktop.transcript.editing import Editing
from desktop.transcript.links import LinkQuestion, links_in
from desktop.transcript.menu import MessageMenu
from desktop.transcript.message_feed import MessageFeed, Wanted
from desktop.transcript.tint import Tint


class Transcript(MessageFeed):
    """The messages of the current conversation, and what can be done with them.

    Args:
        session: what is shown.
        tint: the grounds of tokens.
        parent: the widget it lies in.
    """

    text_returned = Signal(str)
    """What was typed in place of a message that is gone; it belongs into the composer."""

    def __init__(self, session: Session, tint: Tint, parent: QWidget | None = None) -> None:
        super().__init__(session, tint, parent)
        self.editing = Editing(session, self.viewport())
        self.editing.changed.connect(self._show_editor)
        self.editing.typed.connect(self._reveal_caret)
        self.editing.sent.connect(self._go_to_end)
        self.editing.returned.connect(self.text_returned)

    # ------------------------------------------------------------ where things are

    def _arrange(self, from_top: float = 0.0) -> None:
        super()._arrange(from_top)
        self._place_editor()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        """Move what is painted already, and the editor over it."""
        super().scrollContentsBy(dx, dy)
        self._place_editor()

    def _take_messages(self) -> None:
        super()._take_messages()
        self.editing.keep_to(self._items)

    def _place_editor(self) -> None:
        if (item := self.editing.item) is not None:
            left, width = self._column()
            self.editing.place(QRectF(left, self._below_edge(item) + item.body_top, width, 0.0))

    @Slot()
    def _show_editor(self) -> None:
        """Another message is edited, or the editor has another height."""
        if self.isVisible():
            self._arrange()
        self._renew()

    @Slot()
    def _reveal_caret(self) -> None:
        """What is typed is to be seen."""
        if (editor := self.editing.editor) is not None:
            caret = editor.editor.cursorRect()
            top = editor.editor.mapTo(self.viewport(), caret.topLeft()).y() + self.verticalScrollBar().value()
            self._reveal(top, caret.height())

    @Slot()
    def _go_to_end(self) -> None:
        """What is written next is at the end."""
        self._at_end = True

    # ------------------------------------------------------------ what a person does

    def act(self, message: ChatMessage, action: Action) -> None:
        """Do something with a message, if it is there and that is still possible."""
        self._catch_up()
        session, index = self._session, self._index_of(message)
        if index is None or action not in actions_of(session, index):
            return
        if action is Action.COPY:
            self.copy_message(index)
        elif action is Action.EDIT:
            self.edit(index)
        elif action in VARIANTS:
            self.choose_variant(index, VARIANTS[action])
        else:
            self._go_to_end()
            if action is Action.CONTINUE:
                session.continue_reply()
            else:
                session.regenerate(index if action is Action.REGENERATE else None)

    def edit(self, index: int) -> None:
        """Let a person say something else in place of a message."""
        self._catch_up()
        item = self._items[index]
        self._at_end = False
        self.editing.begin(item, round(self._column()[1]))
        self._arrange()
        self._reveal(item.top, item.height)
        self._reveal_caret()

    def choose_variant(self, index: int, delta: int) -> bool:
        """Show another variant of a message, in the place where it is; whether there is one.

        Args:
            index: of the message.
            delta: how far the variant stands from the one that is shown.
        """
        self._catch_up()
        session, below = self._session, self._below_edge(self._items[index])
        if not session.choose_variant(index, delta):
            return False
        self._wanted = Wanted(session.messages[index].id, below)
        # One looks at that message now, and the next key means it again.
        start, stop = session.conversation.spans()[index]
        if stop > start and not start <= session.cursor < stop:
            session.move_cursor(start)
        self._renew()
        return True

    def step_variant(self, event: QKeyEvent) -> bool:
        """Go to the variant that Alt+↑ or Alt+↓ asks for, of the message at the cursor; whether it was such a key."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() not in steps or modifiers != Qt.KeyboardModifier.AltModifier:
            return False
        if self._session.messages:
            self._catch_up()
            self.choose_variant(self.current, steps[Qt.Key(event.key())])
        return True

    def _catch_up(self) -> None:
        """Have the items be those of the session's messages."""
        if self._stale:
            self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor, with Alt they choose variants; Enter unfolds, Shift+F10 opens the menu."""
        if self.step_variant(event):
            return
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._select_all()
        elif event.key() in steps and not modifiers:
            self._session.step_cursor(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers:
            self.toggle_folds()
        elif _asks_for_menu(event):
            self.show_menu()
        elif event.key() == Qt.Key.Key_Home:
            self.verticalScrollBar().setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        else:
            super().keyPressEvent(event)

    @Slot()
    def copy(self) -> None:
        """Copy the selection; without one the message at the cursor, else the last one."""
        text = self._selection.text()
        if not text and self._items:
            text = self.text_of(self.current)
        if text:
            QApplication.clipboard().setText(text)

    def copy_message(self, index: int) -> None:
        """Copy a whole message."""
        QApplication.clipboard().setText(self.text_of(index))

    @Slot()
    def toggle_folds(self) -> None:
        """Unfold or fold what was thought: in the message at the cursor, else in the last that has something."""
        cursor = self._session.cursor
        with_folds = [item for item in self._items if item.has_folds]
        inside = [item for item in with_folds if item.span[0] <= cursor < item.span[1]]
        for item in (inside or with_folds)[-1:]:
            item.toggle_folds()
            self._folded(item)

    def _select_all(self) -> None:
        item = self._selection.item or (self._items[-1] if self._items else None)
        if item is not None:
            self._selection.begin(item, 0)
            self._selection.extend(item.body.length)
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the message at the pointer, or by the keyboard with the one at the cursor."""
        self._catch_up()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.show_menu()
            return
        found = self._item_at(QPointF(event.pos()))
        self._menu(self.current if found is None else self._items.index(found[0])).popup(event.globalPos())

    def show_menu(self) -> None:
        """Show what can be done with the message at the cursor, or with the last one."""
        self._catch_up()
        self._menu(self.current).popup(self._menu_place(self.current))

    def _menu(self, index: int) -> MessageMenu:
        menu = MessageMenu(self)
        menu.offer_copy(bool(self._selection.text()), self.copy)
        if index >= 0:
            menu.offer(self._session.messages[index], actions_of(self._session, index), self.act)
            menu.offer_links(links_in(self.text_of(index)), self._ask_about_link)
        if any(item.has_folds for item in self._items):
            menu.offer_folds(self.toggle_folds)
        return menu

    def _ask_about_link(self, link: str) -> None:
        LinkQuestion(link, self)

    def _menu_place(self, index: int) -> QPoint:
        """Where the menu of a message opens that no pointer is on: below its heading, as far as that is seen."""
        left, _ = self._column()
        below = self._below_edge(self._items[index]) + self._items[index].body_top if index >= 0 else 0.0
        top = min(max(round(below), 0), self.viewport().height())
        return self.viewport().mapToGlobal(QPoint(round(left), top))


def _asks_for_menu(event: QKeyEvent) -> bool:
    """Whether a key is Shift+F10, which Qt makes a request for a menu on Windows only."""
    shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    return sys.platform != "win32" and event.key() == Qt.Key.Key_F10 and shift
