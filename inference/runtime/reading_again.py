"""Rows that are not captured any more, computed again by the very runs that they came from, leaving no trace.

Knows nothing about who wants them. The key/value cache still holds all that a run needs of the positions before it.

A row comes out bit for bit as it did if the same kernels compute it: those for one row, or those for several,
whose number then makes no difference (`inference.reading_plan`). That is not taken on trust: a row counts only if
its checksum is that of the row that was dropped, and where it is not, the run is repeated exactly as it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.runtime.cache import KeyValueCache
from inference.runtime.captured_row import CapturedRow
from inference.runtime.captured_rows import CapturedRows
from inference.runtime.session import Session, bind_input
from inference.runtime.taps import Taps
from models.errors import VitrineError
from models.feeds import Feeds

MOST_TOGETHER = 32
"""Rows of a run that is no exact repetition: a tenth of a second of the default model's time."""

SLICE_S = 0.04
"""How long whoever waits for something else may be kept waiting, beyond a run."""


class RunLog:
    """Which tokens were read in which runs.

    Args:
        capacity: most positions.
    """

    def __init__(self, capacity: int) -> None:
        self.ids: NDArray[np.int64] = np.zeros(capacity, np.int64)
        """``int64 [capacity]``"""
        self._starts = np.zeros(capacity, np.int32)
        self._stops = np.zeros(capacity, np.int32)

    def note(self, ids: NDArray[np.int64], start: int) -> None:
        """A run over several tokens, from a position on."""
        stop = start + len(ids)
        self.ids[start:stop] = ids
        self._starts[start:stop] = start
        self._stops[start:stop] = stop

    def note_one(self, token: int, position: int) -> None:
        """A run over one token."""
        self.ids[position] = token
        self._starts[position] = position
        self._stops[position] = position + 1

    def run_of(self, position: int) -> tuple[int, int]:
        """The run that read a position: its first, and one past its last.

        Of later positions it may be that others have been read in their place since.
        """
        return int(self._starts[position]), int(self._stops[position])


class ReadingAgain:
    """Runs a body for positions that it has read already.

    Args:
        body: the session.
        feeds: its inputs.
        cache: of what was read.
        taps: its outputs.
        rows: what is captured; rows that were computed again are held there.
        log: of the runs.
    """

    def __init__(
        self,
        body: Callable[[], Session],
        feeds: Feeds,
        cache: Callable[[], KeyValueCache],
        taps: Taps,
        rows: CapturedRows,
        log: RunLog,
    ) -> None:
        self._body, self._feeds, self._cache, self._taps = body, feeds, cache, taps
        self._rows, self._log = rows, log
        self._exactly = False
        """Whether rows have been seen that come out the same in the whole of their run only."""
        self.between: Callable[[], None] = lambda: None
        """Called now and then in the middle of it; may raise to end it, and whoever asks again goes on from there."""

    def rows(self, positions: Sequence[int]) -> Iterator[CapturedRow]:
        """Rows that are not kept any more.

        Args:
            positions: ascending, each of them read.

        Yields:
            All of them, in any order.

        Raises:
            Interrupted: a run was interrupted; what was yielded is held.
            VitrineError: the runtime failed, or a row does not come out as it did.
        """
        missing = []
        for position in positions:
            row = self._rows.held(position)
            if row is None:
                missing.append(position)
            else:
                yield row
        # Whoever wants more than can be held would never be done if it had to begin again.
        may_wait = len(positions) <= self._rows.most_held
        began = time.perf_counter()
        for run in self._runs(missing):
            yield from self._rows_of(run)
            if may_wait and run[-1] != missing[-1] and time.perf_counter() - began > SLICE_S:
                self.between()
                began = time.perf_counter()

    def _runs(self, positions: Sequence[int]) -> Iterator[list[int]]:
        """Neighbours that can be computed together."""
        run: list[int] = []
        for position in positions:
            if run and (
                position != run[-1] + 1
                or (len(run) == MOST_TOGETHER and not self._exactly)
                or self._log.run_of(position) != self._log.run_of(run[0])
            ):
                yield run
                run = []
            run.append(position)
        if run:
            yield run

    def _rows_of(self, positions: list[int]) -> Iterator[CapturedRow]:
        first, last = self._log.run_of(positions[0])
        start, stop = positions[0], positions[-1] + 1
        if stop - start == 1 < last - first:
            # One of several, read beside a neighbour again.
            start, stop = (start, stop + 1) if stop < last else (start - 1, stop)
        runs = [(first, last)] if self._exactly else [(start, stop), (first, last)]
        for start, stop in runs:
            computed = self._run(start, stop)
            rows = [computed[position - start] for position in positions]
            if all(self._rows.confirms(row) for row in rows):
                for row in rows:
                    self._rows.hold(row)
                    yield row
                return
            self._exactly = True
        raise VitrineError(
            "captures-differ",
            f"The inside of the model at position {positions[0]} was dropped to save memory, and does not come "
            "out the same when it is computed again.",
            "Raise the memory for captures with VITRINE_CAPTURE_MIB, or look at later tokens.",
        )

    def _run(self, start: int, stop: int) -> list[CapturedRow]:
        count = stop - start
        ids = self._log.ids[start:stop]
        several = count > 1
        feeds = self._feeds.several(ids, start) if several else self._feeds.single(int(ids[0]), start)
        binding: Any = self._body().binding()
        for name, array in feeds.items():
            bind_input(binding, name, array)
        self._taps.bind(binding, count)
        self._taps.bind_masks(binding, start, count)
        with self._cache().lent(binding, start, count):
            self._body().run_bound(binding)
        queries = self._queries(count)
        # Copies each: rows go one by one.
        return [
            CapturedRow(
                start + row,
                queries[row].copy(),
                {name: mask[0, :, row, : start + row + 1].copy() for name, mask in self._taps.masks.items()},
            )
            for row in range(count)
        ]

    def _queries(self, count: int) -> NDArray[Any]:
        """``[row, layer, width]``"""
        if count == 1:
            return self._taps.one[None]
        taps = self._taps.rows(count)
        queries = np.zeros((count, len(taps), self._taps.width), self._taps.dtype)
        for layer, rows in enumerate(taps):
            queries[:, layer, : rows.shape[1]] = rows
        return queries
