"""Attention weights computed again from captured queries and the key cache, for the rows somebody looks at.

Knows nothing about graphs or runtimes: arrays in, arrays out.

weights = softmax(cap(rotate(query) · keysᵀ · scale)), with keys after the query's own position or outside its window
masked and a sink, where there is one, in the sum: the definition of com.microsoft GroupQueryAttention (ONNX
Runtime, ContribOperators.md), of which the other kinds of attention are special cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from inference.contract import FloatArray
from models.attention_site import AttentionSite
from models.rotary import rotate, rotate_interleaved


@dataclass(frozen=True, slots=True, eq=False)
class AttentionFormula:
    """How one site turns queries and keys into weights, with the arrays that this takes.

    Args:
        site: the attention operation.
        cosines: ``float32 [positions, turned / 2]``; ``None`` where the query is captured turned.
        sines: as the cosines.
        sinks: ``float32 [heads]``.
        projection: ``float32 [width, heads * head_size]``.
        query_bias: ``float32 [heads * head_size]``.
    """

    site: AttentionSite
    cosines: FloatArray | None = None
    sines: FloatArray | None = None
    sinks: FloatArray | None = None
    projection: FloatArray | None = None
    query_bias: FloatArray | None = None

    @classmethod
    def of(cls, site: AttentionSite, arrays: Mapping[str, NDArray[Any]]) -> AttentionFormula:
        """The formula of a site, with the arrays it names.

        Raises:
            KeyError: one of them is not there.
        """

        def array(name: str | None, part: str = "") -> FloatArray | None:
            return None if name is None else np.asarray(arrays[name + part], np.float32)

        return cls(
            site,
            array(site.rotary, ".cosines"),
            array(site.rotary, ".sines"),
            array(site.sinks),
            array(site.projection),
            array(site.query_bias),
        )


def attention_rows(
    formula: AttentionFormula,
    queries: NDArray[Any],
    keys: NDArray[Any],
    start: int,
    heads: slice = slice(None),
    bias: NDArray[Any] | None = None,
) -> FloatArray:
    """Weights of consecutive query rows.

    Args:
        formula: how the kernel turns queries and keys into weights.
        queries: ``[rows, width]`` as captured; row r is of position ``start + r``.
        keys: ``[key_value_heads, start + rows, head_size]``, as the kernel compares them.
        start: position of the first row.
        heads: which query heads.
        bias: ``[1 or heads, rows, start + rows]`` added to the products, of all heads.

    Returns:
        ``float32 [heads, rows, start + rows]``, zero beyond each query's own position.
    """
    positions = np.arange(start, start + len(queries))
    return attention_at(formula, queries, keys, positions, heads, bias)


def attention_at(
    formula: AttentionFormula,
    queries: NDArray[Any],
    keys: NDArray[Any],
    positions: NDArray[np.int64],
    heads: slice = slice(None),
    bias: NDArray[Any] | None = None,
) -> FloatArray:
    """Weights of chosen query rows.

    Args:
        formula: how the kernel turns queries and keys into weights.
        queries: ``[rows, width]`` as captured.
        keys: ``[key_value_heads, length, head_size]``, as the kernel compares them.
        positions: ``[rows]`` position of each query, each below length.
        heads: which query heads.
        bias: ``[1 or heads, rows, length]`` added to the products, of all heads.

    Returns:
        ``float32 [heads, rows, length]``, zero for keys that a query does not see. With sinks rows do not sum to 1.
    """
    site = formula.site
    turned = rotated_queries(formula, queries, positions, heads)
    group = site.heads // site.key_value_heads
    chosen = range(site.heads)[heads]
    keys = np.asarray(keys, np.float32)
    products = np.empty((len(chosen), len(positions), keys.shape[1]), np.float32)
    for index, head in enumerate(chosen):
        np.matmul(turned[index], keys[head // group].T, out=products[index])
    products *= np.float32(site.scale)
    if site.softcap:
        products /= np.float32(site.softcap)
        np.tanh(products, out=products)
        products *= np.float32(site.softcap)
    if bias is not None:
        products += bias if len(bias) == 1 else bias[heads]
    hide_unseen(products, positions, site.window)
    largest = products.max(axis=-1, keepdims=True)
    if formula.sinks is None:
        products -= largest
        np.exp(products, out=products)
        products /= products.sum(axis=-1, keepdims=True)
        return products
    sinks = formula.sinks[heads][:, None, None]
    np.maximum(largest, sinks, out=largest)
    products -= largest
    np.exp(products, out=products)
    products /= products.sum(axis=-1, keepdims=True) + np.exp(sinks - largest)
    return products


def hide_unseen(products: FloatArray, positions: NDArray[np.int64], window: int | None) -> None:
    """Make the products of keys that a query does not see minus infinity, in place.

    Args:
        products: ``float32 [heads, rows, keys]``.
        positions: ``[rows]`` position of each query.
        window: as `AttentionSite.window`.
    """
    # A slice a row: a mask of the whole costs several times what the exponentials do.
    for row, position in enumerate(positions.tolist()):
        products[:, row, position + 1 :] = -np.inf
        if window is not None and position >= window:
            products[:, row, : position + 1 - window] = -np.inf


def rotated_queries(
    formula: AttentionFormula,
    queries: NDArray[Any],
    positions: NDArray[np.int64],
    heads: slice = slice(None),
) -> FloatArray:
    """Queries as the kernel compares them with keys.

    Args:
        formula: with the tables of the rotation.
        queries: ``[rows, width]`` as captured.
        positions: ``[rows]``.
        heads: which query heads.

    Returns:
        ``float32 [heads, rows, head_size]``.
    """
    site = formula.site
    values = np.asarray(queries, np.float32)
    if formula.projection is not None:
        values = values[:, : len(formula.projection)] @ formula.projection
    values = values[:, : site.heads * site.head_size]
    if formula.query_bias is not None:
        values = values + formula.query_bias
    by_head = values.reshape(len(values), site.heads, site.head_size).swapaxes(0, 1)[heads]
    if formula.cosines is None or formula.sines is None:
        return by_head
    turn = rotate_interleaved if site.interleaved else rotate
    return turn(by_head, formula.cosines[positions], formula.sines[positions])


def combine_heads(weights: FloatArray, how: Literal["mean", "max"]) -> FloatArray:
    """One map for all heads of a layer.

    Args:
        weights: ``float32 [heads, rows, keys]``.
        how: mean or largest weight over heads.

    Returns:
        ``float32 [rows, keys]``.
    """
    return weights.mean(axis=0) if how == "mean" else weights.max(axis=0)


def atlas_rows(length: int, stride: int, first: int = 0) -> NDArray[np.int64]:
    """The positions whose queries make the rows of cells of an atlas, from row `first` on: ``int64 [rows]``."""
    cells = -(-length // stride)
    return np.minimum(np.arange(first + 1, cells + 1) * stride, length) - 1


def atlas_cells(
    formula: AttentionFormula,
    queries: NDArray[Any],
    keys: NDArray[Any],
    stride: int,
    positions: NDArray[np.int64],
    bias: NDArray[Any] | None = None,
) -> FloatArray:
    """Rows of small maps of all heads of one layer: see `inference.contract.Atlas` for what a cell is.

    Args:
        formula: how the kernel turns queries and keys into weights.
        queries: ``[rows, width]`` as captured.
        keys: ``[key_value_heads, length, head_size]``, as the kernel compares them.
        stride: positions per cell.
        positions: ``[rows]`` of the queries, as `atlas_rows` has them.
        bias: ``[1 or heads, rows, length]`` added to the products.

    Returns:
        ``float32 [heads, rows, cells]``.
    """
    weights = attention_at(formula, queries, keys, positions, bias=bias)
    if stride == 1:
        return weights
    # Largest weight of each group of keys: a thin bright column must not vanish.
    return np.maximum.reduceat(weights, np.arange(0, keys.shape[1], stride), axis=-1)


def atlas_stride(length: int, cells: int) -> int:
    """Positions per cell: the smallest power of two that makes at most `cells` cells."""
    stride = 1
    while -(-length // stride) > cells:
        stride *= 2
    return stride
