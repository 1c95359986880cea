"""The kept conversations as a window uses them: the history with signals, and failures told instead of raised.

Knows no widget, no engine, and nothing of how anything is kept.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.background import Background
from desktop.history.container import Contents
from desktop.history.database import connect
from desktop.history.document import Document
from desktop.history.document_store import duplicate, insert_document, insert_in_slices, load_document
from desktop.history.errors import failure
from desktop.history.exchange import export_document, read_contents
from desktop.history.history import History
from desktop.history.opening import Opened, open_history
from desktop.history.records import ConversationEntry
from desktop.history.same_conversation import same_conversation
from desktop.history.search import Hit
from desktop.history.upkeep import WORK_INTERVAL_S, Upkeep
from inference.process import RepeatingThread
from models.errors import VitrineError

T = TypeVar("T")

Groups = tuple[tuple[date | None, tuple[ConversationEntry, ...]], ...]
"""Conversations by day, ``None`` for those that are pinned."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file with a conversation.

    Args:
        conversation: number of the conversation.
        path: of the file.
        recorded: whether the file also has what was seen inside the model.
    """

    conversation: int
    path: Path
    recorded: bool


class Archive(QObject):
    """One history for one window. Every method tells a failure through `failed` and then does nothing.

    Args:
        opened: the history, which is closed with this; ``None`` for one in memory, which ends with the program.
        parent: owner.
    """

    changed = Signal()
    """The list of conversations: its titles, its order, what is in it."""
    deleted = Signal(int)
    """A conversation was taken off the list; it can be restored."""
    restored = Signal(int)
    """A conversation that was taken off the list is on it again."""
    failed = Signal(object)
    """A `VitrineError`: something could not be kept or read."""
    exported = Signal(object)
    """The path of a file that was written."""
    taken = Signal(object)
    """A `Taken`: the conversation of a file is among the others."""
    duplicated = Signal(int)
    """The number of a copy."""
    idle = Signal()
    """Every file that was to be written or read is so, or has failed; every copy is made."""

    def __init__(self, opened: Opened | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened = Opened(History.in_memory(), None) if opened is None else opened
        self.history = self.opened.history
        self._upkeep: Upkeep | None = None
        self._thread: RepeatingThread | None = None
        self._told: VitrineError | None = None
        self._open = True
        self._background = Background("conversations to files and back", self)
        self._background.failed.connect(self.failed)
        self._background.idle.connect(self.idle)

    @classmethod
    def at(cls, path: Path | None = None, parent: QObject | None = None) -> Archive:
        """The archive of a file, with its background work; `path` as in `open_history`."""
        archive = cls(open_history(path), parent)
        place = archive.opened.path
        if place is not None:
            upkeep = archive._upkeep = Upkeep(archive.history, place)
            thread = archive._thread = RepeatingThread(
                upkeep.work, WORK_INTERVAL_S, "upkeep of conversations", upkeep.rest_s
            )

            def saved() -> None:
                upkeep.note_change()
                thread.wake()

            archive.history.database.saved = saved
        return archive

    @property
    def kept(self) -> bool:
        """Whether anything outlives the program."""
        return self.opened.path is not None

    def close(self) -> None:
        """Finish what was asked for, end the background work and close the file; harmless the second time."""
        if not self._open:
            return
        self._open = False
        self._background.close()
        if self._thread is not None:
            self._thread.close()
        if self._upkeep is not None:
            self._upkeep.close()
        self.opened.close()

    def attempt(self, act: Callable[[], T], otherwise: T) -> T:
        """What something gives, or something else where it failed, which is told."""
        try:
            result = act()
        except VitrineError as error:
            self.failed.emit(error)
            return otherwise
        # The background has no voice of its own: each thing that goes wrong there is told once.
        failure = None if self._upkeep is None else self._upkeep.failure
        if failure is not None and (self._told is None or failure.what != self._told.what):
            self.failed.emit(failure)
        self._told = failure
        return result

    # ------------------------------------------------------------ the list

    def groups(self) -> Groups:
        """The list as it is shown."""
        return self.attempt(self.history.conversations.by_day, ())

    def find(self, query: str) -> tuple[Hit, ...]:
        """Conversations in which all words of a query are found."""
        return self.attempt(lambda: self.history.search.find(query), ())

    def rename(self, conversation: int, title: str) -> None:
        """Give a title; an empty one goes back to what was said first."""
        self._change(lambda: self.history.conversations.rename(conversation, title))

    def pin(self, conversation: int, pinned: bool) -> None:
        """Have it stand before the others, or no more."""
        self._change(lambda: self.history.conversations.pin(conversation, pinned))

    def delete(self, conversation: int) -> None:
        """Take it off the list; `restore` puts it back."""

        def act() -> None:
            self.history.conversations.delete(conversation)
            self.deleted.emit(conversation)

        self._change(act)

    def restore(self, conversation: int) -> None:
        """Undo `delete`."""

        def act() -> None:
            self.history.conversations.restore(conversation)
            self.restored.emit(conversation)

        self._change(act)

    def duplicate(self, conversation: int, leaf: int | None = None) -> None:
        """Make a second conversation like one, or like the branch that ends with `leaf`; `duplicated` tells it."""

        def copy(history: History) -> int:
            insert = insert_document if history is self.history else insert_in_slices
            return duplicate(history, conversation, leaf, insert)

        self._with_history(copy, self._tell_duplicate)

    def _change(self, act: Callable[[], T]) -> T | None:
        def changing() -> T:
            result = act()
            self.changed.emit()
            return result

        return self.attempt(changing, None)

    def _tell_duplicate(self, conversation: int) -> None:
        self.changed.emit()
        self.duplicated.emit(conversation)

    # ------------------------------------------------------------ files, in the background

    @property
    def busy(self) -> bool:
        """Whether files are written or read, or copies made."""
        return self._background.busy

    def export(self, conversation: int, path: Path, leaf: int | None = None) -> None:
        """Write a conversation, or one branch of it, in the format of the file's ending; `exported` tells it."""
        read = self.document_reader(conversation, leaf)

        def write() -> Path:
            export_document(path, read())
            return path

        self._background.run(write, self.exported.emit)

    def take(self, paths: Sequence[Path]) -> None:
        """Put the conversations of files beside the others, unless they are there; `taken` tells each."""
        for path in paths:
            self._background.run(partial(_read, path), self._put)

    def document_reader(self, conversation: int, leaf: int | None = None) -> Callable[[], Document]:
        """What reads a conversation, or one branch of it; to be called once, in any thread.

        It raises `HistoryError`.
        """
        if self._in_memory:
            # There is no other way to it than this thread's.
            return _done_now(lambda: load_document(self.history, conversation, leaf))
        return self._elsewhere(lambda history: load_document(history, conversation, leaf))

    def _put(self, found: tuple[Path, Contents]) -> None:
        path, contents = found

        def put(history: History) -> int:
            same = same_conversation(history, contents.document)
            insert = insert_document if history is self.history else insert_in_slices
            return insert(history, contents.document) if same is None else same

        def tell(conversation: int) -> None:
            self.changed.emit()
            self.taken.emit(Taken(conversation, path, contents.recorded))

        self._with_history(put, tell)

    @property
    def _in_memory(self) -> bool:
        return not self.history.database.path

    def _with_history(self, act: Callable[[History], T], then: Callable[[T], None]) -> None:
        """Do something with the history, without holding the window up where it is in a file."""
        if self._in_memory:
            self.attempt(lambda: then(act(self.history)), None)
        else:
            self._background.run(self._elsewhere(act), then)

    def _elsewhere(self, act: Callable[[History], T]) -> Callable[[], T]:
        """The same over a connection of the thread it is called in."""
        path, database = self.history.database.path, self.history.database

        def work() -> T:
            try:
                connection = connect(path)
            except sqlite3.Error as error:
                raise failure(error, path, "open the conversations once more") from error
            with contextlib.closing(History(connection, path, database.now_ms)) as history:
                history.database.kept_in_background = database.kept_in_background
                return act(history)

        return work


def _done_now(act: Callable[[], T]) -> Callable[[], T]:
    """What gives, whenever and wherever it is called, what something gives now, or raises what that raises."""
    try:
        value = act()
    except VitrineError as error:
        return partial(_raise, error)
    return lambda: value


def _read(path: Path) -> tuple[Path, Contents]:
    return path, read_contents(path)


def _raise(error: VitrineError) -> NoReturn:
    raise error
