"""The attention weights that a window holds, by layer and head, within a bound of memory.

Knows nothing about who reads or shows them.
"""

from __future__ import annotations

from collections import OrderedDict

from desktop.plots.attention_matrix import BLOCK_ROWS, AttentionMatrix
from desktop.plots.map_tiles import MapTiles
from desktop.session import Head

MEMORY_BUDGET = 192 * 2**20
"""Bytes of weights kept at most: twenty heads of 2,000 tokens, or one of 9,900."""

TILES_BUDGET = 64 * 2**20
"""Bytes of tiles kept at most, besides: a hundred maps as they fill a panel."""


class HeadWeights:
    """Matrices by layer and head; the one used longest ago is forgotten first.

    Args:
        budget: bytes kept at most.
    """

    def __init__(self, budget: int = MEMORY_BUDGET) -> None:
        self.budget = budget
        self._matrices: OrderedDict[tuple[int, Head], AttentionMatrix] = OrderedDict()
        self._tiles: OrderedDict[tuple[int, Head, bool], MapTiles] = OrderedDict()

    def tiles(self, layer: int, head: Head, hide_sink: bool) -> MapTiles:
        """The tiles of a head's map as it is displayed, none at first; from now on the ones used last."""
        key = (layer, head, hide_sink)
        tiles = self._tiles.setdefault(key, MapTiles())
        self._tiles.move_to_end(key)
        while len(self._tiles) > 1 and sum(one.nbytes for one in self._tiles.values()) > TILES_BUDGET:
            self._tiles.popitem(last=False)
        return tiles

    @property
    def nbytes(self) -> int:
        """Memory all exact weights take."""
        return sum(matrix.nbytes for matrix in self._matrices.values())

    def matrix(self, layer: int, head: Head) -> AttentionMatrix:
        """The weights of a head, empty at first; from now on the one used last."""
        matrix = self._matrices.setdefault((layer, head), AttentionMatrix())
        self._matrices.move_to_end((layer, head))
        return matrix

    def bound(self, near: int) -> None:
        """Forget until the budget is kept: other heads first, then rows of the last one far from row `near`."""
        while len(self._matrices) > 1 and self.nbytes > self.budget:
            self._matrices.popitem(last=False)
        for matrix in self._matrices.values():
            matrix.shrink(self.budget, near)

    def clear(self) -> None:
        """Forget everything: another model."""
        self._matrices.clear()
        self._tiles.clear()

    def truncate(self, rows: int) -> None:
        """Forget what is known about rows from `rows` on, of all heads: the sequence changed there."""
        for matrix in self._matrices.values():
            matrix.truncate(rows)
        for tiles in self._tiles.values():
            tiles.truncate(rows)

    def affordable(self, rows: int, near: int) -> range:
        """The rows around one row of a head whose weights fit into the budget, all of them if they do."""
        if (rows + BLOCK_ROWS) * rows * 2 <= self.budget:
            return range(rows)
        reach = max(self.budget // (4 * rows) // 2 - BLOCK_ROWS, BLOCK_ROWS)
        return range(max(near - reach, 0), min(near + reach, rows))
