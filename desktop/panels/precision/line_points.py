"""Places and heights of the points of a line over many tokens, never more than there is room for, and its dashes.

Knows nothing about painting.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def dashed(
    x: DoubleArray, y: DoubleArray, pattern: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """The straight pieces that are seen of a line through some points.

    Qt takes a hundred times as long to draw one line with many corners as to draw its pieces.

    Args:
        x: ``float64 [points]``.
        y: likewise.
        pattern: lengths that are seen and left out by turns, in pixels; empty for an unbroken line.

    Returns:
        Beginning and end of each piece.
    """
    if len(x) < 2:
        return []
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    edges = along
    if pattern:
        turns = np.cumsum([0.0, *pattern])
        starts = np.arange(0.0, along[-1], turns[-1])
        cuts = (starts[:, None] + turns[:-1]).reshape(-1)
        edges = np.union1d(along, cuts[cuts < along[-1]])
    middles = (edges[1:] + edges[:-1]) / 2
    seen = np.ones(len(middles), bool)
    if pattern:
        seen = np.searchsorted(turns, middles % turns[-1], side="right") % 2 == 1
    across, down = np.interp(edges, along, x), np.interp(edges, along, y)
    pieces = np.stack([across[:-1], down[:-1], across[1:], down[1:]], axis=1)[seen]
    return [(a, b, c, d) for a, b, c, d in pieces.tolist()]
