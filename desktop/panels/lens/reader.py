"""Reads the logit lens of the rows in sight, and of all rows when somebody wants that: a few rows a question.

Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import LENS_ROWS_PER_READ, Failed, FloatArray, IntArray, LensGrid, ReadLens

MOST_ROWS = 4096
"""Rows that are read at once when all are wanted, the last ones; of each, five numbers a layer are kept."""
MOST_KEPT = 2 * MOST_ROWS
"""Rows that are kept: those in sight, and what is nearest to them."""


@dataclass(frozen=True, slots=True, eq=False)
class LensRow:
    """The lens of one row, by point; arrays as in `LensGrid`."""

    chosen: int
    top: IntArray
    top_p: FloatArray
    chosen_p: FloatArray
    entropies: FloatArray
    ranks: IntArray


class LensReader(QObject):
    """Keeps the rows that were read.

    Args:
        session: whose sequence.
        parent: owner.
    """

    changed = Signal()
    """Rows arrived, or `reading_all` changed."""

    refused = Signal(str)
    """Why there is nothing to see, in a sentence."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._take_refusal)
        self._sight = range(0)
        self.rows: dict[int, LensRow] = {}
        """By position."""
        self.reading_all = False

    @property
    def total(self) -> int:
        """Rows there are; that of the newest token is left out, for it may not be read yet."""
        return max(len(self._session.tokens) - 1, 0)

    @property
    def all_rows(self) -> range:
        """Those that `read_all` reads."""
        return range(max(self.total - MOST_ROWS, 0), self.total)

    def want(self, sight: range) -> None:
        """Read the rows in sight that are not known; an empty range stops that."""
        self._sight = sight
        self._ask()

    def read_all(self) -> None:
        """Read every row of `all_rows`, those in sight first."""
        self.reading_all = True
        self._ask()
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Read no more than what is in sight."""
        self._inquiry.forget()
        if self.reading_all:
            self.reading_all = False
            self.changed.emit()

    @Slot()
    def forget(self) -> None:
        """The sequence is another one."""
        self.stop()
        self.rows.clear()
        self.changed.emit()

    def _ask(self) -> None:
        if self._inquiry.pending or self._session.phase is not Phase.READY:
            return
        start = self._first_lacking(self._sight)
        if start is None and self.reading_all:
            start = self._first_lacking(self.all_rows)
        if start is None:
            if self.reading_all:
                self.reading_all = False
                self.changed.emit()
            return
        stop = start
        while stop < min(start + LENS_ROWS_PER_READ, self.total) and stop not in self.rows:
            stop += 1
        self._inquiry.ask(ReadLens, start=start, stop=stop)

    def _first_lacking(self, rows: range) -> int | None:
        return next((row for row in rows if row < self.total and row not in self.rows), None)

    @Slot(object)
    def _take(self, grid: LensGrid) -> None:
        for index, position in enumerate(range(grid.start, grid.stop)):
            self.rows[position] = LensRow(
                int(grid.chosen[index]),
                grid.top[index],
                grid.top_p[index],
                grid.chosen_p[index],
                grid.entropies[index],
                grid.ranks[index],
            )
        self._drop_far_rows()
        self._ask()
        self.changed.emit()

    def _drop_far_rows(self) -> None:
        """Keep what is in sight, what is being read, and what is nearest to what is in sight."""
        if len(self.rows) <= MOST_KEPT:
            return
        sight, wanted = self._sight, self.all_rows if self.reading_all else range(0)
        middle = (sight.start + sight.stop) // 2

        def far(row: int) -> tuple[bool, bool, int]:
            return row not in sight, row not in wanted, abs(row - middle)

        for position in sorted(self.rows, key=far)[MOST_KEPT:]:
            del self.rows[position]

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        self.reading_all = False
        if failed.case != "interrupted":
            self.refused.emit(f"{failed.what} {failed.remedy}")
        self.changed.emit()
