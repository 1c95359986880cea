"""Opening the file of conversations whatever state it is in: there is always a history to work with.

Knows nothing about who shows the sentences that say what was found.

Damaged files are set aside, never deleted, and the newest backup takes their place; what can still be read of the
damaged file and is not in the backup is taken over. Where nothing can be kept (the file is newer, in use or cannot be
written) the history is a copy in memory.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from desktop.history.backups import copy_database, is_sound, newest_backup
from desktop.history.database import connect
from desktop.history.errors import HistoryError, failure
from desktop.history.history import History
from desktop.history.restoring import finish_restoring, prepare_backup, restored_path, set_aside, told
from desktop.history.salvage import salvage
from desktop.history.schema import SCHEMA, check_version, migrate, read_version
from models.directories import data_directory
from models.errors import VitrineError
from models.escaping import escape_text

FILE_NAME = "conversations.sqlite3"
"""Name of the file in the data directory."""

COPY_ATTEMPTS = 3

LARGEST_COPY = 1 << 30
"""Bytes of a file that may be copied into memory."""


LARGEST_CHECKED = 512 << 20
"""Bytes of a file that is read whole at every start."""

RESTORABLE_MS = 7 * 86_400_000
"""How long a deleted conversation is kept for whoever wants it back."""

SMALLEST_PAGE = 512
"""Bytes that any database has at least."""

LOCK_WAIT_S = 0.5
"""How long another instance that is just ending is waited for."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A history, and what there is to say about it.

    Args:
        history: to work with.
        path: of its file; ``None`` where nothing is kept after this run.
        notices: what was found, what became of it and what to do; empty when all is well.
        interrupted: replies that were being written when the program ended last.
        lock: held until `close`.
    """

    history: History
    path: Path | None
    notices: tuple[VitrineError, ...] = ()
    interrupted: tuple[int, ...] = ()
    lock: FileLock | None = None

    def close(self) -> None:
        """Close the history and let others open it."""
        self.history.close()
        if self.lock is not None:
            self.lock.release()


def open_history(path: Path | None = None, now_ms: Callable[[], int] | None = None) -> Opened:
    """Open the conversations of this person, or begin them. Never raises.

    Args:
        path: of their file; ``None`` for the one in the data directory.
        now_ms: the clock.
    """
    try:
        place = path or data_directory() / FILE_NAME
    except VitrineError as error:
        return Opened(History.in_memory(now_ms), None, (error,))
    lock: FileLock | None = None
    try:
        lock = _lock(place)
        return _open(place, lock, now_ms)
    except HistoryError as error:
        if lock is not None:
            lock.release()
        # A newer file's tables are not known: nothing of it can be shown.
        copy = None if error.case in ("history-newer", "history-foreign") else _copy_in_memory(place)
        connection = copy or connect(":memory:")
        if copy is None:
            migrate(connection)
        return Opened(History(connection, now_ms=now_ms), None, (error,))


def _open(path: Path, lock: FileLock, now_ms: Callable[[], int] | None) -> Opened:
    notices: tuple[VitrineError, ...] = ()
    with contextlib.ExitStack() as on_failure:
        try:
            damaged = backup = None
            connection = connect_sound(path)
            restoring = connection is None
            if connection is None:
                backup = prepare_backup(path)
                damaged = set_aside(path)
                finish_restoring(path)
                connection = connect_sound(path, new=True)
            if connection is None:
                raise HistoryError(
                    "history-damaged", f"“{escape_text(str(path))}” is damaged.", "Move it away."
                )
            on_failure.callback(connection.close)
            _migrate_file(connection, path)
            history = History(connection, str(path), now_ms)
            if restoring:
                salvaged = 0 if damaged is None else salvage(damaged, history)
                notices = (told(path, damaged, backup, salvaged),)
            interrupted = history.replies.recover()
            history.conversations.purge_deleted(RESTORABLE_MS)
        except (sqlite3.Error, OSError) as error:
            raise failure(error, str(path), "open the conversations") from error
        on_failure.pop_all()
    return Opened(history, path, notices, interrupted, lock)


def connect_sound(path: Path, *, new: bool = False) -> sqlite3.Connection | None:
    """A connection to a file that was read whole; ``None`` where it is damaged, or lost and there are backups.

    Reading all of it takes about a millisecond a megabyte; a very large one that was closed properly is left to the
    next backup.

    Args:
        path: of it.
        new: whether it may be begun although there are backups.

    Raises:
        HistoryError: the file is newer than this program, or something else.
        sqlite3.Error: it is in use, or the disk does not let it be read.
    """
    if path.exists() and not path.is_file():
        raise HistoryError(
            "history-foreign", f"“{escape_text(str(path))}” is not a file.", "Move it elsewhere."
        )
    if path.exists() and path.stat().st_size < SMALLEST_PAGE:
        # SQLite would take it for a new one.
        return None
    if not path.exists() and not new and (newest_backup(path) or restored_path(path).exists()):
        return None
    closed_properly = not path.with_name(f"{path.name}-wal").exists()
    connection = connect(path)
    try:
        check_version(connection, str(path))
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if (closed_properly and path.stat().st_size > LARGEST_CHECKED) or is_sound(connection):
            return connection
    except sqlite3.DatabaseError as error:
        if not _says_damaged(error):
            connection.close()
            raise
    except HistoryError:
        connection.close()
        raise
    connection.close()
    return None


def _says_damaged(error: sqlite3.DatabaseError) -> bool:
    name = getattr(error, "sqlite_errorname", "") or ""
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _migrate_file(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a file to the newest version; one of an older version is kept beside it."""
    version = read_version(connection)
    if 0 < version < SCHEMA:
        copy_database(connection, path.with_name(f"{path.stem}.version-{version}{path.suffix}"))
    if version < SCHEMA:
        migrate(connection)
        # What a person says is nobody else's; the log gets the same permissions.
        path.chmod(0o600)
        # The file itself is complete from the start: without its log it is no empty file.
        connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")


