"""The rows of the panel's two tables: a value in every format, and what formats cost.

Knows nothing about views or sessions.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.controls.fact_cells import LEFT, QUIET_ROLE, RIGHT, SHARE_ROLE
from desktop.controls.numbers import format_count, number_text, size_text
from desktop.panels.numbers.facts import FormatFacts
from inference.tensors.contract import FormatErrors

Index = QModelIndex | QPersistentModelIndex

BITS_ROLE = Qt.ItemDataRole.UserRole + 3
"""Sign, exponent and fraction as texts of bits."""

MOST_DIGITS = 9
"""As many tell any two FP32 numbers apart."""


class FormatColumn(IntEnum):
    """Columns of the table of formats."""

    FORMAT = 0
    BITS = 1
    VALUE = 2
    ERROR = 3
    BELOW = 4
    ABOVE = 5


class FormatRows(QAbstractTableModel):
    """A value in every format."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.facts: tuple[FormatFacts, ...] = ()

    def show(self, facts: tuple[FormatFacts, ...]) -> None:
        """Show another value."""
        self.beginResetModel()
        self.facts = facts
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each format."""
        return 0 if parent.isValid() else len(self.facts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each `FormatColumn`."""
        return 0 if parent.isValid() else len(FormatColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text for people, and bits for the painter."""
        if not index.isValid():
            return None
        one, column = self.facts[index.row()], FormatColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(one, column)
        if role == BITS_ROLE and column is FormatColumn.BITS:
            return (one.sign, one.exponent, one.fraction)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (self._explained(one), self._neighbours(one))))
        if role == QUIET_ROLE:
            return column not in (FormatColumn.FORMAT, FormatColumn.VALUE)
        if role == Qt.ItemDataRole.TextAlignmentRole and column > FormatColumn.BITS:
            return RIGHT
        return None

    def _text(self, one: FormatFacts, column: FormatColumn) -> str:
        match column:
            case FormatColumn.FORMAT:
                return one.name or self.tr("stored as {type}").format(type=one.element)
            case FormatColumn.BITS:
                return one.bits
            case FormatColumn.VALUE:
                return number_text(one.value, MOST_DIGITS)
            case FormatColumn.ERROR:
                return self.tr("exact") if one.error == 0 else number_text(one.error, 3)
            case FormatColumn.BELOW:
                return neighbour_text(one.below, one.value)
        return neighbour_text(one.above, one.value)

    def _explained(self, one: FormatFacts) -> str:
        if one.scale:
            return self.tr("whole number × scale {scale}").format(scale=number_text(one.scale, 6))
        if one.exponent:
            return self.tr("{sign} sign, {exponent} exponent and {fraction} fraction bits").format(
                sign=len(one.sign), exponent=len(one.exponent), fraction=len(one.fraction)
            )
        return ""

    def _neighbours(self, one: FormatFacts) -> str:
        """What stands in columns that a narrow panel leaves out."""
        sides = (self.tr("Next below"), one.below), (self.tr("Next above"), one.above)
        known = [(title, neighbour_text(value, one.value)) for title, value in sides]
        return " · ".join(f"{title} {said}" for title, said in known if said)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(FormatColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Format"),
                self.tr("Sign, exponent, fraction"),
                self.tr("Value"),
                self.tr("Error"),
                self.tr("Next below"),
                self.tr("Next above"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section > FormatColumn.BITS else LEFT
        return None


class ErrorColumn(IntEnum):
    """Columns of the table of errors."""

    FORMAT = 0
    MEMORY = 1
    ERROR = 2
    LARGEST = 3
    OVERFLOWED = 4
    VANISHED = 5


class ErrorRows(QAbstractTableModel):
    """What each format would make of a tensor or of the whole model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.errors: FormatErrors | None = None

    def show(self, errors: FormatErrors | None) -> None:
        """Show other errors, or the same further on."""
        same = (self.errors is None) == (errors is None)
        if not same:
            self.beginResetModel()
        self.errors = errors
        if same and errors is not None:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(ErrorColumn) - 1))
        elif not same:
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each format."""
        return 0 if parent.isValid() or self.errors is None else len(self.errors.formats)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each `ErrorColumn`."""
        return 0 if parent.isValid() else len(ErrorColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text for people; memory as a share of the largest."""
        if not index.isValid() or self.errors is None:
            return None
        one, column = self.errors.formats[index.row()], ErrorColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            match column:
                case ErrorColumn.FORMAT:
                    return one.name
                case ErrorColumn.MEMORY:
                    return size_text(round(self.errors.total * one.memory_bits / 8))
                case ErrorColumn.ERROR:
                    return f"{number_text(one.relative * 100, 3)} %" if one.relative else self.tr("none")
                case ErrorColumn.LARGEST:
                    return number_text(one.largest, 3) if one.largest else ""
                case ErrorColumn.OVERFLOWED:
                    return format_count(one.overflowed) if one.overflowed else ""
                case ErrorColumn.VANISHED:
                    return format_count(one.vanished) if one.vanished else ""
        if role == SHARE_ROLE and column is ErrorColumn.MEMORY:
            return one.memory_bits / 32
        if role == QUIET_ROLE:
            return column not in (ErrorColumn.FORMAT, ErrorColumn.ERROR)
        if role == Qt.ItemDataRole.TextAlignmentRole and column is not ErrorColumn.FORMAT:
            return RIGHT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns, and what they mean."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(ErrorColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Format"),
                self.tr("Memory"),
                self.tr("Error"),
                self.tr("Largest error"),
                self.tr("Too large"),
                self.tr("Became 0"),
            )[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                self.tr("Number format; whole numbers have a 32-bit scale for each block of 32."),
                self.tr("What all its numbers would take in memory."),
                self.tr("Root mean square of the rounding errors, in percent of that of the numbers."),
                self.tr("The largest rounding error of any number."),
                self.tr("Numbers that the format cannot hold: they become infinite or no number."),
                self.tr("Numbers that are too small for the format and become 0."),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section == ErrorColumn.FORMAT else RIGHT
        return None


def neighbour_text(neighbour: float, value: float) -> str:
    """A number beside another, with as many digits as it takes to tell them apart; empty for none."""
    if math.isnan(neighbour):
        return ""
    gap = abs(neighbour - value)
    if not gap or not math.isfinite(gap):
        return number_text(neighbour, 5)
    digits = math.ceil(math.log10(max(abs(neighbour) / gap, 1.0))) + 1
    return number_text(neighbour, min(max(digits, 5), MOST_DIGITS))
