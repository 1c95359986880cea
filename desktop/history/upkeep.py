"""What has to be done for the file of conversations in the background: to the disk, tidy, and a backup.

Knows no thread: `work` is called again and again by one that is not the window's, and says nothing unless it fails.

Measured while tokens were saved every 16 ms: neither the synchronization nor a backup of 80 MB slows that down;
moving the log into the file does, by 4 to 8 ms, so it waits until the log is long.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from desktop.history.backups import make_backup
from desktop.history.database import SYNC_INTERVAL_S, connect
from desktop.history.errors import HistoryError, damaged_file, failure
from desktop.history.history import History

BACKUP_INTERVAL_S = 600.0
"""How often a changed file is backed up."""

LARGE_FILE = 100_000_000
"""Bytes of a file from which on it is backed up the less often the larger it is."""

FIRST_BACKUP_S = 30.0
"""When a start is over, and with it the wish for an undisturbed disk."""

LONG_LOG = 8 << 20
"""Bytes of the log from which on it is moved into the file."""

WORK_INTERVAL_S = SYNC_INTERVAL_S / 2
"""How often `Upkeep.work` wants to be called."""


class Upkeep:
    """The background work for a history in a file.

    Args:
        history: that is used by the window's thread; it relies on this from now on, so `work` has to be called.
        path: of its file.
        clock: seconds, ever growing.
        backup_after_s: when the first backup is due.
    """

    def __init__(
        self,
        history: History,
        path: Path,
        clock: Callable[[], float] = time.monotonic,
        backup_after_s: float = FIRST_BACKUP_S,
    ) -> None:
        self.failure: HistoryError | None = None
        """The last thing that went wrong, until the same works again."""
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._clock = clock
        self._synced = (-1, -1)
        self._backed_up_at = clock() - BACKUP_INTERVAL_S + backup_after_s
        self._backed_up = -1
        self._connection: sqlite3.Connection | None = None
        self._database = history.database
        self._database.connection.execute("PRAGMA wal_autocheckpoint = 0")
        # Once moved it starts anew, and short: a file that stays long would be moved again and again.
        self._database.connection.execute(f"PRAGMA journal_size_limit = {LONG_LOG // 8}")
        self._database.kept_in_background = True
        self._changes, self._seen = 0, -1
        self._backed_up_changes = -1

    def note_change(self) -> None:
        """Say that something was saved: there is something to do."""
        self._changes += 1

    def rest_s(self) -> float | None:
        """Seconds for which nothing is to be done unless something is saved; ``None`` is for ever."""
        if self.failure is not None or self._changes != self._seen:
            return 0.0
        if self._backed_up_changes == self._changes:
            return None
        return max(self._backed_up_at + self._backup_pause_s() - self._clock(), 0.0)

    def work(self) -> None:
        """Do what is due; call it from one thread, every `WORK_INTERVAL_S` but for `rest_s`. Never raises."""
        changes = self._changes
        try:
            self._synchronize()
            if self._connection is None:
                self._connection = connect(self._path, any_thread=True)
            with contextlib.suppress(FileNotFoundError):
                if self._log.stat().st_size > LONG_LOG:
                    self._connection.execute("PRAGMA wal_checkpoint (PASSIVE)")
            self._back_up(self._connection, changes)
            self._seen = changes
            self.failure = None
        except HistoryError as error:
            self.failure = error
        except (sqlite3.Error, OSError) as error:
            self.failure = failure(error, str(self._path), "bring the conversations to the disk")

    def close(self) -> None:
        """The last work is done, after the thread has ended; before the history is closed."""
        self._database.kept_in_background = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _synchronize(self) -> None:
        """Have the operating system write the log out: that is all that a durable commit does more."""
        try:
            status = self._log.stat()
        except FileNotFoundError:
            return
        state = status.st_size, status.st_mtime_ns
        if state == self._synced:
            return
        # Closing any descriptor of a file ends this process's locks on it; SQLite has none on the log, but on the
        # file and its index, which must not be opened like this (https://sqlite.org/howtocorrupt.html, 2.2).
        descriptor = os.open(self._log, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._synced = state

    def _backup_pause_s(self) -> float:
        size = 0
        with contextlib.suppress(OSError):
            size = self._path.stat().st_size
        return BACKUP_INTERVAL_S * max(1.0, size / LARGE_FILE)

    def _back_up(self, connection: sqlite3.Connection, changes: int) -> None:
        if self._clock() - self._backed_up_at < self._backup_pause_s():
            return
        self._backed_up_at = self._clock()
        version = int(connection.execute("PRAGMA data_version").fetchone()[0])
        if version != self._backed_up:
            if make_backup(connection, self._path) is None:
                raise damaged_file(str(self._path), "make a backup of the conversations")
            self._backed_up = version
        self._backed_up_changes = changes
