"""One head's map in square tiles of pooled weights, at several resolutions, as far as they were read.

Knows nothing about which head it is, who reads it or how it is painted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.contract import AttentionMapPart

TILE = 256
"""Cells of a tile along each side."""


@dataclass(slots=True, eq=False)
class Tile:
    """A square of the map.

    Args:
        weights: ``float16 [TILE, TILE]``, each the largest of a group of queries and keys.
        rows: how many query positions from the tile's first on are in it.
        changes: how often it changed.
    """

    weights: NDArray[np.float16]
    rows: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a map, by positions.

    Args:
        start: first query.
        stop: one past the last query.
        left: first key.
        right: one past the last key.
    """

    start: int
    stop: int
    left: int
    right: int


class MapTiles:
    """Tiles by stride (positions of a cell), row and column of tiles."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int, int], Tile] = {}
        self.version = 0
        """Changes whenever a tile does."""

    @property
    def nbytes(self) -> int:
        """Memory the weights take."""
        return sum(tile.weights.nbytes for tile in self._tiles.values())

    def tile(self, stride: int, row: int, column: int) -> Tile | None:
        """A tile, if anything of it is known."""
        return self._tiles.get((stride, row, column))

    def put(self, part: AttentionMapPart) -> None:
        """Take what was read, where it goes on from what is known.

        Args:
            part: of this map, with its first key at the border of a tile.
        """
        asked, size = part.asked, TILE * part.asked.stride
        for row in range(asked.start // size, -(-asked.stop // size)):
            first, last = max(asked.start, row * size), min(asked.stop, (row + 1) * size)
            cells = part.weights[(first - asked.start) // asked.stride :]
            cells = cells[: -(-(last - first) // asked.stride)]
            for column in range(asked.left // size, -(-min(asked.right, last) // size)):
                of_tile = cells[:, column * TILE - asked.left // asked.stride :][:, :TILE]
                self._extend(asked.stride, row, column, first - row * size, last - row * size, of_tile)
        self.version += 1

    def missing(self, stride: int, rows: range, keys: range, reach: int) -> Part | None:
        """The smallest part that holds everything of a section of the map that is not known.

        Args:
            stride: positions of a cell.
            rows: queries of the section.
            keys: keys of the section.
            reach: how many queries there are.
        """
        size = TILE * stride
        parts = []
        for row in range(rows.start // size, -(-min(rows.stop, reach) // size)):
            stop = min((row + 1) * size, reach)
            for column in range(keys.start // size, -(-min(keys.stop, stop) // size)):
                known = self._tiles.get((stride, row, column))
                start = row * size + (0 if known is None else known.rows)
                if start < stop:
                    parts.append(
                        (start // stride * stride, stop, column * size, min((column + 1) * size, stop))
                    )
        if not parts:
            return None
        starts, stops, lefts, rights = zip(*parts, strict=True)
        return Part(min(starts), max(stops), min(lefts), max(rights))

    def truncate(self, rows: int) -> None:
        """Forget every query from position `rows` on."""
        for (stride, row, column), tile in list(self._tiles.items()):
            kept = rows - row * TILE * stride
            if kept <= 0:
                del self._tiles[stride, row, column]
            elif tile.rows > kept:
                # A cell that lost some of its queries is made of the others: it is read again.
                tile.rows = kept // stride * stride
                tile.weights[kept // stride :] = 0
                tile.changes += 1
        self.version += 1

    def _extend(
        self, stride: int, row: int, column: int, start: int, stop: int, cells: NDArray[np.float16]
    ) -> None:
        """Put cells of the queries [start, stop) of a tile into it."""
        tile = self._tiles.get((stride, row, column))
        if tile is None:
            tile = self._tiles[stride, row, column] = Tile(np.zeros((TILE, TILE), np.float16))
        if start <= tile.rows:
            tile.weights[start // stride :][: len(cells), : cells.shape[1]] = cells
            tile.rows = max(tile.rows, stop)
            tile.changes += 1
