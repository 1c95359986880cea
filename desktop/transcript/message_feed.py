"""The messages of a session on a page: kept in line with it, growing while one is written, brought into view.

Knows nothing about what a person can do with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop import theme
from desktop.conversation import ChatMessage
from desktop.session import Session
from desktop.transcript.actions import place_of
from desktop.transcript.bodies import Reading
from desktop.transcript.message import MessageItem
from desktop.transcript.notes import name_of, note_of
from desktop.transcript.page import MARGIN
from desktop.transcript.pointed_page import PointedPage
from desktop.transcript.tint import Tint
from inference.contract import Progress


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that is to be in view as soon as it is there.

    Args:
        number: of the message.
        below: pixels below the upper edge; ``None`` leaves it where it is if it can be seen.
        points_out: whether it is to be pointed out.
    """

    number: int
    below: float | None = None
    points_out: bool = False


class MessageFeed(PointedPage):
    """Shows the messages of the current conversation.

    Args:
        session: what is shown.
        tint: the grounds of tokens.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, tint: Tint, parent: QWidget | None = None) -> None:
        super().__init__(session, tint, parent)
        self._reading = Reading.RENDERED
        self._prefill: Progress | None = None
        self._stale = True
        self._wanted: Wanted | None = None
        self._unsent: frozenset[int] = frozenset()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Conversation"))
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
        session.message_asked.connect(self.show_message)
        theme.themed.connect(self._redress)

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

    @Slot(int)
    def show_message(self, number: int) -> None:
        """Scroll to a message of the conversation and point it out."""
        self._wanted = Wanted(number, points_out=True)
        self._renew()

    @Slot()
    def _redress(self) -> None:
        self._selection.clear()
        for item in self._items:
            item.remake(name_of(item.message), self._reading)
        self._renew()

    @Slot()
    def _renew(self) -> None:
        """Something about the messages changed."""
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _refresh(self) -> None:
        """Bring the items in line with the session's messages."""
        if self._stale:
            self._stale = False
            self._take_messages()
        self._arrange()
        self._show_wanted()
        self._describe()

    def _take_messages(self) -> None:
        """Make and keep items for the messages that are shown now."""
        session, number = self._session, self._session.conversation.id
        edited = session.archive.history.messages.edited
        self._unsent = session.archive.attempt(lambda: edited(number), frozenset())
        before = {id(item.message): item for item in self._items}
        kept = {item.message.id: item for item in self._items if item.message.id and item.finished}
        self._items = [self._item(before.get(id(one)) or kept.get(one.id), one) for one in session.messages]
        for item, span in zip(self._items, session.conversation.spans(), strict=True):
            item.take(session.tokens, span)
            item.note = note_of(session, item, self._prefill, item.message.id in self._unsent)
        if self._selection.item not in self._items:
            self._selection.clear()
        for item in self._items:
            # Only the last one can be waiting for something.
            if item.heading.offered or item is self._offering or item is self._items[-1]:
                self._renew_offer(item)

    def _item(self, known: MessageItem | None, message: ChatMessage) -> MessageItem:
        name = name_of(message)
        if known is None:
            known = MessageItem(message, name, self._reading)
            known.guess(self._column()[1])
        elif known.message is not message:
            known.adopt(message)
        if known.name != name:
            known.remake(name, self._reading)
        elif not known.finished and not message.writing:
            known.finish()
        return known

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

    @property
    def current(self) -> int:
        """Index of the message at the cursor, else of the last one; -1 where there is none."""
        cursor = self._session.cursor
        spans = enumerate(item.span for item in self._items)
        return next((at for at, (start, stop) in spans if start <= cursor < stop), len(self._items) - 1)

    def _describe(self) -> None:
        """Let screen readers have the message that one looks at, or the newest, once it is complete."""
        item = self._items[-1 if self._session.following else self.current] if self._items else None
        if item is None or item.message.writing:
            return
        folds = [f"{fold.spoken}." for fold in item.folds] if item.has_folds else []
        place, count = place_of(item.message)
        variant = self.tr("Variant {place} of {count}.").format(place=place, count=count) if count > 1 else ""
        parts = [variant, *folds, item.message.text[:2000]]
        self.setAccessibleDescription(" ".join(part for part in parts if part))

    def _folded(self, item: MessageItem) -> None:
        super()._folded(item)
        self._selection.clear()
        self._describe()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self._refresh()

    def _show_wanted(self) -> None:
        """Bring a message into view that somebody asked for."""
        wanted, self._wanted = self._wanted, None
        found = [item for item in self._items if wanted is not None and item.message.id == wanted.number]
        if wanted is None or not found:
            return
        item = found[0]
        below = self._below_edge(item) if wanted.below is None else wanted.below
        if wanted.below is None and not 0 <= below <= self.viewport().height() - 2 * item.body_top:
            below = float(theme.scaled(MARGIN))
        self._bring(item, below)
        if wanted.points_out:
            self._flash.point_out(wanted.number)
