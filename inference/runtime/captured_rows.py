"""What was captured of a sequence, by position and within a budget of memory: the newest positions, in pages.

Knows nothing about runs: an older row is here again once somebody has computed it anew and handed it over, and it
is taken for the same only if its checksum is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.runtime.captured_row import PAGE, CapturedRow, Page, Rows
from inference.runtime.taps import Taps

_FEWEST_PAGES = 2
"""Pages that stay however small the budget is: what is being written, and what was written before."""

_MOST_HELD = 256
"""Older rows at most that are held after they were computed again: two readings of a map."""

_SAMPLES_SHARE, _HELD_SHARE = 8, 4
"""Of the budget, at most an eighth and a quarter."""


class CapturedRows:
    """The rows of one sequence.

    Args:
        taps: what is captured of a run.
        capacity: most positions.
        budget: bytes at most, what `beside` says among them; ``None`` keeps everything. Two pages are kept in any
            case.
        beside: bytes of what else counts when so many positions are captured.
    """

    def __init__(
        self,
        taps: Taps,
        capacity: int,
        budget: int | None,
        beside: Callable[[int], int],
    ) -> None:
        self._shape, self._dtype, self._masks = (taps.layers, taps.width), taps.dtype, taps.mask_names
        self._budget, self._beside = budget, beside
        self.queries_bytes = taps.layers * taps.width * taps.dtype.itemsize
        """Memory of a row's queries."""
        masked = sum(heads for _, heads in taps.mask_names) * capacity * taps.dtype.itemsize
        self.first = 0
        """First position that is kept; older ones have to be computed again."""
        self.end = 0
        """One past the last position that was written."""
        self._pages: dict[int, Page] = {}
        self._page: Page | None = None
        self._page_bytes = 0
        self._spare: NDArray[Any] | None = None
        # Dropped, but for every so many positions: enough for pictures of the whole.
        self._samples = Rows()
        self._held = Rows()
        self.most_held = 0
        """Rows that are held after they were computed again."""
        self._reserve, self._sample_stride = 0, PAGE
        # A mask has as many columns as there are positions before it, half of them on average.
        if budget is None or capacity * (self.queries_bytes + masked // 2) + beside(capacity) <= budget:
            self._budget = None
            return
        row_bytes = self.queries_bytes + masked
        self._checks = np.zeros(capacity, np.uint32)
        self.most_held = min(max(budget // _HELD_SHARE // row_bytes, PAGE), _MOST_HELD)
        self._reserve = self.most_held * row_bytes
        while capacity // self._sample_stride * row_bytes > budget // _SAMPLES_SHARE:
            self._sample_stride *= 2

    @property
    def nbytes(self) -> int:
        """Memory of all rows."""
        spare = 0 if self._spare is None else self._spare.nbytes
        return self._page_bytes + self._samples.nbytes + self._held.nbytes + spare

    # -------------------------------------------------------------- writing

    def begin(self, start: int) -> None:
        """What comes next is written from a position on: what was there, and after it, is forgotten."""
        if start == self.end:
            return
        for index in [index for index in self._pages if index * PAGE >= start]:
            self._discard(index)
        if start < self.first or start > self.end:
            for index in list(self._pages):
                self._discard(index)
            self.first = start
        self._page = None
        self._samples.forget(start)
        self._held.forget(start)
        self.end = start

    def write_one(self, position: int, queries: NDArray[Any], masks: Mapping[str, NDArray[Any]]) -> None:
        """Keep a row: queries ``[layer, width]``, masks ``[1, 1 or heads, 1, position + 1]``."""
        if position != self.end:
            self.begin(position)
        page = self._page_of(position)
        at = position - page.start
        page.queries[:, at] = queries
        for name, mask in masks.items():
            page.masks[name][:, at, : position + 1] = mask[0, :, 0]
        self.end = position + 1

    def write(
        self, start: int, count: int, queries: Sequence[NDArray[Any]], masks: Mapping[str, NDArray[Any]]
    ) -> None:
        """Keep the rows of a run.

        Args:
            start: position of the first.
            count: how many.
            queries: by layer ``[rows, columns]``, of a narrower layer fewer columns.
            masks: ``[1, 1 or heads, rows, start + rows]``.
        """
        self.begin(start)
        stop = start + count
        while self.end < stop:
            page = self._page_of(self.end)
            first, last = self.end - start, min(page.start + PAGE, stop) - start
            at = self.end - page.start
            for kept, rows in zip(page.queries, queries, strict=True):
                kept[at : at + last - first, : rows.shape[1]] = rows[first:last]
                kept[at : at + last - first, rows.shape[1] :] = 0
            for name, mask in masks.items():
                for row in range(first, last):
                    length = start + row + 1
                    page.masks[name][:, length - 1 - page.start, :length] = mask[0, :, row, :length]
            self.end = start + last

    def _page_of(self, position: int) -> Page:
        page = self._page
        if page is None or not page.start <= position < page.start + PAGE:
            page = self._page = self._pages.get(position // PAGE) or self._new_page(position // PAGE)
        return page

    def _new_page(self, index: int) -> Page:
        start, (layers, width) = index * PAGE, self._shape
        masked = sum(heads for _, heads in self._masks) * (start + PAGE)
        self._make_room(PAGE * (layers * width + masked) * self._dtype.itemsize)
        queries, self._spare = self._spare, None
        if queries is None:
            queries = np.zeros((layers, PAGE, width), self._dtype)
        masks = {name: np.zeros((heads, PAGE, start + PAGE), self._dtype) for name, heads in self._masks}
        page = self._pages[index] = Page(start, queries, masks)
        self._page_bytes += page.nbytes
        return page

    def _make_room(self, wanted: int) -> None:
        if self._budget is None:
            return
        beside = self._reserve + self._beside(self.end) + wanted
        while (
            self._page_bytes + self._samples.nbytes + beside > self._budget
            and len(self._pages) >= _FEWEST_PAGES
        ):
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        page = next(iter(self._pages.values()))
        stop = page.start + PAGE
        for position in range(self.first, stop):
            self._checks[position] = page.row(position).checksum
        if stop % self._sample_stride == 0:
            self._samples.put(page.row(stop - 1).copy())
        self.first = stop
        self._discard(page.start // PAGE)

    def _discard(self, index: int) -> None:
        page = self._pages.pop(index)
        self._page_bytes -= page.nbytes
        self._spare = page.queries

    # -------------------------------------------------------------- reading

    def held(self, position: int) -> CapturedRow | None:
        """An older row, if it is still here."""
        return self._samples.get(position) or self._held.get(position)

    def hold(self, row: CapturedRow) -> None:
        """Take an older row that was computed again; those that nobody has asked for longest make room for it."""
        self._held.put(row)
        self._held.shrink(self.most_held)

    def confirms(self, row: CapturedRow) -> bool:
        """Whether a row that was computed again is what was dropped, bit by bit."""
        return bool(self._checks[row.position] == row.checksum)

    def queries(
        self,
        layer: int,
        positions: NDArray[np.int64],
        older: Callable[[Sequence[int]], Iterable[CapturedRow]],
    ) -> NDArray[Any]:
        """Queries of a layer.

        Args:
            layer: from 0.
            positions: ``int64 [rows]`` ascending.
            older: brings those rows that are not kept, in any order.

        Returns:
            ``[rows, width]``, a copy.
        """
        found = np.empty((len(positions), self._shape[1]), self._dtype)
        for rows, page, within in self._on_pages(positions):
            found[rows] = page.queries[layer, within]
        for number, row in self._older(positions, older):
            found[number] = row.queries[layer]
        return found

    def masks_of(
        self,
        name: str,
        positions: NDArray[np.int64],
        length: int,
        older: Callable[[Sequence[int]], Iterable[CapturedRow]],
    ) -> NDArray[Any]:
        """What is added to products.

        Args:
            name: of it.
            positions: as in `queries`, each below length.
            length: keys.
            older: as in `queries`.

        Returns:
            ``[1 or heads, rows, length]``, a copy, zero beyond each row's own position.
        """
        found = np.zeros((dict(self._masks)[name], len(positions), length), self._dtype)
        for rows, page, within in self._on_pages(positions):
            mask = page.masks[name][:, within, :length]
            found[:, rows, : mask.shape[2]] = mask
        for number, row in self._older(positions, older):
            found[:, number, : row.position + 1] = row.masks[name]
        return found

    def _on_pages(self, positions: NDArray[np.int64]) -> Iterator[tuple[slice, Page, NDArray[np.int64]]]:
        """Which of the rows lie on which page, and where."""
        first = int(np.searchsorted(positions, self.first))
        numbers = positions[first:] // PAGE
        edges = [*(np.flatnonzero(np.diff(numbers)) + 1 + first).tolist(), len(positions)]
        for last in edges if len(numbers) else ():
            page = self._pages[int(positions[first]) // PAGE]
            yield slice(first, last), page, positions[first:last] - page.start
            first = last

    def _older(
        self, positions: NDArray[np.int64], older: Callable[[Sequence[int]], Iterable[CapturedRow]]
    ) -> Iterator[tuple[int, CapturedRow]]:
        wanted = positions[: int(np.searchsorted(positions, self.first))].tolist()
        if not wanted:
            return
        numbers = {position: number for number, position in enumerate(wanted)}
        for row in older(wanted):
            yield numbers[row.position], row
