"""The page of messages under the mouse: what is clicked, selected, hovered and offered there.

Knows nothing about where messages come from, or how an action is done.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.controls.plain_tooltip import plain_tooltip
from desktop.conversation import ChatMessage
from desktop.session import Session
from desktop.transcript.actions import UNFINISHED, Action, actions_of
from desktop.transcript.facts import token_facts
from desktop.transcript.message import MessageItem
from desktop.transcript.page import MessagePage
from desktop.transcript.placing import Box
from desktop.transcript.tint import Tint

DRAG_PIXELS = 4
"""The pointer has to move this far before a press on a token becomes a selection."""


class PointedPage(MessagePage):
    """Messages that can be clicked.

    Args:
        session: whose cursor a click moves.
        tint: the grounds of tokens.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, tint: Tint, parent: QWidget | None = None) -> None:
        super().__init__(session, tint, parent)
        self._pressed: tuple[QPointF, Box | None] | None = None
        self._offering: MessageItem | None = None
        self.viewport().setMouseTracking(True)

    def act(self, message: ChatMessage, action: Action) -> None:
        """Do something with a message, if it is there and that is still possible."""
        raise NotImplementedError

    # ------------------------------------------------------------ pressing

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
        """Extend the selection, or show what a click would choose or do."""
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._extend_selection(event.position())
            return
        box = self._box_at(event.position())
        self._hover(box.start if box is not None else -1)
        found = self._item_at(event.position())
        self._offer(found[0] if found is not None else None)
        self._hover_action(self._action_at(event.position()))
        if self._hovered_action is not None or self._fold_at(event.position()) is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        elif box is None:
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    def _extend_selection(self, place: QPointF) -> None:
        assert self._pressed is not None
        if (place - self._pressed[0]).manhattanLength() > DRAG_PIXELS:
            self._pressed = (self._pressed[0], None)
        item = self._selection.item
        if self._pressed[1] is None and item is not None:
            at = place - QPointF(self._column()[0], self._below_edge(item))
            self._selection.extend(item.body.character_at(item.to_body(at)))
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the token that was pressed."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed[1] is not None:
            self._selection.clear()
            self._session.move_cursor(pressed[1].start)
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word; on what is offered, a second click is one more."""
        if self._act_at(event.position()):
            return
        found = self._item_at(event.position())
        if found is not None:
            item, place = found
            first, last = item.body.word_at(item.body.character_at(place))
            self._selection.begin(item, first)
            self._selection.extend(last)
            self.viewport().update()

    def _act_at(self, place: QPointF) -> bool:
        """Do what is offered at a point; whether there was something."""
        if (fold := self._fold_at(place)) is not None:
            fold[0].toggle_folds(fold[1])
            self._folded(fold[0])
            return True
        found = self._action_at(place)
        if found is not None:
            self.act(found[0].message, found[1])
        return found is not None

    # ------------------------------------------------------------ hovering

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(-1)
        self._offer(None)
        self._hover_action(None)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Explain what is under the pointer: an action, or the figures of a token."""
        if not isinstance(event, QHelpEvent) or event.type() is not QEvent.Type.ToolTip:
            return super().viewportEvent(event)
        place = QPointF(event.pos())
        box, action = self._box_at(place), self._action_at(place)
        if action is not None:
            QToolTip.showText(event.globalPos(), action[1].explanation, self.viewport())
        elif box is not None:
            said = plain_tooltip(token_facts(self._session, box.start))
            QToolTip.showText(event.globalPos(), said, self.viewport())
        else:
            QToolTip.hideText()
        return True

    def _offer(self, over: MessageItem | None) -> None:
        """Offer all that can be done with a message, and with no other one."""
        before, self._offering = self._offering, over
        for item in {before, over} - {None}:
            assert item is not None
            self._renew_offer(item)

    def _renew_offer(self, item: MessageItem) -> None:
        """Have the heading of a message offer what is possible now, without the pointer only what it waits for."""
        index = self._index_of(item.message)
        offered = () if index is None else actions_of(self._session, index)
        if item is not self._offering:
            offered = tuple(action for action in offered if action in UNFINISHED)
        if offered != item.heading.offered:
            item.heading.offered = offered
            self._update_heading(item)

    def _index_of(self, message: ChatMessage) -> int | None:
        """Which message of the session it is, read anew or not; ``None`` where it is gone."""
        for index, one in enumerate(self._session.messages):
            if one is message or (message.id and one.id == message.id):
                return index
        return None

    def _hover_action(self, action: tuple[MessageItem, Action] | None) -> None:
        if action != self._hovered_action:
            before, self._hovered_action = self._hovered_action, action
            for one in (before, action):
                if one is not None:
                    self._update_heading(one[0])

    def _action_at(self, place: QPointF) -> tuple[MessageItem, Action] | None:
        """The message whose heading is at a point, and what a click there does with it."""
        found = self._item_at(place)
        if found is None:
            return None
        item, in_body = found
        action = item.action_at(in_body + QPointF(0.0, item.body_top))
        return None if action is None else (item, action)

    def _fold_at(self, place: QPointF) -> tuple[MessageItem, int] | None:
        """The message and the number of its fold whose line is at a point."""
        found = self._item_at(place)
        if found is None or not found[0].laid_out or found[0].covered is not None:
            return None
        number = found[0].fold_at(found[1])
        return None if number is None else (found[0], number)
