"""One position's captures, pages of neighbouring ones and single ones by position; each knows its memory.

Knows nothing about budgets or about where captures come from.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAGE = 16
"""Positions of a page: what is dropped at once."""


@dataclass(frozen=True, slots=True, eq=False)
class CapturedRow:
    """What is captured of one position.

    Args:
        position: of it.
        queries: ``[layer, width]``.
        masks: by name, what is added to products: ``[1 or heads, position + 1]``.
    """

    position: int
    queries: NDArray[Any]
    masks: Mapping[str, NDArray[Any]]

    @property
    def nbytes(self) -> int:
        """Its memory."""
        return self.queries.nbytes + sum(mask.nbytes for mask in self.masks.values())

    @property
    def checksum(self) -> int:
        """CRC-32 of all its bits."""
        found = zlib.crc32(np.ascontiguousarray(self.queries).data)
        for mask in self.masks.values():
            found = zlib.crc32(np.ascontiguousarray(mask).data, found)
        return found

    def copy(self) -> CapturedRow:
        """The same in memory of its own."""
        return CapturedRow(self.position, self.queries.copy(), {k: v.copy() for k, v in self.masks.items()})


@dataclass(slots=True, eq=False)
class Page:
    """Neighbouring positions.

    Args:
        start: the first of them.
        queries: ``[layer, PAGE, width]``.
        masks: by name ``[1 or heads, PAGE, start + PAGE]``.
    """

    start: int
    queries: NDArray[Any]
    masks: dict[str, NDArray[Any]]

    @property
    def nbytes(self) -> int:
        """Its memory."""
        return self.queries.nbytes + sum(mask.nbytes for mask in self.masks.values())

    def row(self, position: int) -> CapturedRow:
        """One of its positions, as views."""
        at = position - self.start
        masks = {name: mask[:, at, : position + 1] for name, mask in self.masks.items()}
        return CapturedRow(position, self.queries[:, at], masks)


class Rows:
    """Single rows by position, with their memory; that asked for last comes last."""

    def __init__(self) -> None:
        self._rows: OrderedDict[int, CapturedRow] = OrderedDict()
        self.nbytes = 0
        """Memory of all."""

    def get(self, position: int) -> CapturedRow | None:
        """One of them, if it is here."""
        row = self._rows.get(position)
        if row is not None:
            self._rows.move_to_end(position)
        return row

    def put(self, row: CapturedRow) -> None:
        """Take one, in place of what was there for its position."""
        self._remove(row.position)
        self._rows[row.position] = row
        self.nbytes += row.nbytes

    def shrink(self, most: int) -> None:
        """Let go of those asked for longest ago, until there are so many."""
        while len(self._rows) > most:
            self._remove(next(iter(self._rows)))

    def forget(self, start: int) -> None:
        """Let go of a position and all after it."""
        for position in [position for position in self._rows if position >= start]:
            self._remove(position)

    def _remove(self, position: int) -> None:
        row = self._rows.pop(position, None)
        self.nbytes -= 0 if row is None else row.nbytes
