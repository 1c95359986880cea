"""Conversations read back: the messages of a branch, and the tokens of its last reply as they were.

Knows no widget and no engine.
"""

from __future__ import annotations

from desktop.conversation import ChatMessage, Conversation
from desktop.history.history import History
from desktop.history.records import MessageRecord
from desktop.history.reply_writer import said_length
from desktop.history.token_table import TokenTable


def read_conversation(
    history: History, number: int, leaf: int | None = None, kept: int | None = None
) -> Conversation:
    """A conversation as the window shows it.

    Args:
        history: to read from.
        number: of the conversation.
        leaf: the message that the branch ends with; ``None`` for the one that was shown last.
        kept: how many tokens of the reply that the branch ends with are wanted, without its message; ``None`` for
            the whole reply.

    Raises:
        HistoryError: there is none, or it cannot be read.
    """
    record = history.conversations.get(number)
    path = history.messages.path(record.leaf if leaf is None else leaf)
    tables = {one.id: history.replies.table(one.id) for one in path if one.reply is not None}
    conversation = Conversation(
        id=number,
        messages=[message_of(one, tables.get(one.id)) for one in path],
        system_prompt=record.system_prompt,
        draft=record.draft,
    )
    last = next((one for one in reversed(path) if one.reply is not None), None)
    if last is None or last.reply is None:
        return conversation
    conversation.model = last.reply.model.bundle
    conversation.offset = 1 if last.reply.system_prompt.strip() else 0
    sequence = conversation.sequence
    sequence.replace(history.replies.prompt(last.id))
    _remember_replies(history, conversation, tables, last.id)
    steps = tables[last.id].steps(len(sequence), history.replies.settings(last.id))
    sequence.append(steps if kept is None else steps[:kept])
    if kept is not None:
        conversation.messages.pop()
    return conversation


def message_of(record: MessageRecord, table: TokenTable | None) -> ChatMessage:
    """A message as the transcript shows it.

    Args:
        record: as it is kept.
        table: of a reply, its tokens.
    """
    reply = record.reply
    if reply is None or table is None:
        return ChatMessage(record.role, record.text, id=record.id, variants=record.siblings)
    return ChatMessage(
        record.role,
        record.text,
        ids=table.ids[: said_length(table)],
        facts=reply.facts,
        asides=reply.asides,
        model=reply.model,
        id=record.id,
        variants=record.siblings,
    )


def _remember_replies(
    history: History, conversation: Conversation, tables: dict[int, TokenTable], last: int
) -> None:
    """What was known when earlier replies were written, where their very tokens stand in the last prompt."""
    for message, (start, stop) in zip(conversation.messages, conversation.spans(), strict=True):
        table = tables.get(message.id)
        if message.id == last or table is None or stop <= start or table.ids[: stop - start] != message.ids:
            continue
        settings = history.replies.settings(message.id)
        conversation.sequence.remember(table.cut(0, stop - start).steps(start, settings))
