"""Replies that begin with thinking between two tokens of their own, ``<think>`` … ``</think>``.

Knows nothing about templates, which may have written the first of the two already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inference.channel_names import FINAL, MARKUP
from inference.channels.format import token_named
from models.tokenizer.tokenizer import Tokenizer

THINKING = "thinking"

PAIRS = (
    ("<think>", "</think>"),  # Qwen3, DeepSeek-R1 and those trained after them
    ("[THINK]", "[/THINK]"),  # Magistral
    ("<seed:think>", "</seed:think>"),  # Seed-OSS
    ("<|START_THINKING|>", "<|END_THINKING|>"),  # Command A
)
"""Names of the tokens that open and close thinking; each must be one token of the tokenizer."""


@dataclass(frozen=True, slots=True)
class ThinkTags:
    """The format of one tokenizer.

    Args:
        opening: ID of the token that opens thinking.
        closing: ID of the one that closes it.
        blanks: IDs of tokens that are white space only; behind a tag they belong to it.
        end_ids: IDs that end a reply.
    """

    opening: int
    closing: int
    blanks: frozenset[int]
    end_ids: frozenset[int]

    def reader(self, before: Iterable[int] = ()) -> ThinkTagReader:
        """As `ReplyFormat.reader`."""
        reader = ThinkTagReader(self)
        for token_id in before:
            reader.read(token_id)
        return reader

    def channels(self, ids: Sequence[int], begun: bool) -> list[str]:
        """As `ReplyFormat.channels`: a reply that closes what it did not open was begun by its prompt."""
        first = next((one for one in ids if one in (self.opening, self.closing)), None)
        reader = self.reader([self.opening] if begun or first == self.closing else ())
        return [reader.read(one) for one in ids]


class ThinkTagReader:
    """As `ChannelReader`.

    Args:
        tags: of the tokenizer.
    """

    ended = False

    def __init__(self, tags: ThinkTags) -> None:
        self._tags = tags
        self._channel = FINAL
        self._behind_tag = False

    def read(self, token_id: int) -> str:
        """As `ChannelReader.read`."""
        tags = self._tags
        if token_id in (tags.opening, tags.closing):
            self._channel = THINKING if token_id == tags.opening else FINAL
            self._behind_tag = True
            return MARKUP
        self._behind_tag = self._behind_tag and token_id in tags.blanks
        return MARKUP if self._behind_tag else self._channel


def find_think_tags(tokenizer: Tokenizer) -> ThinkTags | None:
    """The format, where a tokenizer has the tokens of one of `PAIRS`."""
    for names in PAIRS:
        opening, closing = (token_named(tokenizer, name) for name in names)
        if opening is not None and closing is not None:
            blanks = frozenset(number for number, piece in enumerate(tokenizer.pieces) if piece.isspace())
            return ThinkTags(opening, closing, blanks, tokenizer.end_ids)
    return None
