"""The atlas of all heads, kept between readings: a growing sequence costs its new rows only.

Knows nothing about pictures.
"""

from __future__ import annotations

import numpy as np

from inference.attention import atlas_stride
from inference.attention_reader import AttentionReader
from inference.contract import Atlas, FloatArray, IntArray
from inference.sequence import TokenSequence


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

    def read(self, cells: int) -> Atlas:
        """Small pictures of all heads; at least one position has been read.

        Args:
            cells: rows and columns of each at most.
        """
        length = self._sequence.read
        stride = atlas_stride(length, max(cells, 1))
        size = -(-length // stride)
        sites = self._reader.sites
        weights = np.zeros((len(sites), self._reader.heads, size, size), np.float32)
        complete = self._complete(stride)
        known = complete.shape[2]
        weights[:, :, :known, :known] = complete
        for site in sites:
            rows = self._reader.cells(site.layer, length, stride, known)
            weights[site.layer, : site.heads, known:] = rows
        self._stride, self._weights = stride, weights
        self._ids = self._sequence.ids[: length // stride * stride].copy()
        return Atlas(length, stride, weights)

    def _complete(self, stride: int) -> FloatArray:
        """Rows of the last reading that still hold: ``float32 [layer, head, rows, rows]``."""
        if not self._stride or stride % self._stride:
            return self._weights[:, :, :0, :0]
        # Every so many of them end where a larger cell ends, and a maximum of maxima is the larger cell's.
        factor = stride // self._stride
        known = self._complete_rows() // factor
        rows = self._weights[:, :, factor - 1 : known * factor : factor, : known * factor]
        return np.maximum.reduceat(rows, np.arange(0, known * factor, factor), axis=-1) if known else rows

    def _complete_rows(self) -> int:
        """How many rows of the last reading still hold."""
        shared = min(len(self._ids), self._sequence.read)
        different = np.flatnonzero(self._ids[:shared] != self._sequence.ids[:shared])
        return (int(different[0]) if len(different) else shared) // self._stride
