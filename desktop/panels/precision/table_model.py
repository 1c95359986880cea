"""The table of formats: a row for each, measured or not.

Knows nothing about how it is painted.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.controls.fact_cells import LEFT, QUIET_ROLE, RIGHT, SHARE_ROLE
from desktop.controls.numbers import format_count, size_text
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.panels.precision import wording
from desktop.panels.precision.replays import Replays
from inference.precision.contract import FORMAT_NAMES, REFERENCE, FormatName, FormatRun

Index = QModelIndex | QPersistentModelIndex

SAMPLE_ROLE = Qt.ItemDataRole.UserRole + 20
"""Name of the format whose line is drawn before the text."""


class PrecisionColumn(IntEnum):
    """Columns of the table."""

    FORMAT = 0
    HOW = 1
    MEMORY = 2
    PERPLEXITY = 3
    MEAN = 4
    LARGEST = 5
    FLIPPED = 6
    WRITTEN = 7
    SPEED = 8


class PrecisionRows(QAbstractTableModel):
    """What is known of the reply in each format.

    Args:
        replays: who knows.
        parent: owner.
    """

    def __init__(self, replays: Replays, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._replays = replays

    def tell(self) -> None:
        """Something in it is another than before."""
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(PrecisionColumn) - 1))

    def is_refused(self, name: FormatName) -> bool:
        """Whether a row has only a reason, across all columns."""
        return name in self._replays.refusals

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each format."""
        return 0 if parent.isValid() else len(FORMAT_NAMES)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each `PrecisionColumn`."""
        return 0 if parent.isValid() else len(PrecisionColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Figures for people, what they mean, and memory as a share of that of the reference."""
        if not index.isValid():
            return None
        name, column = FORMAT_NAMES[index.row()], PrecisionColumn(index.column())
        run = self._replays.runs.get(name)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(name, column, run)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(self._hint(name, column, run))
            case Qt.ItemDataRole.TextAlignmentRole:
                return LEFT if column <= PrecisionColumn.HOW else RIGHT
        reference = self._replays.reference
        if (
            role == SHARE_ROLE
            and column is PrecisionColumn.MEMORY
            and run is not None
            and reference is not None
        ):
            return run.weights / max(reference.weights, 1)
        if role == SAMPLE_ROLE and column is PrecisionColumn.FORMAT:
            return name
        if role == QUIET_ROLE:
            return column is PrecisionColumn.HOW or run is None
        return None

    def _text(self, name: FormatName, column: PrecisionColumn, run: FormatRun | None) -> str:
        if column is PrecisionColumn.FORMAT:
            return name
        if run is None:
            return self._unmeasured(name) if column is PrecisionColumn.HOW else wording.NOTHING
        if column is PrecisionColumn.HOW and self._replays.reading == name:
            return self._being_read()
        reference = self._replays.reference
        compared = reference is not None and name != REFERENCE
        match column:
            case PrecisionColumn.HOW:
                return wording.how(run)
            case PrecisionColumn.MEMORY:
                return size_text(run.weights)
            case PrecisionColumn.PERPLEXITY:
                return wording.perplexity(run)
            case PrecisionColumn.SPEED:
                return wording.speed(run)
        if not compared or reference is None:
            return wording.NOTHING
        match column:
            case PrecisionColumn.MEAN:
                return wording.nats(run.mean_divergence)
            case PrecisionColumn.LARGEST:
                return wording.nats(run.largest_divergence)
            case _:
                return format_count(_changed(column, run, reference))

    def _unmeasured(self, name: FormatName) -> str:
        if name in self._replays.refusals:
            return self._replays.refusals[name]
        return self._being_read() if self._replays.reading == name else self.tr("not read")

    def _being_read(self) -> str:
        return self.tr("being read …")

    def _hint(self, name: FormatName, column: PrecisionColumn, run: FormatRun | None) -> str:
        if run is None:
            return self._replays.refusals.get(name, "")
        match column:
            case PrecisionColumn.FORMAT | PrecisionColumn.HOW:
                return wording.how_hint(run)
            case PrecisionColumn.MEMORY:
                return wording.memory_hint(run)
            case PrecisionColumn.SPEED:
                return wording.speed_hint(run)
        reference, before = self._replays.reference, ""
        if column in (PrecisionColumn.FLIPPED, PrecisionColumn.WRITTEN) and reference is not None:
            before = wording.flips_hint(_changed(column, run, reference), run.count) + " "
        return before + str(self.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns, and what they mean."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(PrecisionColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Format"),
                self.tr("How"),
                self.tr("Weights"),
                self.tr("Perplexity"),
                self.tr("Mean KL"),
                self.tr("Max KL"),
                self.tr("Flipped"),
                self.tr("Written"),
                self.tr("Tokens/s"),
            )[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                self.tr("Number format; whole numbers have a 32-bit scale for each block of 32."),
                self.tr("Whether the runtime computes in the format, or numbers are rounded to it."),
                self.tr("What the model’s weights take in memory in this format."),
                self.tr(
                    "From how many equally probable tokens the model had to choose on average; small is sure."
                ),
                self.tr(
                    "Kullback-Leibler divergence from FP32 in nats, on average: 0 is the same distribution."
                ),
                self.tr("The divergence at the token where it is largest."),
                self.tr("Tokens in whose place another one than in FP32 is the most probable."),
                self.tr(
                    "Tokens of the reply that are the most probable in FP32 and not in this format, or the other "
                    "way round."
                ),
                self.tr("Tokens read one at a time in a second; for formats that really ran."),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section <= PrecisionColumn.HOW else RIGHT
        return None


def _changed(column: PrecisionColumn, run: FormatRun, reference: FormatRun) -> int:
    """How many tokens flip, or how many of those that were written are first in one of both only."""
    changed = run.flipped if column is PrecisionColumn.FLIPPED else run.dethroned
    return int(changed(reference).sum())
