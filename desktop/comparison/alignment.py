"""Replies to one prompt laid side by side: how far they agree, and where they part.

Knows token IDs only: no Qt, no text, no distribution and no engine.

Replies that begin alike form a tree. They agree along its trunk and part where it forks; whatever comes after a fork
is not laid side by side any more, for the model was given another text there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parting:
    """A place where replies that were the same so far go on with different tokens.

    Args:
        index: of the token, counted from the first of the reply.
        sides: the replies that agree before it and have a token there, ascending.
        tokens: the ID that each of them has there, in the order of `sides`; at least two differ.
    """

    index: int
    sides: tuple[int, ...]
    tokens: tuple[int, ...]

    @property
    def choices(self) -> tuple[int, ...]:
        """The different IDs, in the order of the sides that chose them."""
        return tuple(dict.fromkeys(self.tokens))

    def token_of(self, side: int) -> int:
        """The ID that one of its sides has there."""
        return self.tokens[self.sides.index(side)]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How some replies lie beside each other.

    Args:
        agreeing: of each reply, how many first tokens are those of the first reply; of the first itself, how many it
            has in common with any other, 0 where there is none.
        partings: where they part, by index; none where all that differs is how soon they end.
    """

    agreeing: tuple[int, ...]
    partings: tuple[Parting, ...]

    @property
    def common(self) -> int:
        """How many first tokens all of them have."""
        return min(self.agreeing, default=0)

    def parting_at(self, side: int, index: int) -> int:
        """Number of the parting that a reply takes part in with the token at an index, -1 for none."""
        for number, parting in enumerate(self.partings):
            if parting.index == index and side in parting.sides:
                return number
        return -1

    def stand_beside(self, one: int, other: int, index: int) -> bool:
        """Whether two replies have the same tokens before an index; what they have there may differ."""
        parted = [
            parting.index
            for parting in self.partings
            if one in parting.sides
            and other in parting.sides
            and parting.token_of(one) != parting.token_of(other)
        ]
        return one == other or index <= min(parted, default=index)


def align(replies: Sequence[Sequence[int]]) -> Alignment:
    """Lay replies side by side.

    Args:
        replies: token IDs of each, the one that ended it included; all of them continue the same prompt.
    """
    if not replies:
        return Alignment((), ())
    shared = tuple(common_length(replies[0], other) for other in replies[1:])
    return Alignment((max(shared, default=0), *shared), tuple(_fork(replies, tuple(range(len(replies))), 0)))


def common_length(one: Sequence[int], other: Sequence[int]) -> int:
    """How many first tokens two sequences have in common."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _fork(replies: Sequence[Sequence[int]], sides: tuple[int, ...], start: int) -> list[Parting]:
    """The partings of replies that agree up to `start`, in order of index."""
    # Whoever has ended takes no part in what comes after.
    sides = tuple(side for side in sides if len(replies[side]) > start)
    if len(sides) < 2:
        return []
    leader = replies[sides[0]]
    index = min(common_length(leader, replies[side]) for side in sides[1:])
    here = tuple(side for side in sides if len(replies[side]) > index)
    tokens = tuple(replies[side][index] for side in here)
    if len(set(tokens)) < 2:
        return _fork(replies, here, index + 1)
    found = [Parting(index, here, tokens)]
    for choice in dict.fromkeys(tokens):
        together = tuple(side for side, token in zip(here, tokens, strict=True) if token == choice)
        found += _fork(replies, together, index + 1)
    return sorted(found, key=lambda parting: (parting.index, parting.sides))