def _lock(path: Path) -> FileLock:
    """Be the only program that writes; the system gives the lock back when this process ends, however it does."""
    lock = FileLock(path.with_name(f"{path.stem}.lock"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_WAIT_S, poll_interval=0.05)
    except Timeout as error:
        raise HistoryError(
            "history-in-use",
            f"Another Vitrine has the conversations in “{escape_text(str(path))}” open.",
            "They can be read here, but nothing of this run is kept; close the other one and start again.",
        ) from error
    except (OSError, NotImplementedError) as error:
        reason = error if isinstance(error, OSError) else OSError(str(error))
        raise HistoryError(
            "history-read-only",
            f"Conversations cannot be saved in “{escape_text(str(path.parent))}”: "
            f"{reason.strerror or reason}.",
            "They can be read, but nothing of this run is kept; allow writing there and start again.",
        ) from error
    return lock


def _copy_in_memory(path: Path) -> sqlite3.Connection | None:
    """A copy of a file that may not be written, of the newest version; ``None`` where that cannot be had."""
    # Another program may be in the middle of writing: what was copied then is not sound.
    copies = (_try_copy_in_memory(path) for _ in range(COPY_ATTEMPTS))
    return next((copy for copy in copies if copy is not None), None)


def _try_copy_in_memory(path: Path) -> sqlite3.Connection | None:
    try:
        if not path.is_file() or not 0 < path.stat().st_size <= LARGEST_COPY:
            return None
        with tempfile.TemporaryDirectory(prefix="vitrine-") as folder:
            for ending in ("", "-wal"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copyfile(path.with_name(path.name + ending), Path(folder, FILE_NAME + ending))
            with contextlib.closing(connect(Path(folder, FILE_NAME))) as source:
                check_version(source, str(path))
                if not is_sound(source):
                    return None
                source.execute("PRAGMA journal_mode = DELETE")
                copy = connect(":memory:")
                source.backup(copy)
        migrate(copy)
        return copy
    except (sqlite3.Error, OSError, HistoryError):
        return None
