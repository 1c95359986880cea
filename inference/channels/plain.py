"""Replies without channels: every token is the reply itself.

Knows nothing about tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inference.channel_names import FINAL


@dataclass(frozen=True, slots=True)
class PlainFormat:
    """The format of models that part nothing.

    Args:
        end_ids: IDs that end a reply.
    """

    end_ids: frozenset[int]

    def reader(self, before: Iterable[int] = ()) -> PlainReader:
        """As `ReplyFormat.reader`."""
        return PlainReader()

    def channels(self, ids: Sequence[int], begun: bool) -> list[str]:
        """As `ReplyFormat.channels`."""
        return [FINAL] * len(ids)


class PlainReader:
    """As `ChannelReader`."""

    ended = False

    def read(self, token_id: int) -> str:
        """As `ChannelReader.read`."""
        return FINAL
