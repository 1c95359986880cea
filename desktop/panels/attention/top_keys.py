"""The keys that one query looks at most.

Knows nothing about widgets or tokens' text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.contract import FloatArray

SINK_SHARE = 0.25
"""A first token with at least this weight is called an attention sink (Xiao et al., arXiv 2309.17453)."""

LEAST_WEIGHT = 5e-4
"""Smaller weights would be listed as 0.0 %."""


@dataclass(frozen=True, slots=True)
class TopKey:
    """A key and the weight a query gives it."""

    position: int
    weight: float


def top_keys(weights: FloatArray, count: int) -> list[TopKey]:
    """The keys of the largest weights.

    Args:
        weights: ``[key]`` of one query.
        count: how many keys at most.

    Returns:
        by descending weight, equal weights by ascending position; weights below `LEAST_WEIGHT` are left out.
    """
    count = min(count, len(weights))
    if count <= 0:
        return []
    # Partition first: rows may be long and only a few keys are wanted. Everything as large as the last
    # of them is kept, so that of equal weights the first keys win.
    least = np.partition(weights, len(weights) - count)[len(weights) - count]
    candidates = np.flatnonzero((weights >= least) & (weights >= LEAST_WEIGHT))
    order = np.argsort(-weights[candidates], kind="stable")[:count]
    return [TopKey(int(key), float(weights[key])) for key in candidates[order]]
