"""The image of an attention map for one view: weights to levels once, levels to pixels as views change.

Knows nothing about widgets, labels or where weights come from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from desktop import colour_maps
from desktop.plots.attention_matrix import BLOCK_ROWS, AttentionMatrix
from desktop.plots.attention_scale import EMPTY, ZERO, AttentionScale
from desktop.plots.map_view import Bins, MapView
from desktop.plots.max_pooling import PooledPicture
from desktop.theme import Palette

DARK_ZERO = 9
"""Entry of the dark colour map that stands for a weight of zero: a violet just lighter than the ground, so
that the triangle of a causal map can be seen. On light the ground itself is zero."""


def heat_colours(palette: Palette) -> NDArray[np.uint32]:
    """Colour of every level, ``uint32 [256]`` as ``0xAARRGGBB``; `EMPTY` is transparent."""
    table = colour_maps.attention(palette).astype(np.float64)
    first = DARK_ZERO if palette.dark else 0
    entries = np.linspace(first, 255, 256 - ZERO).round().astype(int)
    red, green, blue = (table[entries, channel].astype(np.uint32) for channel in range(3))
    colours = np.zeros(256, np.uint32)
    colours[ZERO:] = 0xFF000000 | red << 16 | green << 8 | blue
    colours[EMPTY] = 0
    return colours


class AttentionPicture:
    """One head's map as an image.

    Args:
        matrix: the weights; rows that arrive later are announced with `take`.
        scale: how weights become levels.
        rows: how many rows of the matrix belong to the map now.
    """

    def __init__(self, matrix: AttentionMatrix, scale: AttentionScale, rows: int) -> None:
        self._matrix = matrix
        self._scale = scale
        self._levels: dict[int, NDArray[np.uint8]] = {}
        self._pooled: PooledPicture | None = None
        self._view: MapView | None = None
        self._pixel_ratio = 1.0
        self.take(0, rows)

    def take(self, start: int, stop: int) -> None:
        """Quantise the known rows of [start, stop) and paint them into the present view."""
        for first, last in self._matrix.runs(start, stop, known=True):
            number, base = first // BLOCK_ROWS, first // BLOCK_ROWS * BLOCK_ROWS
            if number not in self._levels:
                self._levels[number] = np.zeros((BLOCK_ROWS, base + BLOCK_ROWS), np.uint8)
            levels = self._scale.levels(self._matrix.read(first, last), first)
            self._levels[number][first - base : last - base, :last] = levels
            if self._pooled is not None:
                self._pooled.add(first, levels)

    def paint(
        self,
        painter: QPainter,
        view: MapView,
        colours: NDArray[np.uint32],
        pixel_ratio: float,
        enlarged: bool = False,
    ) -> None:
        """Paint the part of the map that a view shows, its plot's corner at the painter's origin.

        Args:
            painter: paints.
            view: what is in sight.
            colours: of `heat_colours`.
            pixel_ratio: pixels of the device per pixel of the plot.
            enlarged: scale the cells to the device's pixels here, where the device would smooth them.
        """
        pooled = self._pooled_for(view, pixel_ratio)
        paint_levels(
            painter, pooled.levels, pooled.rows, pooled.columns, colours, pixel_ratio if enlarged else None
        )

    def _pooled_for(self, view: MapView, pixel_ratio: float) -> PooledPicture:
        if self._pooled is None or view != self._view or pixel_ratio != self._pixel_ratio:
            self._pooled = PooledPicture(view.row_bins(pixel_ratio), view.column_bins(pixel_ratio))
            self._view, self._pixel_ratio = view, pixel_ratio
            for number, levels in self._levels.items():
                self._pooled.add(number * BLOCK_ROWS, levels)
        return self._pooled


def paint_levels(
    painter: QPainter,
    levels: NDArray[np.uint8],
    rows: Bins,
    columns: Bins,
    colours: NDArray[np.uint32],
    enlarged: float | None,
) -> None:
    """Paint the levels of bins, the plot's corner at the painter's origin.

    Args:
        painter: paints.
        levels: ``[rows, columns]``.
        rows: where the rows are.
        columns: where the columns are.
        colours: of `heat_colours`.
        enlarged: to how many of the device's pixels a pixel of the plot is to be scaled here; ``None`` leaves that
            to the device.
    """
    height, width = levels.shape
    if not height or not width:
        return
    pixels = colours[levels]
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    target = QRectF(columns.origin, rows.origin, width * columns.size, height * rows.size)
    if enlarged is not None:
        image = image.scaled((target.size() * enlarged).toSize())
        width, height = image.width(), image.height()
    painter.drawImage(target, image, QRectF(0, 0, width, height))
