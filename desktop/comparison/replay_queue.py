"""Writes replies with the dice of another one and other settings, one after the other.

Knows no widget, and not what becomes of the replies: each is a branch of the conversation like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.phase import Phase
from desktop.session import Session
from inference.sampling.settings import SamplingSettings

UNFINISHED = ("stopped", "failed", "lost")
"""A reply that ended so is kept; those that wait behind it are not written."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One reply that is to be written.

    Args:
        key: chosen by whoever wants it.
        settings: of its sampling chain.
    """

    key: int
    settings: SamplingSettings


class ReplayQueue(QObject):
    """One reply at a time; stopping it, another conversation and another model end the queue.

    Args:
        session: writes the replies.
        parent: owner.
    """

    changed = Signal()
    """`writing` or `waiting` changed."""

    written = Signal(int, int)
    """The key of one that was wanted, and its number in the history: it is complete, or as far as it got."""

    ended = Signal(str)
    """Nothing is written any more; why some that waited are not, one sentence, empty where none is left."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reply = 0
        self._conversation = 0
        self._writing: Wanted | None = None
        self._waiting: list[Wanted] = []
        self._stopped = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._write_next)
        session.reply_ended.connect(self._take_ended)
        session.conversation_chosen.connect(self._check)
        session.model_asked.connect(self._model_asked)
        session.phase_changed.connect(self._check)

    @property
    def running(self) -> bool:
        """Whether a reply is being written, or the next one is about to be."""
        return self._writing is not None or bool(self._waiting)

    @property
    def writing(self) -> int:
        """Key of the one that is being written, -1 for none."""
        return -1 if self._writing is None else self._writing.key

    @property
    def waiting(self) -> tuple[int, ...]:
        """Keys of those that are written next, in order."""
        return tuple(wanted.key for wanted in self._waiting)

    def start(self, reply: int, wanted: Sequence[Wanted]) -> None:
        """Write replies beside one; nothing happens while others are being written.

        Args:
            reply: whose prompt and seed they share.
            wanted: in this order.
        """
        if self.running or not wanted:
            return
        self._reply, self._waiting, self._stopped = reply, list(wanted), False
        self._conversation = self._session.conversation.id
        self._write_next()

    @Slot()
    def stop(self) -> None:
        """End the reply that is being written; it is kept as far as it is, and no other is begun."""
        self._stopped = True
        if self._writing is not None:
            self._waiting = []
            self._session.stop()
            self.changed.emit()
        elif self._waiting:
            self._end("")

    @Slot()
    def _write_next(self) -> None:
        if not self._waiting:
            return
        if self._session.busy:
            self._end(self._left_over(self.tr("something else was asked for")))
            return
        wanted = self._waiting.pop(0)
        self._writing = wanted
        if self._session.replay(self._reply, wanted.settings):
            self.changed.emit()
            return
        self._waiting.insert(0, wanted)
        self._end(self._left_over(self.tr("the reply it begins with cannot be written again now")))

    @Slot(int)
    def _take_ended(self, number: int) -> None:
        if self._writing is None:
            return  # a reply of somebody else
        wanted, self._writing = self._writing, None
        if number:
            self.written.emit(wanted.key, number)
        else:
            self._waiting.insert(0, wanted)
        if self._stopped:
            # Who stops knows why the rest is not there.
            self._end("")
        elif not number or self._unfinished(number):
            self._end(self._left_over(self.tr("the one before was not finished")))
        elif not self._waiting:
            self._end("")
        else:
            # Not from within what ends a reply: the session has more to say about it.
            self._soon.start()
            self.changed.emit()

    @Slot()
    def _check(self) -> None:
        """End where there is nothing to go on with."""
        if self.running and self._session.conversation.id != self._conversation:
            self._end(self._left_over(self.tr("another conversation was opened")))
        elif self.running and self._session.phase is Phase.LOST:
            self._end(self._left_over(self.tr("the engine is gone")))

    @Slot()
    def _model_asked(self) -> None:
        if self.running:
            self._end(self._left_over(self.tr("another model was opened")))

    def _unfinished(self, number: int) -> bool:
        record = self._session.archive.attempt(
            lambda: self._session.archive.history.messages.record(number), None
        )
        return record is None or record.reply is None or record.reply.end_reason in UNFINISHED

    def _end(self, why: str) -> None:
        self._soon.stop()
        self._writing, self._waiting = None, []
        self.changed.emit()
        self.ended.emit(why)

    def _left_over(self, why: str) -> str:
        """The sentence about those that still wait; empty where none does."""
        count = len(self._waiting)
        if not count:
            return ""
        sentence = (
            self.tr("One reply was not written: {why}.")
            if count == 1
            else self.tr("{count} replies were not written: {why}.")
        )
        return sentence.format(count=count, why=why)
