"""The tables that conversations are kept in, and the steps from older versions of them.

Knows nothing about what is written into them.

Nothing that was said or written is ever overwritten: messages are a tree, and whatever happens differently becomes
a sibling. What many rows have in common (a model, settings, a system prompt) is kept once, in `facts`.
"""

from __future__ import annotations

import sqlite3

from desktop.history.errors import HistoryError
from models.escaping import escape_text

APPLICATION_ID = 0x56545231
"""What tells the file from other SQLite databases, in its header."""

_FIRST = """
CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (kind, content)
);
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title NOT NULL DEFAULT '',
    title_edited INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    deleted_ms INTEGER,
    system_prompt INTEGER REFERENCES facts (id),
    settings INTEGER REFERENCES facts (id),
    seed TEXT,
    model INTEGER REFERENCES facts (id),
    leaf INTEGER,
    draft NOT NULL DEFAULT ''
);
CREATE INDEX conversations_by_order ON conversations (touched);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    text NOT NULL,
    created_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    origin INTEGER,
    origin_token INTEGER
);
CREATE INDEX messages_by_conversation ON messages (conversation);
CREATE INDEX messages_by_parent ON messages (parent);
CREATE TABLE replies (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES facts (id),
    system_prompt INTEGER REFERENCES facts (id),
    seed TEXT NOT NULL,
    base INTEGER,
    depth INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    prompt BLOB NOT NULL,
    tokens INTEGER NOT NULL DEFAULT 0,
    end_reason TEXT,
    asides NOT NULL DEFAULT '[]',
    tokens_per_second REAL NOT NULL DEFAULT 0,
    perplexity REAL
);
CREATE INDEX replies_in_writing ON replies (message) WHERE end_reason IS NULL;
CREATE TABLE reply_settings (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    token INTEGER NOT NULL,
    settings INTEGER NOT NULL REFERENCES facts (id),
    PRIMARY KEY (message, token)
) WITHOUT ROWID;
CREATE TABLE chunks (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    token INTEGER NOT NULL,
    records BLOB NOT NULL,
    PRIMARY KEY (message, token)
);
CREATE VIRTUAL TABLE message_search USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
CREATE VIRTUAL TABLE title_search USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
"""

_PRESETS = """
CREATE TABLE presets (
    name TEXT PRIMARY KEY,
    settings INTEGER NOT NULL REFERENCES facts (id)
) WITHOUT ROWID;
"""

_EDIT_DRAFTS = """
CREATE TABLE edit_drafts (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    text NOT NULL
);
"""

_GUESSED_TOKENS = ""
"""The tables stay; rows of tokens may say that a token was guessed or read together, which older programs misread."""

MIGRATIONS: tuple[str, ...] = (
    _FIRST,
    _PRESETS,
    _EDIT_DRAFTS,
    _GUESSED_TOKENS,
)
"""Statements that lead from each version to the next; version 0 is an empty file. Only ever appended to."""

SCHEMA = len(MIGRATIONS)
"""The version that this program reads and writes."""


def read_version(connection: sqlite3.Connection) -> int:
    """The version of a database, 0 for an empty one.

    Raises:
        sqlite3.DatabaseError: it is none, or damaged.
    """
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_version(connection: sqlite3.Connection, path: str) -> None:
    """Make sure that a database is of this program and no newer than it.

    Raises:
        HistoryError: it is not; nothing was changed.
        sqlite3.DatabaseError: it is no database, or damaged.
    """
    shown, version = escape_text(path), read_version(connection)
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if version > SCHEMA and application == APPLICATION_ID:
        raise HistoryError(
            "history-newer",
            f"The conversations in “{shown}” were written by a newer Vitrine (version {version}, "
            f"this one knows {SCHEMA}).",
            "Update Vitrine; until then they are left alone, and what is said now is not kept.",
        )
    known = application == APPLICATION_ID and version > 0
    empty = version == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not known and not empty:
        raise HistoryError(
            "history-foreign",
            f"“{shown}” is a database of another program.",
            "Move it elsewhere; until then what is said now is not kept.",
        )


def migrate(connection: sqlite3.Connection, steps: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring a database to the newest version, in one transaction.

    Raises:
        sqlite3.Error: it could not be done; the database is as it was.
    """
    version = read_version(connection)
    if version >= len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in steps[version:]:
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
