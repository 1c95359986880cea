"""Places and heights of the points of a line over many tokens: never more than there are pixels.

Knows nothing about painting.
"""

from __future__ import annotations

import numpy as np

from inference.precision.contract import DoubleArray


def thinned_line(values: DoubleArray, most: int, *, largest: bool) -> tuple[DoubleArray, DoubleArray]:
    """Values in groups of as many tokens as it takes.

    Args:
        values: ``float64 [tokens]``.
        most: points at most.
        largest: whether the largest value of a group counts, or the mean.

    Returns:
        Index of the middle of each group, and its value.
    """
    size = max(1, -(-len(values) // max(most, 1)))
    starts = np.arange(0, len(values), size)
    ends = np.append(starts[1:], len(values))
    places: DoubleArray = (starts + ends - 1) / 2
    if largest:
        return places, np.maximum.reduceat(values, starts)
    return places, np.add.reduceat(values, starts) / (ends - starts)


def share_on_scale(values: DoubleArray, low: float, high: float) -> DoubleArray:
    """Where values stand on a logarithmic scale, from 0 to 1.

    Args:
        values: ``float64``, none below 0; infinite ones stand at its end.
        low: logarithm, to the base of 10, of its beginning.
        high: of its end.
    """
    with np.errstate(divide="ignore"):
        shares: DoubleArray = (np.log10(values) - low) / (high - low)
    return np.clip(shares, 0.0, 1.0)
