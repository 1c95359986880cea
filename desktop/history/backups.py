"""Backups of the file of conversations: made whole, in turn, and found again.

Knows nothing about what is in them, or when one is due.

They stand beside the file: number 1 is the newest. Which is newer is told by number, never by a clock (fault 55).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from desktop.history.database import connect
from desktop.history.errors import failure

BACKUPS = 3
"""How many are kept."""


def backup_path(path: Path, number: int) -> Path:
    """Where a backup of a file stands.

    Args:
        path: of the conversations.
        number: 1 for the newest.
    """
    return path.with_name(f"{path.stem}.backup-{number}{path.suffix}")


def is_sound(connection: sqlite3.Connection) -> bool:
    """Whether every page of a database can be read and fits the others."""
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            return False
        return not connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError:
        return False


def is_sound_file(path: Path) -> bool:
    """Whether there is a database at a path that can be read whole."""
    if not path.is_file() or not path.stat().st_size:
        return False
    try:
        connection = connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1")
    except sqlite3.Error:
        return False
    with contextlib.closing(connection):
        return is_sound(connection)


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database as it is now, all at once, while others go on writing; durable when it returns.

    Raises:
        sqlite3.Error, OSError: it could not be done; `target` is incomplete.
    """
    target.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # It is written once and synchronized below.
        copy.execute("PRAGMA synchronous = OFF")
        source.backup(copy)
        # Without a log of its own it is one file.
        copy.execute("PRAGMA journal_mode = DELETE")
    target.chmod(0o600)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def make_backup(source: sqlite3.Connection, path: Path) -> Path | None:
    """Make the newest backup and forget the oldest, unless the source itself is damaged.

    Args:
        source: a connection to the conversations.
        path: of their file.

    Returns:
        Where it is, ``None`` where the source is damaged: no good backup gives way to a bad one.

    Raises:
        HistoryError: it could not be made; the earlier ones are as they were.
    """
    unfinished = path.with_name(f"{path.stem}.backup-new{path.suffix}")
    try:
        if not is_sound(source):
            return None
        copy_database(source, unfinished)
        for number in range(BACKUPS - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                backup_path(path, number).replace(backup_path(path, number + 1))
        unfinished.replace(backup_path(path, 1))
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise failure(error, str(path), "make a backup of the conversations") from error
    return backup_path(path, 1)


def newest_backup(path: Path) -> Path | None:
    """The newest backup that can be read whole."""
    every = (backup_path(path, number) for number in range(1, BACKUPS + 1))
    return next((backup for backup in every if is_sound_file(backup)), None)
