"""The rows of the table of terms: each with its product and the sum so far, then the rest, β, and the sum.

Knows nothing about views or sessions.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.controls.fact_cells import LEFT, QUIET_ROLE, RIGHT
from desktop.controls.numbers import format_count, format_percent
from desktop.controls.table_text import Table
from desktop.panels.formula.wording import column_text, decimals_for, term_title
from inference.formula.contract import Formula, NeuronLayer

Index = QModelIndex | QPersistentModelIndex

SIGNED_ROLE = Qt.ItemDataRole.UserRole + 4
"""A number from -1 to 1, drawn as a bar to either side of the middle."""


_DIGITS = 6


class TermColumn(IntEnum):
    """Columns of the table."""

    INPUT = 0
    VALUE = 1
    WEIGHT = 2
    BAR = 3
    PRODUCT = 4
    SUM = 5
    SHARE = 6


class TermRows(QAbstractTableModel):
    """The terms of one formula, the largest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.formula: Formula | None = None
        self._layer: NeuronLayer | None = None
        self._sums = np.empty(0)
        self._decimals: dict[TermColumn, int | None] = {}
        self._flipped: frozenset[int] = frozenset()

    def show(self, layer: NeuronLayer | None, formula: Formula | None, flipped: Collection[int] = ()) -> None:
        """Show another formula.

        Args:
            layer: it is of.
            formula: ``None`` for none.
            flipped: places of the layer's weights, in the order of memory, that are not as in the file.
        """
        self._flipped = frozenset(flipped)
        same = self.formula is not None and formula is not None and self._count(formula) == self.rowCount()
        if not same:
            self.beginResetModel()
        self._layer, self.formula = layer, formula
        with np.errstate(invalid="ignore", over="ignore"):
            self._sums = np.empty(0) if formula is None else np.cumsum(formula.products)
        if formula is not None:
            self._decimals = {
                column: decimals_for(_largest(values), _DIGITS)
                for column, values in (
                    (TermColumn.VALUE, formula.inputs),
                    (TermColumn.WEIGHT, formula.weights),
                    (TermColumn.PRODUCT, np.append(formula.products, formula.rest)),
                    (TermColumn.SUM, np.append(self._sums, formula.sum)),
                )
            }
        if same:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(TermColumn) - 1))
        else:
            self.endResetModel()

    def term(self, row: int) -> int:
        """Which input the row is of, -1 for none."""
        formula = self.formula
        return int(formula.indices[row]) if formula is not None and 0 <= row < len(formula.indices) else -1

    def row_of(self, term: int) -> int:
        """The row of an input, -1 where it is not listed."""
        if self.formula is None:
            return -1
        found = np.flatnonzero(self.formula.indices == term)
        return int(found[0]) if len(found) else -1

    def table(self) -> Table:
        """Every row as plain values."""
        columns = ("input", "value", "weight", "product", "running_sum")
        formula = self.formula
        if formula is None:
            return Table(columns, [])
        rows: list[tuple[str | int | float | bool | None, ...]] = [
            (int(index), float(value), float(weight), float(product), float(so_far))
            for index, value, weight, product, so_far in zip(
                formula.indices, formula.inputs, formula.weights, formula.products, self._sums, strict=True
            )
        ]
        if self._hidden(formula):
            rows.append(("rest", None, None, formula.rest, self._before_offset(formula)))
        rows.append(("offset", None, None, formula.offset, formula.sum))
        rows.append(("sum", None, None, formula.sum, formula.sum))
        rows.append(("sum_of_rounded_inputs", None, None, formula.rounded_sum, formula.rounded_sum))
        rows.append(("runtime", None, None, formula.computed, formula.computed))
        return Table(columns, rows)

    @staticmethod
    def _hidden(formula: Formula) -> int:
        return formula.count - len(formula.indices)

    def _count(self, formula: Formula) -> int:
        return len(formula.indices) + (2 if self._hidden(formula) else 1)

    def _before_offset(self, formula: Formula) -> float:
        return formula.sum if formula.offset is None else formula.sum - formula.offset

    # ------------------------------------------------------------ Qt's virtual methods

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Terms, the rest where there is one, and β."""
        return 0 if parent.isValid() or self.formula is None else self._count(self.formula)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each `TermColumn`."""
        return 0 if parent.isValid() else len(TermColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text for people, and bars for the painter."""
        formula, layer = self.formula, self._layer
        if not index.isValid() or formula is None or layer is None:
            return None
        row, column = index.row(), TermColumn(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column in (TermColumn.INPUT, TermColumn.BAR) else RIGHT
        if role == QUIET_ROLE:
            return column in (TermColumn.SUM, TermColumn.SHARE) or row >= len(formula.indices)
        if row < len(formula.indices):
            return self._of_term(formula, layer, row, column, role)
        if row == len(formula.indices) and self._hidden(formula):
            return self._of_rest(formula, column, role)
        return self._of_offset(formula, column, role)

    def _of_term(self, formula: Formula, layer: NeuronLayer, row: int, column: TermColumn, role: int) -> Any:
        product = float(formula.products[row])
        if role == SIGNED_ROLE and column is TermColumn.BAR:
            return self._bar(product)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        match column:
            case TermColumn.INPUT:
                index = int(formula.indices[row])
                title = term_title(layer, index)
                if layer.weight_place(formula.neuron, index) in self._flipped:
                    return self.tr("{input} · bit flipped").format(input=title)
                return title
            case TermColumn.VALUE:
                return self._number(float(formula.inputs[row]), column)
            case TermColumn.WEIGHT:
                return self._number(float(formula.weights[row]), column)
            case TermColumn.PRODUCT:
                return self._number(product, column)
            case TermColumn.SUM:
                return self._number(float(self._sums[row]), column)
            case TermColumn.SHARE:
                whole = formula.magnitude
                return (
                    format_percent(abs(product) / whole) if whole and math.isfinite(product / whole) else ""
                )
        return None

    def _of_rest(self, formula: Formula, column: TermColumn, role: int) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        match column:
            case TermColumn.INPUT:
                return self.tr("{count} more").format(count=format_count(self._hidden(formula)))
            case TermColumn.PRODUCT:
                return self._number(formula.rest, column)
            case TermColumn.SUM:
                return self._number(self._before_offset(formula), column)
            case TermColumn.SHARE:
                hidden = formula.magnitude - float(np.abs(formula.products).sum())
                whole = formula.magnitude
                return format_percent(max(hidden, 0.0) / whole) if whole and math.isfinite(hidden) else ""
        return None

    def _of_offset(self, formula: Formula, column: TermColumn, role: int) -> Any:
        offset = formula.offset
        if role == SIGNED_ROLE and column is TermColumn.BAR and offset is not None:
            return self._bar(offset)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        match column:
            case TermColumn.INPUT:
                return "β"
            case TermColumn.PRODUCT:
                return self.tr("none") if offset is None else self._number(offset, column)
            case TermColumn.SUM:
                return self._number(formula.sum, column)
        return None

    def _number(self, value: float, column: TermColumn) -> str:
        return column_text(value, self._decimals.get(column), _DIGITS)

    def _bar(self, value: float) -> float:
        formula = self.formula
        most = 0.0 if formula is None else _largest(formula.products)
        return max(-1.0, min(value / most, 1.0)) if most and math.isfinite(value / most) else 0.0

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns, and what they mean."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(TermColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Input"),
                self.tr("in"),
                self.tr("w"),
                "",
                self.tr("in · w"),
                self.tr("Sum so far"),
                self.tr("Share %"),
            )[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                self.tr("Which input; click to choose its weight for Tensors and Numbers."),
                self.tr("The value of the input at this token."),
                self.tr("The weight it is multiplied with; it is the same for every token."),
                self.tr("The product as a bar: to the right above zero, to the left below."),
                self.tr("Input times weight."),
                self.tr("All products so far, the largest first."),
                self.tr("Of the magnitudes of all products."),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section in (TermColumn.INPUT, TermColumn.BAR) else RIGHT
        return None


def _largest(values: NDArray[np.float64]) -> float:
    """The largest magnitude of those that are numbers; NaN where there is none."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else math.nan
