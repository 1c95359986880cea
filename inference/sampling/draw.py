"""The dice: a uniform random number for every position, and the token it picks.

Knows nothing about how a distribution came to be.

The number depends on seed and position only and the token on where the number falls among the survivors in
descending order, so moving a slider changes what *the same dice* would have picked and nothing else.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.chain import ChainResult
from inference.sampling.selection import find_boundary

_WORD = 2**64

DRAW_STEP = 2.0**-53
"""Every draw is a multiple of this."""


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
    generator, beginning = _generator(seed)
    counter = beginning["state"]["counter"]
    counter[0], counter[1] = position % _WORD, position // _WORD
    generator.state = beginning
    return (int(generator.random_raw()) >> 11) * DRAW_STEP


@lru_cache(maxsize=4)
def _generator(seed: int) -> tuple[np.random.Philox, Any]:
    """A generator, made once for a reply, and its state before anything was drawn."""
    generator = np.random.Philox(key=np.array([seed % _WORD, seed // _WORD % _WORD], np.uint64))
    return generator, generator.state


def pick(result: ChainResult, draw: float) -> int:
    """The token that a draw chooses: the inverse of the cumulative distribution in descending order.

    Args:
        result: what to draw from.
        draw: in [0, 1).

    Returns:
        The ID of the first survivor, from the most probable down, at which the sum of probabilities exceeds
        the draw.
    """
    return pick_among(result.final, draw)


def pick_among(candidates: Candidates, draw: float) -> int:
    """The same among any candidates."""
    target = draw * candidates.total
    boundary = find_boundary(candidates.logits, candidates.weights, target)
    reached = boundary.before + np.cumsum(candidates.weights[boundary.positions])
    place = min(int(np.searchsorted(reached, target, side="right")), reached.size - 1)
    return int(candidates.ids[boundary.positions[place]])


def draws_of(candidates: Candidates, token: int) -> tuple[float, float] | None:
    """The draws that choose a token.

    Args:
        candidates: what to draw from.
        token: any ID.

    Returns:
        The smallest draw that chooses it and the smallest beyond that no longer does; ``None`` if none does,
        because it is out or too improbable for a draw to fall on it.
    """
    place = candidates.place_of(token)
    if place < 0:
        return None
    share = float(candidates.weights[place]) / candidates.total
    target = (candidates.share_before(place) + share / 2) * candidates.total
    boundary = find_boundary(candidates.logits, candidates.weights, target)
    found = np.flatnonzero(boundary.positions == place)
    if found.size == 0:
        return None
    at = int(found[0])
    reached = boundary.before + np.cumsum(candidates.weights[boundary.positions])
    low = _smallest_draw(float(reached[at - 1]) if at else boundary.before, candidates.total)
    high = min(_smallest_draw(float(reached[at]), candidates.total), 1.0)
    return (low, high) if high - low >= DRAW_STEP else None


def _smallest_draw(start: float, total: float) -> float:
    """The smallest draw whose share of the total reaches a sum, as `pick` rounds it."""
    draw = start / total
    while draw * total < start:
        draw = math.nextafter(draw, math.inf)
    while draw > 0 and (less := math.nextafter(draw, 0.0)) * total >= start:
        draw = less
    return draw
