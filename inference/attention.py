"""Attention weights computed again from captured queries and the key cache, for the rows somebody looks at.

Knows nothing about graphs or runtimes: arrays in, arrays out.

weights = softmax(rotate(query) · keysᵀ · scale), with keys after the query's own position masked: the definition
of com.microsoft GroupQueryAttention (ONNX Runtime, ContribOperators.md) without window, softcap and sinks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from inference.contract import FloatArray
from models.attention_site import AttentionSite
from models.rotary import rotary_tables, rotate


def attention_rows(
    site: AttentionSite, queries: NDArray[Any], keys: NDArray[Any], start: int, heads: slice = slice(None)
) -> FloatArray:
    """Weights of consecutive query rows.

    Args:
        site: how the kernel turns queries and keys into weights.
        queries: ``[rows, heads * head_size]`` as captured; row r is of position ``start + r``.
        keys: ``[key_value_heads, start + rows, head_size]``, already rotated.
        start: position of the first row.
        heads: which query heads.

    Returns:
        ``float32 [heads, rows, start + rows]``, zero beyond each query's own position.
    """
    positions = np.arange(start, start + len(queries))
    return attention_at(site, queries, keys, positions, heads)


def attention_at(
    site: AttentionSite,
    queries: NDArray[Any],
    keys: NDArray[Any],
    positions: NDArray[np.int64],
    heads: slice = slice(None),
) -> FloatArray:
    """Weights of chosen query rows.

    Args:
        site: how the kernel turns queries and keys into weights.
        queries: ``[rows, heads * head_size]`` as captured.
        keys: ``[key_value_heads, length, head_size]``, already rotated.
        positions: ``[rows]`` position of each query, each below length.
        heads: which query heads.

    Returns:
        ``float32 [heads, rows, length]``, zero beyond each query's own position.
    """
    turned = rotated_queries(site, queries, positions)[heads]
    group = site.heads // site.key_value_heads
    chosen = range(site.heads)[heads]
    keys = np.asarray(keys, np.float32)
    products = np.empty((len(chosen), len(positions), keys.shape[1]), np.float32)
    for index, head in enumerate(chosen):
        np.matmul(turned[index], keys[head // group].T, out=products[index])
    products *= np.float32(site.scale)
    masked = np.arange(keys.shape[1]) > positions[:, None]
    products[:, masked] = -np.inf
    products -= products.max(axis=-1, keepdims=True)
    np.exp(products, out=products)
    products /= products.sum(axis=-1, keepdims=True)
    return products


def rotated_queries(site: AttentionSite, queries: NDArray[Any], positions: NDArray[np.int64]) -> FloatArray:
    """Queries as the kernel compares them with keys.

    Args:
        site: with the base and extent of the rotation.
        queries: ``[rows, heads * head_size]`` as captured.
        positions: ``[rows]``.

    Returns:
        ``float32 [heads, rows, head_size]``.
    """
    by_head = np.asarray(queries, np.float32).reshape(len(queries), site.heads, site.head_size).swapaxes(0, 1)
    if site.rope_dimensions == 0:
        return by_head
    # In powers of two, so that a growing sequence does not compute its tables anew at every token.
    length = 1 << int(positions.max()).bit_length()
    cosines, sines = _tables(site.rope_base, site.rope_dimensions, length)
    return rotate(by_head, cosines[positions], sines[positions])


def combine_heads(weights: FloatArray, how: Literal["mean", "max"]) -> FloatArray:
    """One map for all heads of a layer.

    Args:
        weights: ``float32 [heads, rows, keys]``.
        how: mean or largest weight over heads.

    Returns:
        ``float32 [rows, keys]``.
    """
    return weights.mean(axis=0) if how == "mean" else weights.max(axis=0)


def atlas_cells(
    site: AttentionSite, queries: NDArray[Any], keys: NDArray[Any], stride: int, first: int = 0
) -> FloatArray:
    """Rows of small maps of all heads of one layer: see `inference.contract.Atlas` for what a cell is.

    Args:
        site: how the kernel turns queries and keys into weights.
        queries: ``[length, heads * head_size]`` as captured.
        keys: ``[key_value_heads, length, head_size]``, already rotated.
        stride: positions per cell.
        first: first row of cells that is wanted.

    Returns:
        ``float32 [heads, cells - first, cells]``.
    """
    length = keys.shape[1]
    cells = -(-length // stride)
    last_rows = np.minimum(np.arange(first + 1, cells + 1) * stride, length) - 1
    weights = attention_at(site, queries[last_rows], keys, last_rows)
    if stride == 1:
        return weights
    # Largest weight of each group of keys: a thin bright column must not vanish.
    return np.maximum.reduceat(weights, np.arange(0, length, stride), axis=-1)


def atlas_stride(length: int, cells: int) -> int:
    """Positions per cell: the smallest power of two that makes at most `cells` cells."""
    stride = 1
    while -(-length // stride) > cells:
        stride *= 2
    return stride


@lru_cache(maxsize=8)
def _tables(base: float, dimensions: int, positions: int) -> tuple[FloatArray, FloatArray]:
    return rotary_tables(base, dimensions, positions)
