"""Matrices that are read a few rows at a time, and the ways formats keep them differently.

Knows nothing about what the numbers are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.tensor_source import TensorSource

PART_VALUES = 1 << 18
"""Values read at a time: a megabyte, so that what is done with them finds them in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A matrix whose numbers are read when they are asked for.

    Args:
        rows: outputs of the projection, or entries of a table.
        columns: its inputs, or the width of an entry.
        parts: reads it from the first row to the last, each part ``float32 [some rows, columns]``.
    """

    rows: int
    columns: int
    parts: Callable[[], Iterator[NDArray[np.float32]]]

    def whole(self) -> NDArray[np.float32]:
        """All of it, ``float32 [rows, columns]``."""
        return np.concatenate(list(self.parts()))


def stored_matrix(
    source: TensorSource,
    name: str,
    rows_together: int = 1,
    change: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None,
) -> Matrix:
    """A matrix as a file keeps it.

    Args:
        source: the file.
        name: of the tensor ``[rows, columns]``.
        rows_together: parts begin at multiples of so many rows.
        change: what is done with each part, which keeps its shape.
    """
    rows, columns = source.tensors[name].shape
    step = max(1, PART_VALUES // columns // rows_together) * rows_together

    def parts() -> Iterator[NDArray[np.float32]]:
        for start in range(0, rows, step):
            part = source.read_rows(name, start, min(start + step, rows))
            yield part if change is None else change(part)

    return Matrix(rows, columns, parts)


def transposed_matrix(source: TensorSource, name: str) -> Matrix:
    """The transpose of a matrix that a file keeps as ``[columns, rows]``; it is in memory as a whole."""
    columns, rows = source.tensors[name].shape
    return Matrix(rows, columns, lambda: iter([np.ascontiguousarray(source.read(name).T)]))


def stacked(*matrices: Matrix) -> Matrix:
    """Matrices of as many columns, one below the other."""

    def parts() -> Iterator[NDArray[np.float32]]:
        for matrix in matrices:
            yield from matrix.parts()

    return Matrix(sum(matrix.rows for matrix in matrices), matrices[0].columns, parts)


def half_split_rows(weights: NDArray[np.float32], head_size: int, turned: int) -> NDArray[np.float32]:
    """Undo the row order that GGUF files keep for interleaved rotary embedding.

    Args:
        weights: ``[heads * head_size, …]`` with the two entries of each turned pair adjacent.
        head_size: rows of one head.
        turned: how many rows of each head are turned; those after them stay.

    Returns:
        The same shape with the first entries of all pairs of a head before the second ones.
    """
    by_head = weights.reshape(-1, head_size, *weights.shape[1:])
    pairs = by_head[:, :turned].reshape(len(by_head), turned // 2, 2, -1)
    split = pairs.swapaxes(1, 2).reshape(by_head[:, :turned].shape)
    return np.concatenate([split, by_head[:, turned:]], axis=1).reshape(weights.shape)
