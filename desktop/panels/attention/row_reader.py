"""Reads the attention rows that a map still lacks, the ones that somebody looks at first.

Knows nothing about widgets or scales.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.panels.attention.head_weights import HeadWeights
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.session import Session
from inference.contract import AttentionRows, Failed, ReadAttention

FEW_ROWS = 8
"""The row at the cursor is asked for together with its missing neighbours if there are no more than these."""


def next_rows(
    matrix: AttentionMatrix,
    row: int,
    sight: tuple[int, int],
    affordable: range,
    looked_at: tuple[int, int] = (0, 0),
    rest: bool = True,
) -> tuple[int, int] | None:
    """What to ask for next.

    Args:
        matrix: what is known.
        row: the row at the cursor, -1 for none; it comes first of all.
        sight: first row in sight and one past the last; they come second, those near `row` before others.
        affordable: rows there is memory for; the rest of them comes last.
        looked_at: first row under the pointer and one past the last; they come right after `row`.
        rest: whether rows that nobody looks at are wanted, too.

    Returns:
        first row and one past the last of a run to ask for with one query; ``None``: nothing is missing.
    """
    seen = range(max(sight[0], affordable.start), min(sight[1], affordable.stop))
    around = range(max(row - FEW_ROWS, affordable.start), min(row + FEW_ROWS, affordable.stop))
    if row in affordable and matrix.row(row) is None:
        run = next(run for run in matrix.runs(around.start, around.stop, known=False) if row in range(*run))
        return run if run[1] - run[0] <= FEW_ROWS else (row, row + 1)
    pointed = range(max(looked_at[0], affordable.start), min(looked_at[1], affordable.stop))
    for rows in (pointed, seen, affordable) if rest else (pointed, seen):
        runs = list(matrix.runs(rows.start, rows.stop, known=False))
        if runs:
            return min(runs, key=lambda run: abs(run[0] - row))
    return None


class RowReader(QObject):
    """Asks for one run of rows after the other, one query in flight, until nothing is missing.

    Args:
        session: whose layer, head and row are read.
        weights: where the rows go.
        parent: owner.
    """

    arrived = Signal(int, int)
    """Rows of the layer and head that are chosen are known now: first and one past the last."""

    refused = Signal(object)
    """The engine's `Failed`; nothing more is asked until `resume`."""

    def __init__(self, session: Session, weights: HeadWeights, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._weights = weights
        self._rows = 0
        self._sight = (0, 0)
        self._looked_at = (0, 0)
        self._rest = True
        self._halted = False
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._halt)

    def want(self, rows: int, sight: tuple[int, int], rest: bool = True) -> None:
        """Say what there is to read, and read on.

        Args:
            rows: rows of the map; 0 stops reading.
            sight: first row in sight and one past the last.
            rest: whether all other rows are wanted, too, after those.
        """
        self._rows, self._sight, self._rest = rows, sight, rest
        self._ask()

    def look_at(self, start: int, stop: int) -> None:
        """Read the rows that somebody points at."""
        self._looked_at = (start, stop)
        self._ask()

    def resume(self) -> None:
        """Try again after a refusal."""
        self._halted = False

    def forget(self) -> None:
        """Drop what is being asked: it is about another sequence."""
        self._looked_at = (0, 0)
        self._inquiry.forget()

    def _ask(self) -> None:
        if self._inquiry.pending or self._halted or not self._rows:
            return
        session = self._session
        matrix = self._weights.matrix(session.layer, session.head)
        affordable = self._weights.affordable(self._rows, max(session.row, 0))
        run = next_rows(matrix, session.row, self._sight, affordable, self._looked_at, self._rest)
        if run is not None:
            start, stop = run
            self._inquiry.ask(ReadAttention, layer=session.layer, head=session.head, start=start, stop=stop)

    @Slot(object)
    def _take(self, rows: AttentionRows) -> None:
        self._weights.matrix(rows.layer, rows.head).put(rows.start, rows.weights)
        chosen = (self._session.layer, self._session.head)
        self._weights.matrix(*chosen)
        self._weights.bound(max(self._session.row, 0))
        if (rows.layer, rows.head) == chosen:
            self.arrived.emit(rows.start, rows.stop)
        self._ask()

    @Slot(object)
    def _halt(self, failed: Failed) -> None:
        self._halted = True
        self.refused.emit(failed)
