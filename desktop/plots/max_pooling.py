"""A picture of a large causal map in which every pixel is the largest of the cells it covers.

Knows nothing about weights, colours or Qt. A thin bright column of a map stays bright however small the map
is drawn; averaging would lose it.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from desktop.plots.map_view import Bins


class PooledPicture:
    """Levels in bins of rows and columns, filled row by row in any order.

    Args:
        rows: bins of the rows.
        columns: bins of the columns.
    """

    def __init__(self, rows: Bins, columns: Bins) -> None:
        self.rows = rows
        self.columns = columns
        self.levels: NDArray[np.uint8] = np.zeros((len(rows), len(columns)), np.uint8)

    def add(self, start: int, levels: NDArray[np.uint8]) -> None:
        """Paint some rows of the map over what is there.

        Args:
            start: the first row's position.
            levels: ``[row, column]`` with all columns from 0 to at least the diagonal.
        """
        first, stop = max(start, self.rows.first), min(start + len(levels), self.rows.stop)
        width = min(levels.shape[1], self.columns.stop)
        if first >= stop or width <= self.columns.first:
            return
        begin = int(np.searchsorted(self.rows.edges, first, "right")) - 1
        end = int(np.searchsorted(self.rows.edges, stop, "left"))
        cuts = np.clip(self.rows.edges[begin : end + 1], first, stop) - start
        pooled = pool_columns(pool_rows(levels, cuts), self.columns.edges, width)
        target = self.levels[begin:end, : pooled.shape[1]]
        np.maximum(target, pooled, out=target)


def pool_rows(levels: NDArray[np.uint8], cuts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Largest of the rows between each two cuts."""
    if cuts[-1] - cuts[0] == len(cuts) - 1:
        return levels[cuts[0] : cuts[-1]]
    # Whole rows at a time use the processor's vectors; reduceat along this axis does not (3 times slower).
    pooled = np.empty((len(cuts) - 1, levels.shape[1]), np.uint8)
    for index, (first, stop) in enumerate(itertools.pairwise(cuts.tolist())):
        np.maximum.reduce(levels[first:stop], axis=0, out=pooled[index])
    return pooled


def pool_columns(levels: NDArray[np.uint8], edges: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    """Largest of the columns between each two edges, as far as `width` reaches."""
    if edges[-1] - edges[0] == len(edges) - 1:
        return levels[:, edges[0] : width]
    count = int(np.searchsorted(edges, width, "left"))
    return np.maximum.reduceat(levels[:, :width], edges[:count], axis=1)
