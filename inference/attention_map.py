"""Maps of attention made small: the largest weight of each group of queries and keys, for a picture.

Knows nothing about models or pictures: weights in, weights out.
"""

from __future__ import annotations

import math

import numpy as np

from inference.contract import FloatArray

WEIGHTS_OF_A_SLICE = 2**18
"""So many weights are computed in less than a millisecond, and fit into the caches of a processor."""


def pooled(weights: FloatArray, stride: int, left: int, right: int) -> FloatArray:
    """The largest weight of each group of neighbouring queries and keys.

    Args:
        weights: ``float32 [rows, keys]``.
        stride: rows and keys of a group; the last group of either may have fewer.
        left: first key, a multiple of `stride`.
        right: one past the last key.

    Returns:
        ``float32 [groups of rows, groups of keys]``.
    """
    weights = weights[:, left:right]
    if stride == 1 or not weights.size:
        return weights
    rows = np.empty((-(-len(weights) // stride), weights.shape[1]), np.float32)
    for group in range(len(rows)):
        # Whole rows at a time use the processor's vectors; reduceat along this axis does not.
        np.maximum.reduce(weights[group * stride : (group + 1) * stride], axis=0, out=rows[group])
    return np.maximum.reduceat(rows, np.arange(0, rows.shape[1], stride), axis=1)


def without_sink(weights: FloatArray) -> FloatArray:
    """Weights as they are displayed while the first key is hidden: the others are scaled up to their row's sum.

    Args:
        weights: ``[row, key]`` with all keys from 0, at least one.

    Returns:
        ``[row, key]``, zero on key 0; all zero where a row gives nothing to any other key.
    """
    rest = weights[:, 1:].sum(axis=1, keepdims=True)
    factor = np.divide(rest + weights[:, :1], rest, out=np.zeros_like(rest), where=rest > 0)
    shown = weights * factor
    shown[:, 0] = 0
    return shown


def rows_of_a_slice(first: int, heads: int, stride: int) -> int:
    """How many rows of a causal map are computed at once, a multiple of `stride`.

    Args:
        first: query position of the first of them; each row is one key longer than the one before it.
        heads: whose weights a row is made of.
        stride: rows of a group.
    """
    rows = (math.sqrt(first**2 + 4 * WEIGHTS_OF_A_SLICE / heads) - first) / 2
    return max(int(rows) // stride, 1) * stride
