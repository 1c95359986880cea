"""What can go wrong with kept conversations, in sentences.

Knows nothing about what is kept, or who shows the sentences.
"""

from __future__ import annotations

import sqlite3

from models.errors import VitrineError
from models.escaping import escape_text


class HistoryError(VitrineError):
    """Conversations could not be read, or not saved; what was saved before is as it was."""


class DocumentError(VitrineError):
    """A file with a conversation is damaged, hostile or from a newer version."""


def failure(error: sqlite3.Error | OSError, path: str, doing: str) -> HistoryError:
    """The sentence for an error of SQLite or of the system.

    Args:
        error: what was raised.
        path: the file it is about.
        doing: what was being done, after "could not" (``"save the message"``).
    """
    shown = escape_text(path)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return HistoryError(
            "history-not-saved",
            f"The program could not {doing}: {reason} ({shown}).",
            "Make room there, or allow writing, and try again; what was saved before is unharmed.",
        )
    code = getattr(error, "sqlite_errorname", "") or ""
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return HistoryError(
            "history-busy",
            f"The program could not {doing}: another program holds the conversations in “{shown}”.",
            "Close the other program and try again.",
        )
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return HistoryError(
            "history-not-saved",
            f"The program could not {doing}: {error} (“{shown}”).",
            "Make room on that disk, or allow writing, and try again; what was saved before is unharmed.",
        )
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged_file(path, doing)
    if code == "SQLITE_CONSTRAINT_FOREIGNKEY":
        return HistoryError(
            "history-gone",
            f"The program could not {doing}: the conversation it belongs to was removed.",
            "Nothing else is harmed; go on in another conversation.",
        )
    return HistoryError(
        "history-failed",
        f"The program could not {doing}: {error} (“{shown}”).",
        "Try again; if it goes on, start the program again.",
    )


def damaged_file(path: str, doing: str) -> HistoryError:
    """The file as a whole is not as it was written."""
    return HistoryError(
        "history-damaged",
        f"The program could not {doing}: the conversations in “{escape_text(path)}” are damaged.",
        "Start the program again; it puts the damaged file aside and takes the last backup.",
    )


def damaged_content(what: str) -> HistoryError:
    """Something kept is not as it was written, though the file itself is sound."""
    return HistoryError(
        "history-damaged",
        f"{what} is damaged on disk.",
        "Import the conversation again from a backup or an export.",
    )
