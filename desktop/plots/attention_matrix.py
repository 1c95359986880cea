"""The attention weights of one head as far as they are known: a causal matrix that grows by rows.

Knows nothing about which head it is, who reads the rows and how they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from inference.contract import ATTENTION_ROWS_PER_READ, FloatArray

BLOCK_ROWS = ATTENTION_ROWS_PER_READ
"""Rows of one block of memory. Each block is as wide as its last row is long, so that the empty half of
the matrix costs next to nothing and growing copies nothing."""


class AttentionMatrix:
    """Rows of weights ``float32 [query + 1]``, known or not, in blocks of `BLOCK_ROWS`."""

    def __init__(self) -> None:
        self._blocks: dict[int, FloatArray] = {}
        self._known: dict[int, NDArray[np.bool_]] = {}

    @property
    def nbytes(self) -> int:
        """Memory the weights take."""
        return sum(block.nbytes for block in self._blocks.values())

    def put(self, start: int, weights: FloatArray) -> None:
        """Keep some rows.

        Args:
            start: query position of the first.
            weights: ``[row, key]``, at least ``start + row + 1`` keys in each row; copied.
        """
        stop = start + len(weights)
        for number, first, last in _pieces(start, stop):
            if number not in self._blocks:
                self._blocks[number] = np.zeros((BLOCK_ROWS, (number + 1) * BLOCK_ROWS), np.float32)
                self._known[number] = np.zeros(BLOCK_ROWS, np.bool_)
            base = number * BLOCK_ROWS
            width = min(weights.shape[1], last)
            self._blocks[number][first - base : last - base, :width] = weights[
                first - start : last - start, :width
            ]
            self._known[number][first - base : last - base] = True

    def row(self, query: int) -> FloatArray | None:
        """The weights of one query, ``[query + 1]``; ``None`` if not known. A view, not to be changed."""
        number, offset = divmod(query, BLOCK_ROWS)
        if query < 0 or number not in self._blocks or not self._known[number][offset]:
            return None
        return self._blocks[number][offset, : query + 1]

    def runs(self, start: int, stop: int, *, known: bool) -> Iterator[tuple[int, int]]:
        """The unbroken runs ``(first, last + 1)`` of known or of missing rows in [start, stop), ascending.

        No run crosses the border of a block, so each can be asked for with one query.
        """
        for number, first, last in _pieces(start, stop):
            base = number * BLOCK_ROWS
            if number not in self._known:
                if not known:
                    yield first, last
                continue
            wanted = self._known[number][first - base : last - base] == known
            borders = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False])).astype(np.int8)))
            for begin, end in borders.reshape(-1, 2).tolist():
                yield first + begin, first + end

    def read(self, start: int, stop: int) -> FloatArray:
        """Some rows of one block as they lie in memory.

        Args:
            start: first query.
            stop: one past the last query, in the block of the first.

        Returns:
            ``[stop - start, stop]``, zero beyond each query and in rows that are not known; a view, not to be
            changed.

        Raises:
            KeyError: nothing of the block is known.
        """
        number, offset = divmod(start, BLOCK_ROWS)
        return self._blocks[number][offset : offset + stop - start, :stop]

    def truncate(self, rows: int) -> None:
        """Forget every row from position `rows` on."""
        for number in [number for number in self._blocks if (number + 1) * BLOCK_ROWS > rows]:
            kept = rows - number * BLOCK_ROWS
            if kept <= 0:
                del self._blocks[number], self._known[number]
            else:
                self._blocks[number][kept:] = 0
                self._known[number][kept:] = False

    def shrink(self, budget: int, near: int) -> None:
        """Forget blocks until at most `budget` bytes are held; those farthest from row `near` go first."""
        blocks = sorted(self._blocks, key=lambda number: abs(number - near // BLOCK_ROWS), reverse=True)
        for number in blocks:
            if self.nbytes <= budget:
                return
            del self._blocks[number], self._known[number]


def _pieces(start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """[start, stop) cut at the borders of blocks: number of the block, first row, one past the last."""
    while start < stop:
        number = start // BLOCK_ROWS
        last = min(stop, (number + 1) * BLOCK_ROWS)
        yield number, start, last
        start = last
