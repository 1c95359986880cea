"""Files as older versions of the program wrote them, for the tests of migrations.

Knows nothing of the newest version: statements here are never changed again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

_VERSION_1 = """
CREATE TABLE facts (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, content TEXT NOT NULL, UNIQUE (kind, content));
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title NOT NULL DEFAULT '', title_edited INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, touched INTEGER NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0, deleted_ms INTEGER, system_prompt INTEGER REFERENCES facts (id),
    settings INTEGER REFERENCES facts (id), seed TEXT, model INTEGER REFERENCES facts (id), leaf INTEGER,
    draft NOT NULL DEFAULT ''
);
CREATE INDEX conversations_by_order ON conversations (touched);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent INTEGER REFERENCES messages (id) ON DELETE CASCADE, role TEXT NOT NULL, text NOT NULL,
    created_ms INTEGER NOT NULL, reason TEXT NOT NULL, origin INTEGER, origin_token INTEGER
);
CREATE INDEX messages_by_conversation ON messages (conversation);
CREATE INDEX messages_by_parent ON messages (parent);
CREATE TABLE replies (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES facts (id), system_prompt INTEGER REFERENCES facts (id), seed TEXT NOT NULL,
    base INTEGER, depth INTEGER NOT NULL, shared INTEGER NOT NULL, prompt BLOB NOT NULL,
    tokens INTEGER NOT NULL DEFAULT 0, end_reason TEXT, asides NOT NULL DEFAULT '[]',
    tokens_per_second REAL NOT NULL DEFAULT 0, perplexity REAL
);
CREATE INDEX replies_in_writing ON replies (message) WHERE end_reason IS NULL;
CREATE TABLE reply_settings (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE, token INTEGER NOT NULL,
    settings INTEGER NOT NULL REFERENCES facts (id), PRIMARY KEY (message, token)
) WITHOUT ROWID;
CREATE TABLE chunks (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE, token INTEGER NOT NULL,
    records BLOB NOT NULL, PRIMARY KEY (message, token)
);
CREATE VIRTUAL TABLE message_search USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
CREATE VIRTUAL TABLE title_search USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
INSERT INTO facts VALUES (1, 'system_prompt', '"Be brief."');
INSERT INTO conversations (id, title, created_ms, updated_ms, touched, system_prompt, leaf)
    VALUES (1, 'a question', 1767225600000, 1767225600000, 1, 1, 1);
INSERT INTO messages VALUES (1, 1, NULL, 'user', 'a question', 1767225600000, 'sent', NULL, NULL);
INSERT INTO message_search (rowid, text) VALUES (1, 'a question');
INSERT INTO title_search (rowid, text) VALUES (1, 'a question');
PRAGMA application_id = 1448366641;
PRAGMA user_version = 1;
"""


_PRESETS_OF_VERSION_2 = """
CREATE TABLE presets (name TEXT PRIMARY KEY, settings INTEGER NOT NULL REFERENCES facts (id)) WITHOUT ROWID;
INSERT INTO facts VALUES (2, 'settings', '{"temperature": 0.5}');
INSERT INTO presets VALUES ('mine', 2);
PRAGMA user_version = 2;
"""


_EDIT_DRAFTS_OF_VERSION_3 = """
CREATE TABLE edit_drafts (
    message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE, text NOT NULL
);
PRAGMA user_version = 3;
"""


def write_version_1(path: Path) -> None:
    """A file of version 1, without presets, with one conversation of one question."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_VERSION_1)


def write_version_2(path: Path) -> None:
    """A file of version 2, without what is typed in place of a message: the same, and one preset."""
    write_version_1(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_PRESETS_OF_VERSION_2)


def write_version_3(path: Path) -> None:
    """A file of version 3, whose tokens cannot say that they were guessed or read together: the same."""
    write_version_2(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_EDIT_DRAFTS_OF_VERSION_3)


WRITERS = {1: write_version_1, 2: write_version_2, 3: write_version_3}
"""What writes each older version."""
