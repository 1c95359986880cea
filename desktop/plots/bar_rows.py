"""What a list of probability bars shows: one record per row, and where the records come from.

Knows nothing about painting, sampling or the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Bar:
    """One token of a distribution.

    Args:
        id: its number in the vocabulary.
        rank: its place in the model's own order, 1 for the most probable.
        piece: its text, with what is invisible made visible.
        special: whether it is a control token.
        logit: the model's own, ``None`` where unknown.
        before: the model's own probability.
        after: probability after the chain (or the chosen stage of it), ``None`` where unknown.
        removed_by: name for people of the stage that removed it, ``None`` if none did.
    """

    id: int
    rank: int
    piece: str
    special: bool
    logit: float | None
    before: float
    after: float | None
    removed_by: str | None


class BarSource(Protocol):
    """Rows, made when they are looked at: a vocabulary has more of them than anybody will see."""

    def __len__(self) -> int:
        """How many rows there are."""

    def bars(self, start: int, stop: int) -> Sequence[Bar]:
        """The rows [start, stop)."""

    def place_of(self, token: int) -> int:
        """The row in which a token stands, -1 if in none."""

    def bar_of(self, token: int) -> Bar | None:
        """A token's record, whether or not it has a row; ``None`` if nothing is known about it."""


class NoBars:
    """No rows at all."""

    def __len__(self) -> int:
        return 0

    def bars(self, start: int, stop: int) -> Sequence[Bar]:
        """Nothing."""
        return ()

    def place_of(self, token: int) -> int:
        """Nowhere."""
        return -1

    def bar_of(self, token: int) -> Bar | None:
        """Nothing is known."""
        return None
