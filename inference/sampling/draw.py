"""The dice: a uniform random number for every position, and the token it picks.

Knows nothing about how a distribution came to be.

The number depends on seed and position only and the token on where the number falls among the survivors in
descending order, so moving a slider changes what *the same dice* would have picked and nothing else.
"""

from __future__ import annotations

import numpy as np

from inference.sampling.chain import ChainResult
from inference.sampling.selection import find_boundary

_WORD = 2**64


def draw_at(seed: int, position: int) -> float:
    """The random number that chooses the token at a position.

    A counter-based generator (Philox 4×64-10, Salmon et al., SC 2011) keyed with the seed and counted by the
    position: numbers of one sequence are independent, and any of them can be had without those before.

    Args:
        seed: any whole number; taken modulo 2^128.
        position: of the token to be chosen, not negative.

    Returns:
        A multiple of 2^-53 in [0, 1).
    """
    key = np.array([seed % _WORD, seed // _WORD % _WORD], np.uint64)
    counter = np.array([position % _WORD, position // _WORD, 0, 0], np.uint64)
    word = int(np.random.Philox(key=key, counter=counter).random_raw())
    return (word >> 11) * 2.0**-53


def pick(result: ChainResult, draw: float) -> int:
    """The token that a draw chooses: the inverse of the cumulative distribution in descending order.

    Args:
        result: what to draw from.
        draw: in [0, 1).

    Returns:
        The ID of the first survivor, from the most probable down, at which the sum of probabilities exceeds
        the draw.
    """
    final = result.final
    target = draw * final.total
    boundary = find_boundary(final.logits, final.weights, target)
    reached = boundary.before + np.cumsum(final.weights[boundary.positions])
    place = min(int(np.searchsorted(reached, target, side="right")), reached.size - 1)
    return int(final.ids[boundary.positions[place]])
