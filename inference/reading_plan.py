"""How a sequence is read: which tokens at once, and which one by one.

Knows no model: positions only.

A kernel for one row rounds differently from one for several, while among several it makes no difference how many
there are (measured on 8-bit blocks: bit for bit the same for runs of 2, 50, 256 and 400 tokens, and log-probabilities
up to 0.5 away for one). So a number comes out as it did, digit by digit, if each token before it is read as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

TOGETHER: Final = 0
"""Read in a run with neighbours."""
ALONE: Final = 1
"""Read in a run of its own."""
EITHER: Final = -1
"""As is fastest."""


@dataclass(frozen=True, slots=True)
class Run:
    """Positions that are read in the same way.

    Args:
        start: first position.
        stop: one past the last.
        alone: whether each is read in a run of its own.
        beside: whether the one position is read together with another that is not wanted.
    """

    start: int
    stop: int
    alone: bool
    beside: bool = False


def plan(wanted: NDArray[np.int8], start: int, room: int, in_parts: bool = True) -> Iterator[Run]:
    """How to read the rest of a sequence.

    Args:
        wanted: ``int8 [tokens]`` `TOGETHER`, `ALONE` or `EITHER` for every position.
        start: the first that is not read.
        room: positions that the cache has.
        in_parts: whether the model can read several tokens after others; else it reads a whole text or one token.

    Yields:
        Runs in order, without gaps.
    """
    stop = len(wanted)
    alone = wanted[start:] == ALONE
    edges = np.flatnonzero(alone[1:] != alone[:-1]) + start + 1
    for first, last in zip([start, *edges.tolist()], [*edges.tolist(), stop], strict=True):
        if first == last:
            return
        if wanted[first] == ALONE or (not in_parts and first):
            yield Run(first, last, alone=True)
        elif last - first > 1:
            yield Run(first, last, alone=False)
        elif wanted[first] == TOGETHER and first + 1 < room:
            yield Run(first, last, alone=False, beside=True)
        else:
            yield Run(first, last, alone=True)


def parts(count: int, most: int) -> Iterator[int]:
    """Lengths of the runs that so many tokens are read in, none of them 1 unless all there is is one token.

    Args:
        count: tokens.
        most: of one run, at least 3.
    """
    while count > 0:
        size = min(count, most)
        if count - size == 1:
            size -= 1
        yield size
        count -= size
