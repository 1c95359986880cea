"""Takes over from a damaged file what its last backup does not have.

Knows nothing about how a file is found to be damaged.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from desktop.history.database import connect
from desktop.history.document_store import insert_document, load_document
from desktop.history.errors import HistoryError
from desktop.history.history import History
from models.errors import VitrineError

_WAYS = (
    "SELECT id FROM conversations NOT INDEXED WHERE deleted_ms IS NULL",
    "SELECT id FROM conversations NOT INDEXED WHERE deleted_ms IS NULL ORDER BY id DESC",
    "SELECT conversation FROM messages INDEXED BY messages_by_conversation",
)


def salvage(damaged: Path, history: History) -> int:
    """Take over every conversation that can be read whole and says more than the one in the backup.

    Args:
        damaged: a file set aside; it stays as it is but for its log, which moves into it.
        history: made from the backup, or empty.

    Returns:
        How many conversations were taken over.
    """
    try:
        connection = connect(damaged)
    except sqlite3.Error:
        return 0
    found = 0
    with contextlib.closing(connection):
        old = History(connection, str(damaged))
        # Compared before anything is taken over: numbers given from then on mean something else there.
        wanted = [one for one in sorted(_readable(old)) if _says_more(old, history, one)]
        had = {one: _messages(history, one) for one in wanted}
        for conversation in wanted:
            with contextlib.suppress(
                VitrineError, ValueError, TypeError, KeyError, IndexError, sqlite3.Error
            ):
                insert_document(history, load_document(old, conversation), "take over a conversation")
                found += 1
                if had[conversation] and had[conversation] <= _messages(old, conversation):
                    history.conversations.purge(conversation)
    return found


def _says_more(old: History, history: History, conversation: int) -> bool:
    """Whether the damaged file has messages of a conversation that the backup has not; numbers are the same there."""
    with contextlib.suppress(HistoryError):
        return bool(_messages(old, conversation) - _messages(history, conversation))
    return False


def _messages(history: History, conversation: int) -> set[int]:
    rows = history.database.rows("SELECT id FROM messages WHERE conversation = ?", (conversation,))
    return {row[0] for row in rows}


def _readable(old: History) -> set[int]:
    """Numbers of conversations, as far as any of several ways leads."""
    found: set[int] = set()
    for way in _WAYS:
        with contextlib.suppress(sqlite3.Error):
            for (conversation,) in old.database.connection.execute(way):
                found.add(conversation)
    return found
