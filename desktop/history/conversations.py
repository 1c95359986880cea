"""Conversations as a list: made, named, pinned, deleted with a way back, and what is chosen for each.

Knows nothing about messages and tokens.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from datetime import date
from typing import Any

from desktop.history.database import Database
from desktop.history.errors import HistoryError
from desktop.history.records import (
    ConversationEntry,
    ConversationRecord,
    ModelIdentity,
    local_day,
    model_of,
    settings_fact,
    settings_of,
)
from desktop.history.texts import edited_title, restored, searched, stored, title_of
from inference.sampling.settings import SamplingSettings

_COLUMNS = (
    "id, title, title_edited, created_ms, updated_ms, pinned, deleted_ms, "
    "system_prompt, settings, seed, model, leaf, draft"
)

_IN_USE = "(draft != '' OR EXISTS (SELECT 1 FROM messages WHERE conversation = conversations.id))"

LISTED = 5000
"""Most conversations of one list."""


RECENT = 20
"""Conversations that are looked at for something unfinished."""


class Conversations:
    """The conversations of a database; every method that changes one saves durably unless it says otherwise.

    All raise `HistoryError` where the disk refuses, or where there is no such conversation.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, system_prompt: str = "") -> int:
        """A new conversation, which is listed once something is typed or said in it.

        Returns:
            Its number.
        """
        with self._database.saving("make a conversation") as connection:
            now = self._database.now_ms()
            row = connection.execute(
                "INSERT INTO conversations (created_ms, updated_ms, touched, system_prompt) VALUES (?, ?, "
                "(SELECT coalesce(max(touched), 0) + 1 FROM conversations), ?)",
                (now, now, self._database.fact_id("system_prompt", system_prompt)),
            )
            assert row.lastrowid is not None
            connection.execute("INSERT INTO title_search (rowid, text) VALUES (?, '')", (row.lastrowid,))
            return row.lastrowid

    def get(self, conversation: int) -> ConversationRecord:
        """One conversation."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM conversations WHERE id = ?", (conversation,))
        if not rows:
            raise HistoryError(
                "no-conversation", f"There is no conversation {conversation}.", "Choose one from the list."
            )
        return self._record(rows[0])

    def list(self, limit: int = LISTED) -> tuple[ConversationRecord, ...]:
        """Those with something in them, pinned ones first, then the last changed first (by order, fault 55)."""
        return self._listed("deleted_ms IS NULL", "pinned DESC, touched DESC", limit)

    def deleted(self, limit: int = LISTED) -> tuple[ConversationRecord, ...]:
        """Those that can be restored, the last deleted first."""
        return self._listed("deleted_ms IS NOT NULL", "touched DESC", limit)

    def by_day(self, limit: int = LISTED) -> tuple[tuple[date | None, tuple[ConversationEntry, ...]], ...]:
        """The list in groups: ``None`` for what is pinned, then the days of the last change here.

        A day appears once, at its newest conversation, whatever the clock did in between.
        """
        pinned = self._entries(True, limit)
        groups: dict[date | None, list[ConversationEntry]] = {None: list(pinned)} if pinned else {}
        for entry in self._entries(False, limit - len(pinned)):
            groups.setdefault(local_day(entry.updated_ms), []).append(entry)
        return tuple((day, tuple(entries)) for day, entries in groups.items())

    def unfinished(self) -> int:
        """The last changed one in which something is typed and not sent, or asked and not answered; 0 for none.

        Only among the last changed `RECENT`: what was left long ago is not what a person comes back for.
        """
        rows = self._database.rows(
            "SELECT id FROM (SELECT id, draft, leaf, touched FROM conversations WHERE deleted_ms IS NULL "
            "ORDER BY touched DESC LIMIT ?) WHERE draft != '' "
            "OR (SELECT role FROM messages WHERE messages.id = leaf) = 'user' ORDER BY touched DESC LIMIT 1",
            (RECENT,),
        )
        return int(rows[0][0]) if rows else 0

    def save_draft(self, conversation: int, text: str, *, durable: bool = False) -> None:
        """Keep what is being typed; without `durable` it outlives this process, and the power within a second.

        Cheap enough for every key (0.2 ms) while the text is short; the whole text is written each time.
        """
        with self._database.saving("keep what was typed", durable=durable) as connection:
            changed = connection.execute(
                "UPDATE conversations SET draft = ? WHERE id = ?", (stored(text), conversation)
            )
            _check_found(changed, conversation)

    def rename(self, conversation: int, title: str) -> None:
        """Give a title; an empty one goes back to what is made of the first message."""
        said = edited_title(title)
        with self._database.saving("rename the conversation") as connection:
            if said:
                set_title(connection, conversation, said, edited=True)
            else:
                set_title(connection, conversation, _first_title(connection, conversation), edited=False)

    def pin(self, conversation: int, pinned: bool = True) -> None:
        """Have it stand before the others, or no more; its place among those of its kind stays."""
        self._set(conversation, "pin the conversation", "pinned", int(pinned))

    def delete(self, conversation: int) -> None:
        """Take it off the list; `restore` puts it back, `purge` ends it."""
        with self._database.saving("delete the conversation") as connection:
            changed = connection.execute(
                "UPDATE conversations SET deleted_ms = ? WHERE id = ?",
                (self._database.now_ms(), conversation),
            )
            _check_found(changed, conversation)
            touch(connection, conversation)

    def restore(self, conversation: int) -> None:
        """Undo `delete`."""
        self._set(conversation, "restore the conversation", "deleted_ms", None)

    def purge(self, conversation: int) -> None:
        """Remove it for good, with all its branches."""
        with self._database.saving("remove the conversation") as connection:
            purge(connection, conversation)

    def purge_deleted(self, kept_ms: int = 0) -> int:
        """Remove for good everything that is deleted, and what nothing was ever typed in.

        Args:
            kept_ms: for how long a deleted conversation can still be restored.

        Returns:
            How many conversations that were.
        """
        with self._database.saving("remove deleted conversations") as connection:
            rows = connection.execute(
                "SELECT id FROM conversations WHERE deleted_ms <= ? OR (draft = '' AND NOT EXISTS "
                "(SELECT 1 FROM messages WHERE conversation = conversations.id))",
                (self._database.now_ms() - kept_ms,),
            ).fetchall()
            for (conversation,) in rows:
                purge(connection, conversation)
            return len(rows)

    def set_system_prompt(self, conversation: int, text: str) -> None:
        """Change the instructions for replies from now on; earlier ones remember theirs."""
        with self._database.saving("save the system prompt"):
            self._update(conversation, "system_prompt", self._database.fact_id("system_prompt", text))

    def set_settings(self, conversation: int, settings: SamplingSettings, seed: int | None = None) -> None:
        """Remember the settings of a conversation, and its seed if every reply gets the same.

        Not durable by itself, for a slider moves often: the disk has it within a second.
        """
        with self._database.saving("save the settings", durable=False):
            number = self._database.fact_id("settings", settings_fact(settings))
            self._update(conversation, "settings", number)
            self._update(conversation, "seed", None if seed is None else str(seed))

    def set_model(self, conversation: int, model: ModelIdentity) -> None:
        """Remember the model it is held with."""
        with self._database.saving("save the model"):
            self._update(conversation, "model", self._database.fact_id("model", asdict(model)))

    def choose_leaf(self, conversation: int, leaf: int | None) -> None:
        """Show the branch that ends with a message; `None` before the first one."""
        with self._database.saving("choose the branch", durable=False) as connection:
            owner = connection.execute("SELECT conversation FROM messages WHERE id = ?", (leaf,)).fetchone()
            if leaf is not None and owner != (conversation,):
                raise HistoryError(
                    "no-message",
                    f"Conversation {conversation} has no message {leaf}.",
                    "Choose another branch.",
                )
            self._update(conversation, "leaf", leaf)

    def _set(self, conversation: int, doing: str, column: str, value: Any) -> None:
        with self._database.saving(doing):
            self._update(conversation, column, value)

    def _update(self, conversation: int, column: str, value: Any) -> None:
        changed = self._database.connection.execute(
            f"UPDATE conversations SET {column} = ? WHERE id = ?", (value, conversation)
        )
        _check_found(changed, conversation)

    def _listed(self, condition: str, order: str, limit: int) -> tuple[ConversationRecord, ...]:
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM conversations WHERE {condition} AND {_IN_USE} ORDER BY {order} LIMIT ?",
            (limit,),
        )
        return tuple(self._record(row) for row in rows)

    def _entries(self, pinned: bool, limit: int) -> tuple[ConversationEntry, ...]:
        # Those of one kind at a time come in the order of the index: nothing is sorted.
        rows = self._database.rows(
            "SELECT id, title, updated_ms, CASE title WHEN '' THEN draft ELSE '' END FROM conversations "
            f"WHERE deleted_ms IS NULL AND pinned = ? AND {_IN_USE} ORDER BY touched DESC LIMIT ?",
            (int(pinned), limit),
        )
        return tuple(
            ConversationEntry(id_, restored(title), updated, pinned, restored(draft))
            for id_, title, updated, draft in rows
        )

    def _record(self, row: tuple[Any, ...]) -> ConversationRecord:
        (
            id_,
            title,
            edited,
            created,
            updated,
            pinned,
            deleted,
            prompt,
            settings,
            seed,
            model,
            leaf,
            draft,
        ) = row
        fact = self._database.fact
        return ConversationRecord(
            id=id_,
            title=restored(title),
            title_edited=bool(edited),
            created_ms=created,
            updated_ms=updated,
            pinned=bool(pinned),
            deleted=deleted is not None,
            system_prompt=fact(prompt) or "",
            settings=None if settings is None else settings_of(fact(settings)),
            seed=None if seed is None else int(seed),
            model=None if model is None else model_of(fact(model)),
            leaf=leaf,
            draft=restored(draft),
        )


def touch(connection: sqlite3.Connection, conversation: int, now: int | None = None) -> None:
    """Have a conversation be the last changed one; inside a transaction."""
    connection.execute(
        "UPDATE conversations SET touched = (SELECT max(touched) + 1 FROM conversations), "
        "updated_ms = coalesce(?, updated_ms) WHERE id = ?",
        (now, conversation),
    )


def set_title(connection: sqlite3.Connection, conversation: int, title: str, edited: bool) -> None:
    """Give a title and have it found; inside a transaction."""
    changed = connection.execute(
        "UPDATE conversations SET title = ?, title_edited = ? WHERE id = ?",
        (stored(title), int(edited), conversation),
    )
    _check_found(changed, conversation)
    connection.execute("DELETE FROM title_search WHERE rowid = ?", (conversation,))
    connection.execute(
        "INSERT INTO title_search (rowid, text) VALUES (?, ?)", (conversation, searched(title))
    )


def purge(connection: sqlite3.Connection, conversation: int) -> None:
    """Remove a conversation with everything in it; inside a transaction."""
    connection.execute(
        "DELETE FROM message_search WHERE rowid IN (SELECT id FROM messages WHERE conversation = ?)",
        (conversation,),
    )
    connection.execute("DELETE FROM title_search WHERE rowid = ?", (conversation,))
    # Cut apart first: removing a chain of messages from its root recurses as deep as it is long.
    connection.execute("UPDATE messages SET parent = NULL WHERE conversation = ?", (conversation,))
    connection.execute("DELETE FROM messages WHERE conversation = ?", (conversation,))
    connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))


def _first_title(connection: sqlite3.Connection, conversation: int) -> str:
    row = connection.execute(
        "SELECT text FROM messages WHERE conversation = ? AND role = 'user' AND parent IS NULL ORDER BY id",
        (conversation,),
    ).fetchone()
    return title_of(restored(row[0])) if row else ""


def _check_found(cursor: sqlite3.Cursor, conversation: int) -> None:
    if not cursor.rowcount:
        raise HistoryError(
            "no-conversation", f"There is no conversation {conversation}.", "Choose one from the list."
        )
