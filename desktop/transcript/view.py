"""The transcript: the messages of a conversation, clicked, selected, copied and read.

Knows nothing about engines; what is said and done goes through a `Session`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget

from desktop import theme
from desktop.conversation import ChatMessage
from desktop.phase import Phase
from desktop.session import Session
from desktop.transcript.bodies import Reading
from desktop.transcript.facts import token_facts
from desktop.transcript.message import Action, MessageItem
from desktop.transcript.page import MessagePage
from desktop.transcript.placing import Box
from desktop.transcript.tint import Tint
from inference.contract import Progress

DRAG_PIXELS = 4
"""The pointer has to move this far before a press on a token becomes a selection."""


class Transcript(MessagePage):
    """The messages of the current conversation.

    Args:
        session: what is shown.
        tint: the grounds of tokens.
        parent: the widget it lies in.
    """

    regenerate_asked = Signal()

    def __init__(self, session: Session, tint: Tint, parent: QWidget | None = None) -> None:
        super().__init__(session, tint, parent)
        self._reading = Reading.RENDERED
        self._pressed: tuple[QPointF, Box | None] | None = None
        self._prefill: Progress | None = None
        self._stale = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Conversation"))
        self.viewport().setMouseTracking(True)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._refresh)
        for signal in (
            session.conversation_changed,
            session.tokens_reset,
            session.model_changed,
            session.model_renamed,
            session.phase_changed,
        ):
            signal.connect(self._renew)
        session.tokens_appended.connect(self._grow)
        session.progressed.connect(self._take_progress)
        theme.themed.connect(self._redress)

    # ------------------------------------------------------------ what is shown

    @property
    def reading(self) -> Reading:
        """How finished replies are shown."""
        return self._reading

    def choose_reading(self, reading: Reading) -> None:
        """Show finished replies rendered, or exactly as their tokens are."""
        if reading is not self._reading:
            self._reading = reading
            self._redress()

    def text_of(self, index: int) -> str:
        """What a message says, a running reply as far as it is."""
        return self._items[index].text

    @Slot()
    def _redress(self) -> None:
        self._selection.clear()
        for item in self._items:
            item.remake(self._name(item.message), self._reading)
        self._renew()

    @Slot()
    def _renew(self) -> None:
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _refresh(self) -> None:
        """Bring the items in line with the session's messages."""
        if self._stale:
            self._stale = False
            before = {id(item.message): item for item in self._items}
            self._items = [self._item(before.get(id(one)), one) for one in self._session.messages]
            for item, span in zip(self._items, self._session.conversation.spans(), strict=True):
                item.take(self._session.tokens, span)
                item.note = self._note(item)
            if self._selection.item not in self._items:
                self._selection.clear()
        self._arrange()
        self._describe()

    def _item(self, known: MessageItem | None, message: ChatMessage) -> MessageItem:
        name = self._name(message)
        if known is None:
            known = MessageItem(message, name, self._reading)
            known.guess(self._column()[1])
        elif known.name != name:
            known.remake(name, self._reading)
        elif not known.finished and not message.writing:
            known.finish()
        last = message is self._session.messages[-1]
        again = last and message.role == "assistant" and self._session.can_regenerate
        known.actions = (Action.COPY, Action.REGENERATE) if again else (Action.COPY,)
        return known

    def _name(self, message: ChatMessage) -> str:
        if message.role == "user":
            return self.tr("You")
        return message.writer or self.tr("Model")

    def _note(self, item: MessageItem) -> str:
        message = item.message
        if message.waiting:
            return self.tr("Sent as soon as the model is ready.")
        if message.role == "assistant" and not message.writing and message.ids is None:
            return self._note_of_forgotten(item)
        if not message.writing or self._session.phase is not Phase.PREFILLING:
            return ""
        if self._prefill is None or not self._prefill.total:
            return self.tr("Reading the prompt …")
        read = self.tr("Reading the prompt: {done} of {total} tokens")
        return read.format(done=self._prefill.done, total=self._prefill.total)

    def _note_of_forgotten(self, item: MessageItem) -> str:
        """What became of the tokens of a reply, which were its model's and are not there any more."""
        model, writer = self._session.model, item.message.writer
        if model is None or not writer:
            return ""
        if item.shows_tokens:
            said = self.tr("Written by {model}; its tokens are shown as the model in use reads them.")
        else:
            said = self.tr("Written by {model}; its tokens cannot be opened with the model in use.")
        return said.format(model=writer)

    @Slot(object)
    def _take_progress(self, progress: Progress) -> None:
        if progress.task == "prefill":
            self._prefill = progress if progress.done < progress.total else None
            self._renew()

    @Slot(int, int)
    def _grow(self, start: int, stop: int) -> None:
        """Tokens were written: only the last message changes."""
        if self._stale or not self._items or not self._items[-1].message.writing:
            self._renew()
            return
        last = self._items[-1]
        first = last.span[0] if last.shows_tokens else start
        noted, last.note = bool(last.note), ""
        changed = last.take(self._session.tokens, (first, stop))
        if self.isVisible():
            self._arrange(from_top=last.top + (0.0 if noted else changed))

    def _describe(self) -> None:
        """Let screen readers have the last message, once it is complete."""
        messages = self._session.messages
        if messages and not messages[-1].writing:
            last = self._items[-1] if self._items else None
            folds = [f"{fold.spoken}." for fold in last.folds] if last is not None and last.has_folds else []
            self.setAccessibleDescription(" ".join([*folds, messages[-1].text[:2000]]))

    def _folded(self, item: MessageItem) -> None:
        super()._folded(item)
        self._selection.clear()
        self._describe()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self._refresh()

    # ------------------------------------------------------------ mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a selection."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._act_at(event.position()):
            return
        self._pressed = (event.position(), self._box_at(event.position()))
        found = self._item_at(event.position())
        self._selection.clear()
        if found is not None:
            self._selection.begin(found[0], found[0].body.character_at(found[1]))
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection, or show which token a click would choose."""
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = (event.position() - self._pressed[0]).manhattanLength()
            if moved > DRAG_PIXELS:
                self._pressed = (self._pressed[0], None)
            item = self._selection.item
            if self._pressed[1] is None and item is not None:
                left, _ = self._column()
                at = event.position() + QPointF(-left, self.verticalScrollBar().value() - item.top)
                self._selection.extend(item.body.character_at(item.to_body(at)))
                self.viewport().update()
            return
        box = self._box_at(event.position())
        self._hover(box.start if box is not None else -1)
        found = self._item_at(event.position())
        self._offer_actions(found[0] if found is not None else None)
        if self._action_at(event.position()) is not None or self._fold_at(event.position()) is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        elif box is None:
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the token that was pressed."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed[1] is not None:
            self._selection.clear()
            self._session.move_cursor(pressed[1].start)
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word."""
        found = self._item_at(event.position())
        if found is not None:
            item, place = found
            first, last = item.body.word_at(item.body.character_at(place))
            self._selection.begin(item, first)
            self._selection.extend(last)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(-1)
        self._offer_actions(None)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the figures of the token under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            box = self._box_at(QPointF(event.pos()))
            if box is not None:
                QToolTip.showText(event.globalPos(), token_facts(self._session, box.start), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def _offer_actions(self, over: MessageItem | None) -> None:
        for item in self._items:
            if item.offers_actions is not (item is over):
                item.offers_actions = item is over
                top = round(item.top - self.verticalScrollBar().value())
                self.viewport().update(0, top, self.viewport().width(), round(item.body_top))

    def _action_at(self, place: QPointF) -> tuple[MessageItem, Action] | None:
        found = self._item_at(place)
        if found is None:
            return None
        item, in_body = found
        at = in_body + QPointF(0.0, item.body_top)
        return next(
            ((item, action) for action, room in item.action_rooms().items() if room.contains(at)), None
        )

    def _fold_at(self, place: QPointF) -> tuple[MessageItem, int] | None:
        """The message and the number of its fold whose line is at a point."""
        found = self._item_at(place)
        number = found[0].fold_at(found[1]) if found is not None and found[0].laid_out else None
        return None if found is None or number is None else (found[0], number)

    def _act_at(self, place: QPointF) -> bool:
        """Do what is offered at a point; whether there was something."""
        if (fold := self._fold_at(place)) is not None:
            fold[0].toggle_folds(fold[1])
            self._folded(fold[0])
            return True
        found = self._action_at(place)
        if found is None:
            return False
        item, action = found
        if action is Action.COPY:
            self.copy_message(self._items.index(item))
        else:
            self.regenerate_asked.emit()
        return True

    # ------------------------------------------------------------ keyboard and menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor over the tokens, Enter unfolds, Page keys scroll, Ctrl+C copies."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._select_all()
        elif event.key() in steps and not event.modifiers():
            self._session.step_cursor(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.toggle_folds()
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
            cursor = self._session.cursor
            inside = [i for i, item in enumerate(self._items) if item.span[0] <= cursor < item.span[1]]
            text = self.text_of(inside[0] if inside else -1)
        if text:
            QApplication.clipboard().setText(text)

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
        """Copy and regenerate, also for the keyboard."""
        found = self._item_at(QPointF(event.pos()))
        index = self._items.index(found[0]) if found is not None else -1
        menu = QMenu(self)
        selection = menu.addAction(self.tr("Copy selection"))
        selection.setEnabled(bool(self._selection.text()))
        selection.triggered.connect(self.copy)
        message = menu.addAction(self.tr("Copy message"))
        message.setEnabled(bool(self._items))
        message.triggered.connect(lambda: self.copy_message(index))
        if any(item.has_folds for item in self._items):
            folds = menu.addAction(self.tr("Unfold or fold what was thought"))
            folds.triggered.connect(self.toggle_folds)
        again = menu.addAction(self.tr("Regenerate reply"))
        again.setEnabled(self._session.can_regenerate)
        again.triggered.connect(self.regenerate_asked)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def copy_message(self, index: int) -> None:
        """Copy a whole message."""
        QApplication.clipboard().setText(self.text_of(index))
