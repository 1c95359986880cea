"""A whole conversation as one value: what is duplicated, exported, imported and salvaged.

Knows no database and no file format.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.conversation import Aside, EndReason
from desktop.history.records import ModelIdentity, Origin, Reason, Role
from desktop.history.token_table import PROMPT_ROW, TokenTable, join_tables
from inference.sampling.settings import SamplingSettings


@dataclass(frozen=True, slots=True)
class DocumentReply:
    """What is known of a reply besides its text.

    Args:
        model: that wrote it.
        system_prompt: that it was written under.
        seed: of its draws.
        base: the reply whose prompt this one's begins with; ``None`` where `prompt` is all of it.
        shared: how many first tokens of that prompt.
        prompt: the rest of the prompt.
        settings: each with the index of the first token it was in force for, ascending from 0.
        tokens: what was written, with all that is known about it.
        end_reason: why it ended.
        asides: its parts on other channels.
        tokens_per_second: speed after the first token.
        perplexity: ``None`` where unknown.
    """

    model: ModelIdentity
    system_prompt: str
    seed: int
    base: int | None
    shared: int
    prompt: TokenTable
    settings: tuple[tuple[int, SamplingSettings], ...]
    tokens: TokenTable
    end_reason: EndReason
    asides: tuple[Aside, ...]
    tokens_per_second: float
    perplexity: float | None


@dataclass(frozen=True, slots=True)
class DocumentMessage:
    """One message of the tree; numbers hold within the document.

    Args:
        id: ascending, parents before children.
        parent: the message before it.
        role: who said it.
        text: what it says.
        created_ms: by a clock.
        reason: why it exists.
        origin: what it is a variant of.
        reply: of a reply.
    """

    id: int
    parent: int | None
    role: Role
    text: str
    created_ms: int
    reason: Reason
    origin: Origin | None
    reply: DocumentReply | None


@dataclass(frozen=True, slots=True)
class Document:
    """A conversation with all its branches.

    Args:
        title: of it.
        title_edited: whether a person gave the title.
        created_ms: by a clock.
        updated_ms: by a clock.
        pinned: whether it stands before others.
        system_prompt: instructions to the model.
        settings: chosen for it.
        seed: chosen for it.
        model: that it was held with last.
        leaf: the message that the shown branch ends with.
        draft: what is typed and not sent.
        messages: the tree, parents before children.
    """

    title: str
    title_edited: bool
    created_ms: int
    updated_ms: int
    pinned: bool
    system_prompt: str
    settings: SamplingSettings | None
    seed: int | None
    model: ModelIdentity | None
    leaf: int | None
    draft: str
    messages: tuple[DocumentMessage, ...]

    def path(self, leaf: int | None = None) -> tuple[DocumentMessage, ...]:
        """The branch that ends with a message, or the shown one, first message first."""
        by_id = {message.id: message for message in self.messages}
        end = self.leaf if leaf is None else leaf
        at = None if end is None else by_id.get(end)
        found: list[DocumentMessage] = []
        while at is not None:
            found.append(at)
            at = by_id[at.parent] if at.parent is not None else None
        return tuple(reversed(found))

    def prompt(self, message: int) -> TokenTable:
        """The whole prompt of a reply."""
        by_id = {one.id: one.reply for one in self.messages}
        parts: list[TokenTable] = []
        at: int | None = message
        wanted: int | None = None
        while at is not None and wanted != 0:
            reply = by_id[at]
            assert reply is not None
            parts.append(
                reply.prompt if wanted is None else reply.prompt.cut(0, max(0, wanted - reply.shared))
            )
            wanted = reply.shared if wanted is None else min(wanted, reply.shared)
            at = reply.base
        return join_tables(reversed(parts), PROMPT_ROW)
