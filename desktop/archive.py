"""The kept conversations as a window uses them: the history with signals, and failures told instead of raised.

Knows no widget, no engine, and nothing of how anything is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.history.document_store import duplicate, insert_document, load_document
from desktop.history.exchange import export_document, import_document
from desktop.history.history import History
from desktop.history.opening import Opened, open_history
from desktop.history.records import ConversationEntry
from desktop.history.search import Hit
from desktop.history.upkeep import WORK_INTERVAL_S, Upkeep
from inference.process import RepeatingThread
from models.errors import VitrineError

T = TypeVar("T")

Groups = tuple[tuple[date | None, tuple[ConversationEntry, ...]], ...]
"""Conversations by day, ``None`` for those that are pinned."""


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

    def __init__(self, opened: Opened | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened = Opened(History.in_memory(), None) if opened is None else opened
        self.history = self.opened.history
        self._upkeep: Upkeep | None = None
        self._thread: RepeatingThread | None = None
        self._told: VitrineError | None = None
        self._open = True

    @classmethod
    def at(cls, path: Path | None = None, parent: QObject | None = None) -> Archive:
        """The archive of a file, with its background work; `path` as in `open_history`."""
        archive = cls(open_history(path), parent)
        place = archive.opened.path
        if place is not None:
            archive._upkeep = Upkeep(archive.history, place)
            archive._thread = RepeatingThread(
                archive._upkeep.work, WORK_INTERVAL_S, "upkeep of conversations"
            )
        return archive

    @property
    def kept(self) -> bool:
        """Whether anything outlives the program."""
        return self.opened.path is not None

    def close(self) -> None:
        """End the background work and close the file; harmless the second time."""
        if not self._open:
            return
        self._open = False
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

    def duplicate(self, conversation: int, leaf: int | None = None) -> int | None:
        """A second conversation like one, or like the branch that ends with `leaf`; its number."""
        return self._change(lambda: duplicate(self.history, conversation, leaf))

    def _change(self, act: Callable[[], T]) -> T | None:
        def changing() -> T:
            result = act()
            self.changed.emit()
            return result

        return self.attempt(changing, None)

    # ------------------------------------------------------------ files

    def export(self, conversation: int, path: Path, leaf: int | None = None) -> bool:
        """Write a conversation, or one branch of it, in the format of the file's ending; whether that was done."""

        def act() -> bool:
            export_document(path, load_document(self.history, conversation, leaf))
            return True

        return self.attempt(act, False)

    def take(self, path: Path) -> int | None:
        """Put the conversation of a file beside the others; its number."""
        return self._change(lambda: insert_document(self.history, import_document(path)))
