"""What a reply format is: which token belongs to which channel, and which ends the reply.

Knows nothing about any one of them.

A format goes by token IDs alone: text that looks like a mark of it, typed or written, is text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from models.tokenizer.tokenizer import Tokenizer


class ChannelReader(Protocol):
    """Goes through a reply token by token."""

    @property
    def ended(self) -> bool:
        """Whether the token read last ended the reply, though its ID alone does not say so."""
        ...

    def read(self, token_id: int) -> str:
        """The channel of the next token, as `Token.channel`."""
        ...


class ReplyFormat(Protocol):
    """One format, for one tokenizer."""

    @property
    def end_ids(self) -> frozenset[int]:
        """IDs that end a reply wherever they come."""
        ...

    def reader(self, before: Iterable[int] = ()) -> ChannelReader:
        """A reader that stands where a reply begins.

        Args:
            before: the IDs that lead up to the reply, for a template may have begun a channel already.
        """
        ...

    def channels(self, ids: Sequence[int], begun: bool) -> list[str]:
        """The channel of every token of a finished reply, without the prompt before it.

        Args:
            ids: of the reply.
            begun: whether the prompt had begun its thinking, where the IDs themselves do not say so.
        """
        ...


def token_named(tokenizer: Tokenizer, name: str) -> int | None:
    """The ID of a control token or marker; ``None`` where the tokenizer has no such token of its own."""
    match list(tokenizer.find_control(name)):
        case [(0, stop, token_id)] if stop == len(name):
            return token_id
    return None
