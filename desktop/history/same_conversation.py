"""Finds the conversation that a file brings among those that are there: nobody wants the same one twice.

Knows no file format.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from desktop.history.document import Document, DocumentMessage
from desktop.history.document_store import load_document
from desktop.history.history import History


def same_conversation(history: History, document: Document) -> int | None:
    """The number of a listed conversation in which the same was said and written; ``None`` for none.

    It shows the same branch as the document from now on. What a person does to a conversation without going on with
    it makes it no other one: title, pin, draft, settings.

    Raises:
        HistoryError: the conversations cannot be read, or not saved.
    """
    if not document.messages:
        return None
    rows = history.database.rows(
        "SELECT id FROM conversations WHERE created_ms = ? AND deleted_ms IS NULL AND "
        "(SELECT count(*) FROM messages WHERE conversation = conversations.id) = ? ORDER BY touched DESC",
        (document.created_ms, len(document.messages)),
    )
    wanted = _essence(document) if rows else b""
    for (number,) in rows:
        kept = load_document(history, number)
        if _essence(kept) == wanted:
            _show_branch(history, number, kept, document)
            return int(number)
    return None


def _show_branch(history: History, number: int, kept: Document, document: Document) -> None:
    """Have a conversation show the branch that the same one of a file shows."""
    places = {message.id: at for at, message in enumerate(document.messages)}
    leaf = None if document.leaf is None else kept.messages[places[document.leaf]].id
    if leaf not in (None, kept.leaf):
        history.conversations.choose_leaf(number, leaf)


def _essence(document: Document) -> bytes:
    """A digest of what was said and written, by whom and when, whatever the messages' numbers are."""
    digest = hashlib.sha256()
    places = {message.id: at for at, message in enumerate(document.messages)}
    for message in document.messages:
        digest.update(json.dumps(_facts(message, places), sort_keys=True).encode())
        if message.reply is not None:
            rows = message.reply.tokens.rows
            for column in (rows["id"], rows["draw"], rows["logprob"]):
                digest.update(column.tobytes())
    return digest.digest()


def _facts(message: DocumentMessage, places: dict[int, int]) -> list[object]:
    origin, reply = message.origin, message.reply
    said = [message.role, message.text, message.created_ms, message.reason]
    tree = [
        None if message.parent is None else places[message.parent],
        None if origin is None else (places.get(origin.message), origin.token),
    ]
    # What its prompt was follows from these: the messages before it, the model and its instructions.
    written = None if reply is None else (asdict(reply.model.elsewhere), reply.system_prompt, str(reply.seed))
    return [*said, *tree, written]
