"""The atlas of all heads, kept between readings: a growing sequence costs its new rows only.

Knows nothing about pictures.
"""

from __future__ import annotations

import numpy as np

from inference.attention import atlas_stride
from inference.attention_reader import AttentionReader
from inference.contract import Atlas, FloatArray, IntArray
from inference.sequence import TokenSequence
from inference.slices import Slices


class AtlasReader:
    """Reads the atlas of what a sequence has read.

    Args:
        reader: of the model's attention.
        sequence: what it has read.
    """

    def __init__(self, reader: AttentionReader, sequence: TokenSequence) -> None:
        self._reader = reader
        self._sequence = sequence
        self._stride = 0
        self._weights: FloatArray = np.zeros((len(reader.sites), reader.heads, 0, 0), np.float32)
        # The tokens under the rows of cells that are complete and therefore never change.
        self._ids: IntArray = np.zeros(0, np.int64)

    def read(self, cells: int) -> Slices[Atlas]:
        """Small pictures of all heads; at least one position has been read.

        Args:
            cells: rows and columns of each at most.
        """
        length = self._sequence.read
        stride = atlas_stride(length, max(cells, 1))
        known = self._known(stride)
        rows = known.shape[2]
        size = -(-length // stride)
        sites = self._reader.sites
        weights = np.zeros((len(sites), self._reader.heads, size, size), np.float32)
        if rows:
            weights[:, :, :rows, :rows] = known
        ids = self._sequence.ids[: length // stride * stride].copy()
        for site in sites:
            weights[site.layer, : site.heads, rows:] = self._reader.cells(site.layer, length, stride, rows)
            yield
        self._stride, self._weights, self._ids = stride, weights, ids
        return Atlas(length, stride, weights)

    def _known(self, stride: int) -> FloatArray:
        """The rows of cells that the last reading leaves as they are: ``float32 [layer, head, rows, rows]``."""
        shared = min(len(self._ids), self._sequence.read)
        different = np.flatnonzero(self._ids[:shared] != self._sequence.ids[:shared])
        same = int(different[0]) if len(different) else shared
        known, reached = self._weights, self._stride
        if not reached or reached > stride:
            return known[:, :, :0, :0]
        rows = same // reached
        known = known[:, :, :rows, :rows]
        while reached < stride:
            # A row of twice the positions is that of the second of two groups, its cells the larger of two.
            even = known.shape[2] // 2 * 2
            halves = known[:, :, 1:even:2, :even]
            known, reached = np.maximum(halves[..., ::2], halves[..., 1::2]), reached * 2
        return known
