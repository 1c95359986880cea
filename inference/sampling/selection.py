"""Finding the head of a distribution without sorting its tail: the largest values, where a sum is reached.

Knows nothing about tokens: positions here are places in the arrays given. Of equal values the one with the
lower position comes first, always.

A full argsort of a vocabulary costs more than a whole step of a small model may; these cost a few passes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.sampling.distribution import DoubleArray, FloatArray, IntArray

SORT_BELOW = 2048
"""So few values are simply sorted: it costs less than the passes that would avoid it."""

BANDS_PER_UNIT = 64
BANDS = 64 * BANDS_PER_UNIT
"""Values 64 and more below the largest share the last band: their exponentials are below 2e-28."""


def largest_positions(values: FloatArray, count: int) -> IntArray:
    """Where the largest values are, in descending order.

    Args:
        values: ``[n]``, no NaN.
        count: how many, cut to n.

    Returns:
        ``int64 [count]``.
    """
    if count <= 0 or values.size == 0:
        return np.empty(0, np.int64)
    positions = positions_of_largest(values, min(count, values.size))
    order = np.argsort(-values[positions], kind="stable")
    return positions[order[:count]]


def positions_of_largest(values: FloatArray, k: int) -> IntArray:
    """Where the values are that are no less than the k-th largest, equal ones counted singly, in the order of places.

    Args:
        values: ``[n]``, no NaN.
        k: 1 … n.

    Returns:
        ``int64``, k places, or more where others equal the k-th.
    """
    # At least k values are no less than the k-th largest of disjoint groups' maxima. That bound leaves
    # little more than k values to look at, and maxima of groups cost far less than a partition.
    groups = 8 * k
    rows = values.size // groups
    if rows >= 4:
        maxima = values[: rows * groups].reshape(rows, groups).max(axis=0)
        places = np.flatnonzero(values >= np.partition(maxima, groups - k)[groups - k])
        values = values[places]
    else:
        places = np.arange(values.size)
    return places[values >= np.partition(values, values.size - k)[values.size - k]]


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """The stretch of the descending order in which a running sum reaches a target.

    Args:
        above: ``bool [n]`` what certainly comes before the stretch.
        before: sum of the weights before the stretch.
        positions: ``int64`` the stretch in descending order, ties by lower position.
    """

    above: NDArray[np.bool_]
    before: float
    positions: IntArray


def find_boundary(values: FloatArray, weights: DoubleArray, target: float) -> Boundary:
    """Find where, going down from the largest value, the running sum of weights exceeds a target.

    Values are sorted into narrow bands by their distance from the largest; only the band in which the target
    is reached is put in order. The last stretch is given where rounding keeps the sum from reaching it.

    Args:
        values: ``[n]`` that define the order; n > 0.
        weights: ``[n]`` not negative, summed.
        target: in the unit of the weights.
    """
    if values.size <= SORT_BELOW:
        order = np.argsort(-values, kind="stable")
        return Boundary(np.zeros(values.size, np.bool_), 0.0, order)
    with np.errstate(over="ignore"):
        depth = (values.max() - values) * np.float32(BANDS_PER_UNIT)
    band = np.minimum(depth, np.float32(BANDS - 1)).astype(np.int64)
    reached = np.cumsum(np.bincount(band, weights))
    chosen = min(int(np.searchsorted(reached, target, side="right")), int(reached.size) - 1)
    members = np.flatnonzero(band == chosen)
    order = np.argsort(-values[members], kind="stable")
    before = float(reached[chosen - 1]) if chosen else 0.0
    return Boundary(band < chosen, before, members[order])
