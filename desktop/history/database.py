"""One connection to the file of conversations: transactions, how safe each has to be, and facts kept once.

Knows nothing about conversations, messages or tokens.

There are two ways to save. A *durable* transaction is on the disk itself when it returns (synchronous FULL,
measured at 0.3 ms on a quiet machine; 4 ms in the median, 24 ms at worst on a busy one): what a person did. Any
other is with the operating system, which keeps it when this process is killed but not when the power goes (0.02 to
0.2 ms): tokens of a growing reply, as often as they come. `desktop.history.upkeep` takes those to the disk once a
second, in the background.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.history.errors import damaged_content, failure

BUSY_MS = 1000
"""How long another program's lock is waited for."""

SYNC_INTERVAL_S = 1.0
"""How long what was not saved durably may stay off the disk."""

Parameters = tuple[Any, ...]


def connect(path: Path | str, *, any_thread: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions.

    Raises:
        sqlite3.Error: there is none to be had.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=not any_thread
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    # What is purged is gone from the file.
    connection.execute("PRAGMA secure_delete = ON")
    # Growing files are cheaper than a temporary file on a disk that may be full.
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


class Database:
    """The file of conversations as one thread uses it.

    Args:
        connection: to a database of the newest version; it is closed with this.
        path: of the file, for sentences; empty for one in memory.
        now_ms: the clock, milliseconds since 1970 in UTC.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: str = "", now_ms: Callable[[], int] | None = None
    ) -> None:
        self.connection = connection
        self.path = path
        self.now_ms = now_ms or (lambda: time.time_ns() // 1_000_000)
        self.kept_in_background = False
        """Whether something else takes to the disk what was not saved durably."""
        self.saved: Callable[[], None] = lambda: None
        """Called after every transaction."""
        self._durable: bool | None = None
        self._synced_at = time.monotonic()
        self._facts: dict[int, Any] = {}
        self._fact_ids: dict[tuple[str, str], int] = {}

    @contextmanager
    def saving(self, doing: str, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is saved when the block ends, or none of it.

        Args:
            doing: for the sentence should it fail, after "could not" (``"save the message"``).
            durable: whether it has to survive a loss of power from the moment the block ends.

        Raises:
            HistoryError: nothing was saved; what was saved before is as it was.
        """
        if not durable and not self.kept_in_background:
            durable = time.monotonic() - self._synced_at >= SYNC_INTERVAL_S
        try:
            if durable != self._durable:
                self.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException as error:
            self._roll_back()
            if isinstance(error, sqlite3.Error):
                raise failure(error, self.path, doing) from error
            raise
        if durable:
            self._synced_at = time.monotonic()
        self.saved()

    def _roll_back(self) -> None:
        # Facts that the transaction would have added are not there.
        self._facts.clear()
        self._fact_ids.clear()
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a question.

        Raises:
            HistoryError: they cannot be read.
        """
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise failure(error, self.path, "read the conversations") from error

    def fact_id(self, kind: str, content: Any) -> int:
        """The number of a fact, kept now if it was not; call it inside `saving`.

        Args:
            kind: of fact (``"model"``).
            content: plain values, as JSON has them.
        """
        text = json.dumps(content, ensure_ascii=True, sort_keys=True)
        found = self._fact_ids.get((kind, text))
        if found is None:
            self.connection.execute("INSERT OR IGNORE INTO facts (kind, content) VALUES (?, ?)", (kind, text))
            question = "SELECT id FROM facts WHERE kind = ? AND content = ?"
            found = int(self.connection.execute(question, (kind, text)).fetchone()[0])
            self._fact_ids[kind, text] = found
        return found

    def fact(self, number: int | None) -> Any:
        """The content of a fact, ``None`` for none.

        Raises:
            HistoryError: it cannot be read.
        """
        if number is None:
            return None
        if number not in self._facts:
            rows = self.rows("SELECT content FROM facts WHERE id = ?", (number,))
            content = rows[0][0] if rows else ""
            try:
                self._facts[number] = json.loads(content)
            except ValueError as error:
                raise damaged_content("A fact about a conversation") from error
        return self._facts[number]

    def close(self) -> None:
        """Close the connection; what is in the log of a file moves into it."""
        self.connection.close()
