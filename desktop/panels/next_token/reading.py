"""One row of logits as it was read from the engine, and what follows from it alone.

Knows nothing about settings, draws or painting.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.distribution import FloatArray, IntArray

HEAD = 512
"""So many of the most probable tokens are put in order at once; the rest when somebody scrolls there."""


class Reading:
    """The model's own distribution over the whole vocabulary for one position.

    Args:
        position: of the token that the distribution is about.
        logits: ``float32 [vocabulary]`` as `check_logits` accepts them.
    """

    def __init__(self, position: int, logits: FloatArray) -> None:
        self.position = position
        self.logits = logits
        self.raw = Candidates.whole(logits)

    @cached_property
    def head(self) -> IntArray:
        """``int64 [HEAD]`` IDs of the most probable tokens, descending."""
        return self.raw.top(HEAD)

    @cached_property
    def order(self) -> IntArray:
        """``int64 [n]`` IDs of all tokens that the model did not mask, the most probable first."""
        return self.raw.ids[self.raw.descending]

    @cached_property
    def ranks(self) -> IntArray:
        """``int64 [vocabulary]`` rank by token ID, 1 for the most probable, 0 for masked tokens."""
        ranks = np.zeros(self.logits.size, np.int64)
        ranks[self.order] = np.arange(1, len(self.order) + 1)
        return ranks

    def ids(self, start: int, stop: int) -> IntArray:
        """The tokens at ranks start + 1 … stop."""
        known = self.head if stop <= len(self.head) else self.order
        return known[start:stop]

    def rank_of(self, token: int) -> int:
        """The rank of one token, 0 if the model masked it."""
        if "ranks" in self.__dict__:
            return int(self.ranks[token])
        return self.raw.rank_of(token)
