"""The tokens still in the running between two stages of the chain, and what can be asked about them.

Knows nothing about which stages there are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from inference.sampling.distribution import DoubleArray, FloatArray, IntArray
from inference.sampling.selection import largest_positions


@dataclass(frozen=True, eq=False)
class Candidates:
    """Tokens that can still be chosen. Never changed; stages make new ones.

    What is derived (weights, entropy, order) is computed when first asked for and kept: a stage that leaves a
    handful of tokens makes everything after it cheap, and nobody pays for what nobody looks at.

    Args:
        ids: ``int64 [n]`` ascending, n > 0.
        logits: ``float32 [n]`` finite, those of `ids`.
        vocabulary: how many tokens there are in all.
    """

    ids: IntArray
    logits: FloatArray
    vocabulary: int

    @classmethod
    def whole(cls, logits: FloatArray) -> Candidates:
        """Every token that the model did not mask with minus infinity.

        Args:
            logits: ``float32 [vocabulary]`` as `check_logits` accepts them; copied.
        """
        every = cls(_every_id(logits.size), logits.astype(np.float32), logits.size)
        return every if np.isfinite(every.lowest) else every.keep(np.isfinite(logits))

    def __len__(self) -> int:
        return self.ids.size

    def keep(self, mask: NDArray[np.bool_]) -> Candidates:
        """Only those where `mask` ``bool [n]`` holds; the same object where that is all."""
        return self.keep_at(np.flatnonzero(mask))

    def keep_at(self, positions: IntArray) -> Candidates:
        """Only those at `positions` ``int64``, ascending, in the arrays; the same object where that is all."""
        if positions.size == self.ids.size:
            return self
        return Candidates(self.ids[positions], self.logits[positions], self.vocabulary)

    def keep_only(self, position: int) -> Candidates:
        """Only the one at a position in the arrays."""
        chosen = slice(position, position + 1)
        return Candidates(self.ids[chosen], self.logits[chosen], self.vocabulary)

    def with_logits(self, logits: FloatArray) -> Candidates:
        """The same tokens with other logits ``float32 [n]``."""
        return Candidates(self.ids, logits, self.vocabulary)

    @cached_property
    def best(self) -> int:
        """Position in the arrays of the most probable token, of equals the one with the lowest ID."""
        return int(self.logits.argmax())

    @cached_property
    def lowest(self) -> np.float32:
        """The least logit."""
        return np.float32(self.logits.min())

    @cached_property
    def shifted(self) -> DoubleArray:
        """``float64 [n]`` logits minus the largest."""
        return self.logits.astype(np.float64) - np.float64(self.logits[self.best])

    @cached_property
    def weights(self) -> DoubleArray:
        """``float64 [n]`` probabilities relative to the most probable token, which has 1."""
        return np.asarray(np.exp(self.shifted))

    @cached_property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum())

    @cached_property
    def log_normaliser(self) -> float:
        """What to subtract from a logit to get a log-probability."""
        return float(self.logits[self.best]) + float(np.log(self.total))

    @cached_property
    def entropy(self) -> float:
        """Shannon entropy in nats."""
        mean = float((self.weights * self.shifted).sum()) / self.total
        return max(0.0, float(np.log(self.total)) - mean)

    @cached_property
    def descending(self) -> IntArray:
        """``int64 [n]`` positions in the arrays, the most probable first, of equals the lower ID.

        Sorts everything: where only the head is wanted, use `top`.
        """
        return np.argsort(-self.logits, kind="stable")

    def top(self, count: int) -> IntArray:
        """IDs of the most probable tokens, descending: ``int64 [min(count, n)]``."""
        return self.ids[largest_positions(self.logits, count)]

    def positions_of(self, ids: IntArray) -> IntArray:
        """Where tokens stand in the arrays, -1 for those that are out: ``int64``, the shape of `ids`.

        Args:
            ids: each from 0 up to the vocabulary.
        """
        if self.ids.size == self.vocabulary:
            return ids
        places = np.minimum(np.searchsorted(self.ids, ids), self.ids.size - 1)
        return np.where(self.ids[places] == ids, places, -1)

    def place_of(self, token: int) -> int:
        """Where one token stands in the arrays, -1 if it is out."""
        return int(self.positions_of(np.asarray(token)))

    def probability_of(self, ids: IntArray) -> DoubleArray:
        """Probabilities of tokens, 0 for those that are out: ``float64``, the shape of `ids`."""
        places = self.positions_of(ids)
        return np.where(places >= 0, self.weights[places] / self.total, 0.0)

    def log_probability_of(self, token: int) -> float:
        """Natural logarithm of a token's probability, minus infinity if it is out."""
        place = self.place_of(token)
        return float(self.shifted[place] - np.log(self.total)) if place >= 0 else -math.inf

    def share_before(self, place: int) -> float:
        """Sum of the probabilities of all tokens more probable than the one at a place, of equals the lower IDs."""
        logit = self.logits[place]
        before = float(self.weights[self.logits > logit].sum())
        return (before + float(self.weights[:place][self.logits[:place] == logit].sum())) / self.total

    def rank_of(self, token: int) -> int:
        """Place of a token in descending order, 1 for the most probable; 0 if it is out."""
        place = self.place_of(token)
        if place < 0:
            return 0
        logit = self.logits[place]
        higher = np.count_nonzero(self.logits > logit)
        return 1 + int(higher) + int(np.count_nonzero(self.logits[:place] == logit))


@lru_cache(maxsize=4)
def _every_id(vocabulary: int) -> IntArray:
    """``int64 [vocabulary]`` 0, 1, 2 …, made once: every step of every reply begins with it."""
    ids = np.arange(vocabulary)
    ids.flags.writeable = False
    return ids
