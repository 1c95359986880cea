"""Messages as a tree: said, edited into siblings, read from a leaf to the root.

Knows nothing about tokens.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from desktop.conversation import Aside
from desktop.history.conversations import set_title, touch
from desktop.history.database import Database
from desktop.history.errors import HistoryError, damaged_content
from desktop.history.records import (
    MessageRecord,
    Origin,
    Reason,
    ReplyRecord,
    Role,
    TreeNode,
    model_of,
)
from desktop.history.texts import restored, searched, stored, title_of

_PATH = """
WITH RECURSIVE path (id, parent, depth) AS (
    SELECT id, parent, 0 FROM messages WHERE id = ?
    UNION ALL
    SELECT messages.id, messages.parent, path.depth + 1 FROM messages JOIN path ON messages.id = path.parent
)
"""

_RECORD = (
    "SELECT m.id, m.parent, m.role, m.text, m.created_ms, m.reason, m.origin, m.origin_token, m.conversation, "
    "r.message, r.model, r.system_prompt, r.seed, r.tokens, r.end_reason, r.asides, r.tokens_per_second, "
    "r.perplexity "
)
"""What `Messages._record` takes, of messages ``m`` and replies ``r``."""


class Messages:
    """The messages of a database. All methods raise `HistoryError` where the disk refuses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def say(
        self,
        conversation: int,
        parent: int | None,
        text: str,
        reason: Reason = "sent",
        origin: int | None = None,
        draft: str = "",
    ) -> int:
        """Keep what a person says; it is on the disk when this returns.

        Args:
            conversation: in which.
            parent: the message it answers; ``None`` for the first.
            text: what is said.
            reason: ``"sent"``, or ``"edited"`` for a sibling of `origin`.
            origin: the message that was edited.
            draft: what stays typed.

        Returns:
            Its number; the branch that is shown ends with it.
        """
        with self._database.saving("save the message") as connection:
            now = self._database.now_ms()
            message = self.add(
                conversation, parent, "user", text, now, reason, None if origin is None else Origin(origin)
            )
            connection.execute(
                "UPDATE conversations SET leaf = ?, draft = ? WHERE id = ?",
                (message, stored(draft), conversation),
            )
            touch(connection, conversation, now)
            self._name(conversation, parent, text)
            return message

    def withdraw(self, message: int, draft: str | None = None) -> None:
        """Take back what nobody answered: the message goes, the branch ends before it.

        Args:
            message: without children.
            draft: what to keep as the conversation's draft instead.
        """
        with self._database.saving("take the message back") as connection:
            row = connection.execute(
                "SELECT conversation, parent FROM messages WHERE id = ? "
                "AND NOT EXISTS (SELECT 1 FROM messages AS below WHERE below.parent = messages.id)",
                (message,),
            ).fetchone()
            if row is None:
                raise HistoryError(
                    "message-answered", f"Message {message} is gone or has answers.", "Edit it instead."
                )
            conversation, parent = row
            connection.execute(
                "UPDATE conversations SET leaf = ? WHERE id = ? AND leaf = ?", (parent, conversation, message)
            )
            if draft is not None:
                connection.execute(
                    "UPDATE conversations SET draft = ? WHERE id = ?", (stored(draft), conversation)
                )
            connection.execute("DELETE FROM message_search WHERE rowid = ?", (message,))
            connection.execute("DELETE FROM messages WHERE id = ?", (message,))
            left = "SELECT 1 FROM messages WHERE conversation = ?"
            edited = "SELECT title_edited FROM conversations WHERE id = ?"
            if (
                not connection.execute(left, (conversation,)).fetchone()
                and not (connection.execute(edited, (conversation,)).fetchone()[0])
            ):
                # Named after what was taken back; the next first message names it.
                set_title(connection, conversation, "", edited=False)

    def add(
        self,
        conversation: int,
        parent: int | None,
        role: Role,
        text: str,
        created_ms: int,
        reason: Reason,
        origin: Origin | None,
    ) -> int:
        """Add a message inside a transaction.

        Returns:
            Its number.
        """
        connection = self._database.connection
        if parent is not None:
            owner = connection.execute("SELECT conversation FROM messages WHERE id = ?", (parent,)).fetchone()
            if owner != (conversation,):
                raise HistoryError(
                    "no-message", f"Conversation {conversation} has no message {parent}.", "Say it elsewhere."
                )
        elif not connection.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation,)).fetchone():
            raise HistoryError(
                "no-conversation", f"There is no conversation {conversation}.", "Choose one from the list."
            )
        row = connection.execute(
            "INSERT INTO messages (conversation, parent, role, text, created_ms, reason, origin, origin_token) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                conversation, parent, role, stored(text), created_ms, reason,
                None if origin is None else origin.message, None if origin is None else origin.token,
            ),
        )  # fmt: skip
        assert row.lastrowid is not None
        connection.execute(
            "INSERT INTO message_search (rowid, text) VALUES (?, ?)", (row.lastrowid, searched(text))
        )
        return row.lastrowid

    def path(self, leaf: int | None) -> tuple[MessageRecord, ...]:
        """The branch that ends with a message, first message first; nothing for ``None``."""
        rows = self._database.rows(
            _PATH + _RECORD + "FROM path JOIN messages AS m ON m.id = path.id "
            "LEFT JOIN replies AS r ON r.message = m.id ORDER BY path.depth DESC",
            (leaf,),
        )
        if not rows:
            return ()
        variants = self.variants(rows[0][8])
        return tuple(self._record(row, variants[row[1]]) for row in rows)

    def variants(self, conversation: int) -> dict[int | None, tuple[int, ...]]:
        """The messages that could stand behind each message of a conversation, oldest first."""
        found: dict[int | None, list[int]] = defaultdict(list)
        question = "SELECT parent, id FROM messages WHERE conversation = ? ORDER BY id"
        for parent, message in self._database.rows(question, (conversation,)):
            found[parent].append(message)
        return {parent: tuple(messages) for parent, messages in found.items()}

    def conversation_of(self, message: int) -> int:
        """The conversation of a message, 0 if there is no such message."""
        rows = self._database.rows("SELECT conversation FROM messages WHERE id = ?", (message,))
        return int(rows[0][0]) if rows else 0

    def beside(self, message: int) -> tuple[MessageRecord, ...]:
        """Every message that could stand in the place of one, itself included, oldest first; of none, nothing."""
        rows = self._database.rows(
            _RECORD + "FROM messages AS here JOIN messages AS m ON m.conversation = here.conversation "
            "AND m.parent IS here.parent LEFT JOIN replies AS r ON r.message = m.id "
            "WHERE here.id = ? ORDER BY m.id",
            (message,),
        )
        siblings = tuple(row[0] for row in rows)
        return tuple(self._record(row, siblings) for row in rows)

    def record(self, message: int) -> MessageRecord | None:
        """One message, however long its branch; ``None`` where there is none."""
        return next((one for one in self.beside(message) if one.id == message), None)

    def tree(self, conversation: int) -> tuple[TreeNode, ...]:
        """Every message of a conversation without its text, parents before children."""
        depths: dict[int | None, int] = {None: -1}
        nodes = []
        question = "SELECT id, parent, role, reason FROM messages WHERE conversation = ? ORDER BY id"
        for id_, parent, role, reason in self._database.rows(question, (conversation,)):
            depths[id_] = depths[parent] + 1
            nodes.append(TreeNode(id_, parent, role, reason, depths[id_]))
        return tuple(nodes)

    def extent(self, conversation: int) -> tuple[int, int]:
        """How many messages a conversation has, and the newest one's number: the same as long as its tree is."""
        rows = self._database.rows(
            "SELECT count(*), coalesce(max(id), 0) FROM messages WHERE conversation = ?", (conversation,)
        )
        return int(rows[0][0]), int(rows[0][1])

    def beginning(self, message: int, length: int) -> str:
        """At most so many characters of a message, empty where there is none or it is being written."""
        rows = self._database.rows(
            "SELECT CASE typeof(text) WHEN 'text' THEN substr(text, 1, ?) ELSE text END FROM messages WHERE id = ?",
            (length, message),
        )
        return restored(rows[0][0])[:length] if rows else ""

    def newest_leaf(self, message: int) -> int:
        """The end of the newest branch below a message: where ‹ 2/3 › leads."""
        rows = self._database.rows(
            "WITH RECURSIVE below (id) AS (SELECT ? UNION ALL SELECT messages.id FROM messages "
            "JOIN below ON messages.parent = below.id) SELECT max(id) FROM below",
            (message,),
        )
        return int(rows[0][0])

    def save_edit(self, message: int, text: str | None) -> None:
        """Keep what is typed in place of a message and not sent, as safe as `Conversations.save_draft`.

        Args:
            message: that is being edited.
            text: what is typed; ``None`` forgets it.
        """
        with self._database.saving("keep what was typed", durable=False) as connection:
            if text is None:
                connection.execute("DELETE FROM edit_drafts WHERE message = ?", (message,))
            else:
                connection.execute(
                    "INSERT OR REPLACE INTO edit_drafts VALUES (?, ?)", (message, stored(text))
                )

    def edit_of(self, message: int) -> str | None:
        """What is typed in place of a message and not sent; ``None`` for nothing."""
        rows = self._database.rows("SELECT text FROM edit_drafts WHERE message = ?", (message,))
        return restored(rows[0][0]) if rows else None

    def edited(self, conversation: int) -> frozenset[int]:
        """The messages of a conversation for which `edit_of` has something."""
        question = (
            "SELECT message FROM edit_drafts WHERE (SELECT conversation FROM messages WHERE id = message) = ?"
        )
        return frozenset(row[0] for row in self._database.rows(question, (conversation,)))

    def _name(self, conversation: int, parent: int | None, text: str) -> None:
        """The first message gives its conversation a title, unless a person did."""
        connection = self._database.connection
        question = "SELECT title FROM conversations WHERE id = ?"
        (title,) = connection.execute(question, (conversation,)).fetchone()
        if parent is None and not title:
            set_title(connection, conversation, title_of(text), edited=False)

    def _record(self, row: tuple[Any, ...], siblings: tuple[int, ...]) -> MessageRecord:
        id_, parent, role, text, created, reason, origin, token, _, reply, *facts = row
        return MessageRecord(
            id=id_,
            parent=parent,
            role=role,
            text=restored(text),
            created_ms=created,
            reason=reason,
            origin=None if origin is None else Origin(origin, token or 0),
            siblings=siblings,
            reply=None if reply is None else self._reply(facts),
        )

    def _reply(self, row: list[Any]) -> ReplyRecord:
        model, prompt, seed, tokens, end_reason, asides, speed, perplexity = row
        fact = self._database.fact
        return ReplyRecord(
            model=model_of(fact(model)),
            system_prompt=fact(prompt) or "",
            seed=int(seed),
            tokens=tokens,
            end_reason=end_reason,
            asides=read_asides(asides),
            tokens_per_second=speed,
            perplexity=perplexity,
        )


def read_asides(stored_asides: str) -> tuple[Aside, ...]:
    """The parts of a reply on other channels, as they are kept.

    Raises:
        HistoryError: they are not as they were written.
    """
    try:
        return tuple(Aside(*aside) for aside in json.loads(stored_asides))
    except (ValueError, TypeError) as error:
        raise damaged_content("What was thought before a reply") from error
