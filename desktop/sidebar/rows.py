"""The rows of the sidebar's list: conversations under their days, or what a search found, and a last word.

Knows nothing about Qt's models and views.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from desktop.history.conversations import LISTED
from desktop.history.records import ConversationEntry
from desktop.history.search import FOUND, Hit


@dataclass(frozen=True, slots=True)
class Heading:
    """What the conversations below it have in common.

    Args:
        day: of their last change; ``None`` for those that are pinned.
    """

    day: date | None


@dataclass(frozen=True, slots=True)
class Ending:
    """The last row where there is more than is listed.

    Args:
        limit: how many conversations are listed.
        searched: whether they were found, or are the last changed.
    """

    limit: int
    searched: bool


Row: TypeAlias = Heading | ConversationEntry | Hit | Ending
"""Only entries and hits are conversations."""


def listed_rows(
    groups: Sequence[tuple[date | None, Sequence[ConversationEntry]]], limit: int = LISTED
) -> list[Row]:
    """The list by day."""
    rows: list[Row] = []
    for day, entries in groups:
        rows.append(Heading(day))
        rows += entries
    if len(rows) - len(groups) >= limit:
        rows.append(Ending(limit, searched=False))
    return rows


def found_rows(hits: Sequence[Hit], limit: int = FOUND) -> list[Row]:
    """What a search found."""
    return [*hits, *([Ending(limit, searched=True)] if len(hits) >= limit else [])]


def conversation_of(row: Row | None) -> int:
    """The number of a row's conversation, 0 where it is none."""
    if isinstance(row, ConversationEntry):
        return row.id
    return row.conversation if isinstance(row, Hit) else 0
