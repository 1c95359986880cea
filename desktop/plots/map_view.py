"""Which part of a square map is in sight, and how large: zoom, pan, and the way between cells and pixels.

Knows nothing about Qt or what the map shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

LARGEST_CELL = 48.0
"""Pixels a cell may be wide after zooming in, and on a map of very few cells."""


@dataclass(frozen=True, slots=True)
class Bins:
    """Cells of one axis that share a pixel, or one cell each.

    Args:
        edges: ``int64 [bins + 1]`` strictly ascending; bin i holds the cells [edges[i], edges[i + 1]).
        origin: where the first bin begins, in pixels from the start of the plot; not positive.
        size: pixels a bin takes.
    """

    edges: NDArray[np.int64]
    origin: float
    size: float

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def first(self) -> int:
        """The first cell in sight."""
        return int(self.edges[0])

    @property
    def stop(self) -> int:
        """One past the last cell in sight."""
        return int(self.edges[-1])


@dataclass(frozen=True, slots=True)
class MapView:
    """A window on a map of ``extent × extent`` square cells.

    Args:
        width: pixels of the plot.
        height: pixels of the plot.
        extent: cells along each side.
        cell: pixels a cell is wide and high.
        left: first column in sight, in cells, with a fraction.
        top: first row in sight, in cells, with a fraction.
    """

    width: float
    height: float
    extent: int
    cell: float
    left: float = 0.0
    top: float = 0.0

    @classmethod
    def fitted(cls, width: float, height: float, extent: int) -> MapView:
        """The view that shows the whole map as large as it goes."""
        cell = min(LARGEST_CELL, min(width, height) / max(extent, 1))
        # Large cells are all the same number of pixels; below that the loss of size would show.
        return cls(width, height, extent, float(math.floor(cell)) if cell >= 6 else cell)

    def zoomed(self, factor: float, x: float, y: float) -> MapView:
        """This view with cells `factor` times as large, the point at pixel (x, y) staying where it is."""
        smallest = MapView.fitted(self.width, self.height, self.extent).cell
        cell = min(max(self.cell * factor, smallest), max(LARGEST_CELL, smallest))
        left = self.left + x / self.cell - x / cell
        top = self.top + y / self.cell - y / cell
        return replace(self, cell=cell, left=left, top=top).clamped()

    def panned(self, x: float, y: float) -> MapView:
        """This view with its content moved by (x, y) pixels, as far as there is content."""
        return replace(self, left=self.left - x / self.cell, top=self.top - y / self.cell).clamped()

    def showing_row(self, row: int) -> MapView:
        """This view moved as little as needed to have a row in sight."""
        top = min(max(self.top, row + 1 - self.height / self.cell), row)
        return self if top == self.top else replace(self, top=top).clamped()

    def clamped(self) -> MapView:
        """This view without blank space that content could fill."""
        most_left = max(self.extent - self.width / self.cell, 0.0)
        most_top = max(self.extent - self.height / self.cell, 0.0)
        return replace(self, left=min(max(self.left, 0.0), most_left), top=min(max(self.top, 0.0), most_top))

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of the cell at pixel (x, y), or ``None`` outside the map."""
        column, row = math.floor(self.left + x / self.cell), math.floor(self.top + y / self.cell)
        inside = 0 <= x < self.width and 0 <= y < self.height
        return (row, column) if inside and 0 <= row < self.extent and 0 <= column < self.extent else None

    def x(self, column: float) -> float:
        """Pixel where a column begins."""
        return (column - self.left) * self.cell

    def y(self, row: float) -> float:
        """Pixel where a row begins."""
        return (row - self.top) * self.cell

    def row_bins(self, pixel_ratio: float) -> Bins:
        """The rows in sight; see `column_bins`."""
        return _bins(self.top, self.height, self.cell, self.extent, pixel_ratio)

    def column_bins(self, pixel_ratio: float) -> Bins:
        """The columns in sight: one bin a cell while cells are at least a pixel, else one bin a pixel.

        Args:
            pixel_ratio: pixels of the screen per pixel of the plot.
        """
        return _bins(self.left, self.width, self.cell, self.extent, pixel_ratio)


def _bins(offset: float, length: float, cell: float, extent: int, pixel_ratio: float) -> Bins:
    if cell * pixel_ratio >= 1:
        first, stop = math.floor(offset), min(extent, math.ceil(offset + length / cell))
        return Bins(np.arange(first, max(stop, first) + 1), (first - offset) * cell, cell)
    # Bins lie on one grid for the whole map, whatever is in sight: panning moves them and changes none.
    per_pixel = 1 / (cell * pixel_ratio)
    first = round(offset / per_pixel)
    stop = min(math.ceil(extent / per_pixel), first + math.ceil(length * pixel_ratio))
    edges = np.floor(np.arange(first, max(stop, first) + 1) * per_pixel).astype(np.int64)
    return Bins(np.minimum(edges, extent), 0.0, 1 / pixel_ratio)


def roomy_extent(cells: int) -> int:
    """An extent with room to grow, so that a map that grows cell by cell is not laid out anew for each.

    Args:
        cells: how many there are.

    Returns:
        the next multiple of 8, or of a sixteenth of the largest power of two in `cells` where that is more.
    """
    step = max(8, (1 << max(cells, 1).bit_length() - 1) // 16)
    return -(-max(cells, 1) // step) * step
