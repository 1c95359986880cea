"""The part of the contract between engine and window about a reply in other number formats; see `inference.contract`.

Knows nothing about how anything is read again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

DoubleArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]

FormatName: TypeAlias = Literal["FP32", "FP16", "BF16", "INT8", "INT4"]
REFERENCE: FormatName = "FP32"
FORMAT_NAMES: tuple[FormatName, ...] = get_args(FormatName)
"""All of them, from the widest to the narrowest; the first is what the others are compared with."""

MOST_ALONE = 256
"""Tokens of a reply that are read one at a time, at most, as when they were written; more are read at once."""


@dataclass(frozen=True, slots=True)
class ReplayReply:
    """Part of the present sequence read again by the same model in a number format. Answer: `FormatRun`.

    The tokens are given whatever the model would have chosen. The sequence itself and everything that is known of it
    stay as they are; another model is opened beside and closed again. What is muted, and which bits are flipped, does
    not count. Otherwise as `inference.contract.ReadProfile`.

    Args:
        query: number chosen by the sender.
        format: which.
        start: position of the first token that counts, at least 1.
        stop: one past the position of the last.
    """

    query: int
    format: FormatName
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class FormatRun:
    """A reply in a format. Probabilities are the model's own, before any sampling chain.

    Args:
        format: which.
        start: position of the first token.
        emulated: whether numbers were rounded to the format, and computed with in 32 bits; otherwise the runtime's
            operators for the format ran.
        in_use: whether the model that is loaded keeps its weights so.
        device: what ran it, for people.
        numbers: what the weights were before they were rounded: how the file has them, for people.
        weights: bytes of the weights in the format.
        cache: bytes of keys and values of the sequence in it.
        step_ms: ``float32 [tokens read alone]`` body and head for each; empty where it is emulated.
        logprobs: ``float64 [tokens]`` natural logarithm of each token's probability.
        ranks: ``int64 [tokens]`` its rank, from 1.
        divergence: ``float64 [tokens]`` Kullback-Leibler divergence of the distribution it came from, from that of
            `REFERENCE`, nats; infinite where the format excludes what the reference does not.
        top: ``int64 [tokens]`` ID of the most probable token in its place.
        top_logprobs: ``float64 [tokens]`` natural logarithm of that one's probability.
    """

    format: FormatName
    start: int
    emulated: bool
    in_use: bool
    device: str
    numbers: str
    weights: int
    cache: int
    step_ms: NDArray[np.float32] = field(repr=False)
    logprobs: DoubleArray = field(repr=False)
    ranks: IntArray = field(repr=False)
    divergence: DoubleArray = field(repr=False)
    top: IntArray = field(repr=False)
    top_logprobs: DoubleArray = field(repr=False)

    @property
    def count(self) -> int:
        """How many tokens."""
        return len(self.logprobs)

    @property
    def perplexity(self) -> float:
        """Of the reply: how many equally probable tokens the model had to choose from on average."""
        return math.exp(min(-float(self.logprobs.mean()), 700.0)) if self.count else math.nan

    @property
    def mean_divergence(self) -> float:
        """Nats a token."""
        return float(self.divergence.mean()) if self.count else math.nan

    @property
    def largest_divergence(self) -> float:
        """Nats."""
        return float(self.divergence.max()) if self.count else math.nan

    @property
    def tokens_per_s(self) -> float | None:
        """When read one at a time; ``None`` where nothing was, or what ran is not what the format would be."""
        total = float(self.step_ms.sum())
        return None if total <= 0 else 1000.0 * len(self.step_ms) / total

    def flipped(self, reference: FormatRun) -> BoolArray:
        """``bool [tokens]`` where another token is the most probable than in the reference."""
        found: BoolArray = self.top != reference.top
        return found

    def dethroned(self, reference: FormatRun) -> BoolArray:
        """``bool [tokens]`` where the token that was written is first in one of both, and not in the other."""
        found: BoolArray = (self.ranks == 1) != (reference.ranks == 1)
        return found
