"""Cosines of vectors, as they are and without what they have in common.

Knows nothing about models: arrays in, arrays out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

FEWEST_FOR_A_MEAN = 4
"""Vectors: of two, each would be the opposite of the other without their mean."""

_Real = TypeVar("_Real", np.float32, np.float64)

States = NDArray[np.float32]
"""``float32 [points, tokens, width]`` of one sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """What is compared.

    Args:
        ids: ``int64 [tokens]``.
        states: of the tokens.
        position: of the word.
    """

    ids: NDArray[np.int64]
    states: States
    position: int


@dataclass(frozen=True, slots=True, eq=False)
class Cosines:
    """Fields as in `inference.readings.contract.Similarity`."""

    word: NDArray[np.float32]
    centred: NDArray[np.float32]
    others: NDArray[np.float32]
    others_centred: NDArray[np.float32]


def compare(first: Sentence, second: Sentence) -> Cosines:
    """The cosines of a word in two sentences at every point."""
    points = len(first.states)
    found = np.full((4, points), np.nan, np.float32)
    unlike = _unlike(first, second)
    for point in range(points):
        one, other = (each.states[point].astype(np.float64) for each in (first, second))
        found[0, point], found[2, point] = _of_word_and_others(one, other, first, second, unlike)
        counted = np.concatenate([one[1:], other[1:]])
        if len(counted) >= FEWEST_FOR_A_MEAN:
            mean = counted.mean(axis=0)
            found[1, point], found[3, point] = _of_word_and_others(
                one - mean, other - mean, first, second, unlike
            )
    return Cosines(found[0], found[1], found[2], found[3])


def cosines(ones: NDArray[_Real], others: NDArray[_Real]) -> NDArray[_Real]:
    """The cosine of every vector with every other.

    Args:
        ones: ``[rows, width]``.
        others: ``[columns, width]``.

    Returns:
        ``[rows, columns]``; NaN where a vector is zero.
    """
    lengths = np.linalg.norm(ones, axis=1)[:, None] * np.linalg.norm(others, axis=1)
    products = ones @ others.T
    return np.divide(products, lengths, out=np.full_like(products, np.nan), where=lengths > 0)


def _of_word_and_others(
    one: NDArray[np.float64],
    other: NDArray[np.float64],
    first: Sentence,
    second: Sentence,
    unlike: NDArray[np.bool_],
) -> tuple[float, float]:
    every = cosines(one, other)
    counted = unlike & ~np.isnan(every)
    others = float(every[counted].mean()) if counted.any() else np.nan
    return float(every[first.position, second.position]), others


def _unlike(first: Sentence, second: Sentence) -> NDArray[np.bool_]:
    """Which pairs are of two other, unlike tokens: ``bool [tokens, tokens]``."""
    pairs = first.ids[:, None] != second.ids
    # The first token of a text is where attention is parked: its vector is like no other.
    pairs[[0, first.position]] = False
    pairs[:, [0, second.position]] = False
    return pairs
