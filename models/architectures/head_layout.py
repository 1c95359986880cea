"""Heads as attention kernels take them, where a model's own have a size that kernels refuse.

Knows nothing about graphs or files.

Products of queries and keys do not change when the entries of both are put into another order or zeros are added, so
heads are made longer, and turned entries are put where kernels look for them: the first of each pair in the first
half of the head, the second in the second half, entries that are not turned after them as pairs of angle zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from models.architectures.matrix import PART_VALUES, Matrix
from models.rotary import RotaryEmbedding

KERNEL_MULTIPLE = 16
"""GroupQueryAttention turns heads of multiples of so many entries, and multiples of so many of them."""

ADDED = -1
"""Stands for an entry that the model does not have."""


@dataclass(frozen=True, slots=True)
class HeadLayout:
    """Where the entries of a kernel's head are in the model's.

    Args:
        size: entries of the model's head.
        turned_entries: for each entry of a query or key head of the kernel, that of the model's, or `ADDED`.
        value_entries: the same for value heads.
    """

    size: int
    turned_entries: tuple[int, ...]
    value_entries: tuple[int, ...]

    def packed_rows(self, heads: int, key_value_heads: int) -> NDArray[np.int64]:
        """Rows of a projection to queries, keys and values: for each of the kernel's, the model's or `ADDED`."""
        turned = _of_heads(self.turned_entries, heads + key_value_heads, self.size)
        values = _of_heads(self.value_entries, key_value_heads, self.size)
        values[values != ADDED] += (heads + key_value_heads) * self.size
        return np.concatenate([turned, values])

    def output_columns(self, heads: int) -> NDArray[np.int64]:
        """Columns of the projection of what all heads saw, as `packed_rows`."""
        return _of_heads(self.value_entries, heads, self.size)


def fitting_layout(size: int, rotary: RotaryEmbedding) -> HeadLayout | None:
    """The layout that kernels take; ``None`` where they take the model's own.

    Args:
        size: entries of the model's head.
        rotary: of the model.
    """
    fitted = -(-size // KERNEL_MULTIPLE) * KERNEL_MULTIPLE
    if fitted == size and rotary.dimensions % KERNEL_MULTIPLE == 0:
        return None
    pairs = len(rotary.frequencies)
    others = list(range(2 * pairs, size))
    entries = [ADDED] * fitted
    half = fitted // 2
    entries[:pairs] = range(pairs)
    entries[half : half + pairs] = range(pairs, 2 * pairs)
    free = [place for place, entry in enumerate(entries) if entry == ADDED]
    for place, entry in zip(free, others, strict=False):
        entries[place] = entry
    values = [*range(size), *[ADDED] * (fitted - size)]
    return HeadLayout(size, tuple(entries), tuple(values))


def fitted_rotary(rotary: RotaryEmbedding, fitted: int) -> RotaryEmbedding:
    """The rotary embedding of heads in a layout of `fitting_layout`, all of whose entries are pairs."""
    return replace(rotary, unturned=fitted // 2 - len(rotary.frequencies))


def relaid_rows(matrix: Matrix, rows: NDArray[np.int64]) -> Matrix:
    """A matrix with its rows in another order, zeros where one is `ADDED`."""

    def parts() -> Iterator[NDArray[np.float32]]:
        whole = matrix.whole()
        step = max(1, PART_VALUES // matrix.columns)
        for start in range(0, len(rows), step):
            yield relaid(whole, rows[start : start + step])

    return Matrix(len(rows), matrix.columns, parts)


def relaid_columns(matrix: Matrix, columns: NDArray[np.int64]) -> Matrix:
    """A matrix with its columns in another order, zeros where one is `ADDED`."""

    def parts() -> Iterator[NDArray[np.float32]]:
        for part in matrix.parts():
            yield np.ascontiguousarray(relaid(part.T, columns).T)

    return Matrix(matrix.rows, len(columns), parts)


def relaid(values: NDArray[np.float32], entries: NDArray[np.int64]) -> NDArray[np.float32]:
    """The entries along the first axis in another order, zeros where one is `ADDED`."""
    chosen = values[np.maximum(entries, 0)]
    chosen[entries == ADDED] = 0
    return chosen


def _of_heads(entries: tuple[int, ...], heads: int, size: int) -> NDArray[np.int64]:
    of_one = np.asarray(entries, np.int64)
    of_all = np.where(of_one == ADDED, ADDED, of_one + size * np.arange(heads)[:, None])
    return of_all.reshape(prod(of_all.shape))
