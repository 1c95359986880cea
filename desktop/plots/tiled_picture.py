"""The image of a map too large to be read as a whole: painted from tiles at the resolution of the screen.

Knows nothing about widgets, labels or where tiles come from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from desktop.plots.attention_picture import paint_levels
from desktop.plots.attention_scale import EMPTY, AttentionScale
from desktop.plots.map_tiles import TILE, MapTiles, Part
from desktop.plots.map_view import Bins, MapView
from desktop.plots.max_pooling import pool_columns, pool_rows


def stride_of(view: MapView, pixel_ratio: float) -> int:
    """Positions of a cell for a view: the largest power of two that is no coarser than the screen."""
    per_pixel = 1 / (view.cell * pixel_ratio)
    return 1 << max(int(per_pixel).bit_length() - 1, 0)


class TiledPicture:
    """One head's map as an image; every pixel is the largest weight of its cells.

    Args:
        tiles: of the map, as they are displayed: with or without the sink.
        scale: how weights become levels.
        rows: how many queries the map has.
    """

    def __init__(self, tiles: MapTiles, scale: AttentionScale, rows: int) -> None:
        self._tiles = tiles
        self._scale = scale
        self.rows = rows
        self._levels: dict[tuple[int, int, int], tuple[int, NDArray[np.uint8]]] = {}
        self._shown: tuple[MapView, float, int, int] | None = None
        self._bins: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)

    def missing(self, view: MapView, pixel_ratio: float) -> tuple[int, Part] | None:
        """What is to be read for a view: positions of a cell, and the part; ``None`` if all is there."""
        stride, rows, columns = (
            stride_of(view, pixel_ratio),
            view.row_bins(pixel_ratio),
            view.column_bins(pixel_ratio),
        )
        part = self._tiles.missing(
            stride, range(rows.first, rows.stop), range(columns.first, columns.stop), self.rows
        )
        return None if part is None else (stride, part)

    def paint(
        self,
        painter: QPainter,
        view: MapView,
        colours: NDArray[np.uint32],
        pixel_ratio: float,
        enlarged: bool = False,
    ) -> None:
        """As `AttentionPicture.paint`; where a tile is not read yet, a coarser one stands in for it."""
        rows, columns = view.row_bins(pixel_ratio), view.column_bins(pixel_ratio)
        shown = (view, pixel_ratio, self._tiles.version, self.rows)
        if shown != self._shown:
            self._shown = shown
            self._bins = self._pooled(stride_of(view, pixel_ratio), rows, columns)
        paint_levels(painter, self._bins, rows, columns, colours, pixel_ratio if enlarged else None)

    def _pooled(self, stride: int, rows: Bins, columns: Bins) -> NDArray[np.uint8]:
        """Levels of the bins of a view."""
        down, across = _cuts(rows, stride), _cuts(columns, stride)
        if len(down) < 2 or len(across) < 2:
            return np.zeros((len(rows), len(columns)), np.uint8)
        cells = self._section(stride, int(down[0]), int(down[-1]), int(across[0]), int(across[-1]))
        across = across - across[0]
        return pool_columns(pool_rows(cells, down - down[0]), across, cells.shape[1])

    def _section(self, stride: int, top: int, bottom: int, left: int, right: int) -> NDArray[np.uint8]:
        """Levels of the cells of a section, by cells of the whole map."""
        section = np.full((bottom - top, right - left), EMPTY, np.uint8)
        last_row = min(-(-bottom // TILE), -(-self.rows // (TILE * stride)))
        for row in range(top // TILE, last_row):
            for column in range(left // TILE, min(-(-right // TILE), row + 1)):
                levels = self._levels_at(stride, row, column)
                if levels is None:
                    continue
                y, x = row * TILE, column * TILE
                down, across = (
                    slice(max(top, y), min(bottom, y + TILE)),
                    slice(max(left, x), min(right, x + TILE)),
                )
                section[down.start - top : down.stop - top, across.start - left : across.stop - left] = (
                    levels[down.start - y : down.stop - y, across.start - x : across.stop - x]
                )
        return section

    def _levels_at(self, stride: int, row: int, column: int) -> NDArray[np.uint8] | None:
        """Levels of a tile; of a coarser one made larger, where it is not known; ``None`` where there is none."""
        found = self._levels_of(stride, row, column)
        coarser, factor = stride, 1
        while found is None and factor < TILE and coarser * TILE < self.rows:
            coarser, factor = coarser * 2, factor * 2
            larger = self._levels_of(coarser, row // factor, column // factor)
            if larger is not None:
                size = TILE // factor
                y, x = row % factor * size, column % factor * size
                found = larger[y : y + size, x : x + size].repeat(factor, 0).repeat(factor, 1)
        return found

    def _levels_of(self, stride: int, row: int, column: int) -> NDArray[np.uint8] | None:
        tile = self._tiles.tile(stride, row, column)
        if tile is None:
            return None
        known = self._levels.get((stride, row, column))
        if known is None or known[0] != tile.changes:
            weights = tile.weights.astype(np.float32)
            levels = self._scale.levels_of_shown(weights, (row - column) * TILE)
            levels[-(-tile.rows // stride) :] = EMPTY
            if self._scale.hide_sink and stride == 1 and column == 0:
                levels[:, 0] = EMPTY
            known = self._levels[stride, row, column] = (tile.changes, levels)
        return known[1]


def _cuts(bins: Bins, stride: int) -> NDArray[np.int64]:
    """Edges of bins by cells: a pixel shows whole cells, those that begin in it."""
    cuts = bins.edges // stride
    if len(cuts):
        cuts[-1] = -(-int(bins.edges[-1]) // stride)
    return cuts
