"""Whole conversations taken out of a history and put into one.

Knows no file format.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from desktop.conversation import EndReason, ReplyFacts, asides_in, said_in
from desktop.history.conversations import set_title, touch
from desktop.history.document import Document, DocumentMessage, DocumentReply
from desktop.history.errors import HistoryError
from desktop.history.history import History
from desktop.history.messages import read_asides
from desktop.history.prompts import DEEPEST_PROMPT
from desktop.history.records import Origin, model_of, settings_fact
from desktop.history.reply_writer import write_reply
from desktop.history.texts import edited_title, restored, stored
from desktop.history.token_table import TokenTable

SLICE_S = 0.008
"""How long others wait at most before they can save something themselves: half of a frame."""

PAUSE_S = 0.002
"""Between two slices: who waits for the lock looks for it after 1, 2, 5, 10 … milliseconds."""


def load_document(history: History, conversation: int, leaf: int | None = None) -> Document:
    """A conversation with all its branches, or with one of them.

    Args:
        history: to read from.
        conversation: its number.
        leaf: the message that the only branch to be taken ends with; ``None`` takes all.

    Raises:
        HistoryError: there is none, or something in it cannot be read.
    """
    record = history.conversations.get(conversation)
    rows = history.database.rows(
        "SELECT m.id, m.parent, m.role, m.text, m.created_ms, m.reason, m.origin, m.origin_token, r.message, "
        "r.model, r.system_prompt, r.seed, r.base, r.shared, r.prompt, r.end_reason, r.asides, "
        "r.tokens_per_second, r.perplexity FROM messages AS m LEFT JOIN replies AS r ON r.message = m.id "
        "WHERE m.conversation = ? ORDER BY m.id",
        (conversation,),
    )
    taken = {row[0] for row in rows}
    if leaf is not None:
        taken = {message.id for message in history.messages.path(leaf)} & taken
    return Document(
        title=record.title,
        title_edited=record.title_edited,
        created_ms=record.created_ms,
        updated_ms=record.updated_ms,
        pinned=record.pinned,
        system_prompt=record.system_prompt,
        settings=record.settings,
        seed=record.seed,
        model=record.model,
        leaf=record.leaf if leaf is None else leaf,
        draft=record.draft if leaf is None else "",
        messages=tuple(_message(history, row, taken) for row in rows if row[0] in taken),
    )


def insert_document(history: History, document: Document, doing: str = "import the conversation") -> int:
    """Put a conversation beside the others, all of it or nothing.

    Returns:
        Its number.

    Raises:
        HistoryError: it could not be saved.
    """
    with history.database.saving(doing):
        insertion = _Insertion(history, document)
        insertion.add_messages()
        insertion.finish()
    return insertion.conversation


def insert_in_slices(history: History, document: Document, doing: str = "import the conversation") -> int:
    """The same, for a thread that is not the window's: others can save something meanwhile.

    It is on no list until it is whole.

    Returns:
        Its number.

    Raises:
        HistoryError: it could not be saved, and nothing of it is there.
    """
    with history.database.saving(doing, durable=False):
        insertion = _Insertion(history, document, hidden=True)
    try:
        while not insertion.complete:
            time.sleep(PAUSE_S)
            with history.database.saving(doing, durable=False):
                insertion.add_messages(time.monotonic() + SLICE_S)
        with history.database.saving(doing):
            insertion.finish()
    except BaseException:
        # Where that is not possible either it stays hidden, as what was deleted does.
        with contextlib.suppress(HistoryError):
            history.conversations.purge(insertion.conversation)
        raise
    return insertion.conversation


def duplicate(
    history: History,
    conversation: int,
    leaf: int | None = None,
    insert: Callable[[History, Document, str], int] = insert_document,
) -> int:
    """A second conversation like one, or like one branch of it.

    Args:
        history: that both are in.
        conversation: its number.
        leaf: as in `load_document`.
        insert: `insert_document` or `insert_in_slices`.

    Returns:
        Its number.

    Raises:
        HistoryError: it could not be read or saved.
    """
    document = replace(load_document(history, conversation, leaf), pinned=False)
    return insert(history, document, "duplicate the conversation")


class _Insertion:
    """A conversation on its way into a history; everything happens inside transactions of the caller.

    Args:
        history: where it goes.
        document: the conversation.
        hidden: whether it counts as deleted until it is finished.
    """

    def __init__(self, history: History, document: Document, hidden: bool = False) -> None:
        database = history.database
        fact_id = database.fact_id
        row = database.connection.execute(
            "INSERT INTO conversations (created_ms, updated_ms, deleted_ms, touched, pinned, system_prompt, "
            "settings, seed, model, draft) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
            (
                document.created_ms,
                document.updated_ms,
                database.now_ms() if hidden else None,
                int(document.pinned),
                fact_id("system_prompt", document.system_prompt),
                None if document.settings is None else fact_id("settings", settings_fact(document.settings)),
                None if document.seed is None else str(document.seed),
                None if document.model is None else fact_id("model", asdict(document.model)),
                stored(document.draft),
            ),
        )
        assert row.lastrowid is not None
        self.conversation = row.lastrowid
        self._history = history
        self._document = document
        self._waiting = deque(document.messages)
        self._numbers: dict[int, int] = {}
        self._depths: dict[int, int] = {}
        set_title(database.connection, self.conversation, edited_title(document.title), document.title_edited)

    @property
    def complete(self) -> bool:
        """Whether every message is there."""
        return not self._waiting

    def add_messages(self, until: float = math.inf) -> None:
        """Add the next messages.

        Args:
            until: when to stop, by `time.monotonic`; at least one is added.
        """
        numbers = self._numbers
        while self._waiting:
            message = self._waiting.popleft()
            origin = message.origin
            if origin is not None:
                origin = Origin(numbers[origin.message], origin.token) if origin.message in numbers else None
            parent = None if message.parent is None else numbers[message.parent]
            numbers[message.id] = self._history.messages.add(
                self.conversation,
                parent,
                message.role,
                message.text,
                message.created_ms,
                message.reason,
                origin,
            )
            if message.reply is not None:
                _insert_reply(self._history, self._document, message, message.reply, numbers, self._depths)
            if time.monotonic() > until:
                return

    def finish(self) -> None:
        """Show it, and at which branch."""
        connection, leaf = self._history.database.connection, self._document.leaf
        connection.execute(
            "UPDATE conversations SET leaf = ?, deleted_ms = NULL WHERE id = ?",
            (None if leaf is None else self._numbers.get(leaf), self.conversation),
        )
        touch(connection, self.conversation)


def _insert_reply(
    history: History,
    document: Document,
    message: DocumentMessage,
    reply: DocumentReply,
    numbers: dict[int, int],
    depths: dict[int, int],
) -> None:
    database, number = history.database, numbers[message.id]
    base, shared, prompt = reply.base, reply.shared, reply.prompt
    depth = 0 if base is None else depths[base] + 1
    if depth >= DEEPEST_PROMPT:
        base, shared, prompt, depth = None, 0, document.prompt(message.id), 0
    depths[message.id] = depth
    database.connection.execute(
        "INSERT INTO replies (message, model, system_prompt, seed, base, depth, shared, prompt) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            database.fact_id("model", asdict(reply.model)),
            database.fact_id("system_prompt", reply.system_prompt),
            str(reply.seed),
            None if base is None else numbers[base],
            depth,
            shared,
            prompt.encode(),
        ),
    )
    for token, settings in reply.settings:
        row = number, token, database.fact_id("settings", settings_fact(settings))
        database.connection.execute("INSERT INTO reply_settings VALUES (?, ?, ?)", row)
    perplexity = float("nan") if reply.perplexity is None else reply.perplexity
    facts = ReplyFacts(len(reply.tokens), reply.tokens_per_second, perplexity, reply.end_reason)
    write_reply(database, number, reply.tokens, message.text, reply.asides, facts)


def _message(history: History, row: tuple[Any, ...], taken: set[int]) -> DocumentMessage:
    id_, parent, role, text, created, reason, origin, origin_token, is_reply, *rest = row
    reply = None if is_reply is None else _reply(history, id_, rest, taken)
    said = restored(text)
    if reply is not None and rest[6] is None:
        said = said_in(reply.tokens.tokens())
    return DocumentMessage(
        id=id_,
        parent=parent,
        role=role,
        text=said,
        created_ms=created,
        reason=reason,
        origin=Origin(origin, origin_token or 0) if origin in taken else None,
        reply=reply,
    )


def _reply(history: History, message: int, row: list[Any], taken: set[int]) -> DocumentReply:
    model, system_prompt, seed, base, shared, prompt, end_reason, asides, speed, perplexity = row
    fact = history.database.fact
    table = history.replies.table(message)
    rest = TokenTable.decode(prompt)
    if base is not None and base not in taken:
        base, shared, rest = None, 0, history.replies.prompt_table(message)
    parts = read_asides(asides)
    ended: EndReason = end_reason or "stopped"
    return DocumentReply(
        model=model_of(fact(model)),
        system_prompt=fact(system_prompt) or "",
        seed=int(seed),
        base=base,
        shared=shared,
        prompt=rest,
        settings=history.replies.settings(message),
        tokens=table,
        end_reason=ended,
        asides=parts if end_reason else asides_in(table.tokens()),
        tokens_per_second=speed,
        perplexity=perplexity,
    )
