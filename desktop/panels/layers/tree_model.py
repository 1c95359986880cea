"""The rows of the tree of layers.

Knows nothing about views or sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.controls.fact_cells import LEFT, QUIET_ROLE, RIGHT, SHARE_ROLE
from desktop.controls.numbers import format_count, format_decimal, format_percent, size_text
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.panels.layers.wording import cost_explanation, flops_text, layer_title, shape_text
from inference.contract import PartTime
from inference.tensors.contract import Anatomy
from models.anatomy.entries import LayerEntry

Index = QModelIndex | QPersistentModelIndex


class LayerColumn(IntEnum):
    """Columns of the tree."""

    LAYER = 0
    PARAMETERS = 1
    SHARE = 2
    TYPE = 3
    SHAPE = 4
    BYTES = 5
    FLOPS = 6
    TIME = 7


class LayerTreeModel(QAbstractItemModel):
    """Rows of an `Anatomy`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.anatomy: Anatomy | None = None
        self.by_token = True
        """Whether costs are those of one token; otherwise of one run."""
        self._times: dict[int, float] | None = None
        self._children: dict[int, list[int]] = {}
        self._places: list[int] = []

    def show(self, anatomy: Anatomy | None) -> None:
        """Show another model, or none."""
        self.beginResetModel()
        self.anatomy = anatomy
        self._times = None
        self._children, self._places = {-1: []}, []
        for index, entry in enumerate(() if anatomy is None else anatomy.entries):
            among = self._children.setdefault(entry.parent, [])
            self._places.append(len(among))
            among.append(index)
        self.endResetModel()

    def show_times(self, parts: Sequence[PartTime] | None) -> None:
        """Show how long each part takes for one token; ``None`` where that is not measured."""
        self._times = None
        if parts is not None and self.anatomy is not None:
            measured: dict[tuple[int, str], float] = {}
            for one in parts:
                key = (-1 if one.layer is None else one.layer, one.part)
                measured[key] = measured.get(key, 0.0) + one.ms
            times = dict.fromkeys(range(len(self.anatomy.entries)), 0.0)
            for number, entry in enumerate(self.anatomy.entries):
                ms = measured.get((entry.layer, entry.part), 0.0) if entry.part else 0.0
                times[number] += ms
                if entry.parent >= 0:
                    times[entry.parent] += ms
            self._times = times
        last = self.rowCount() - 1
        if last >= 0:
            self.dataChanged.emit(self.index(0, 0), self.index(last, LayerColumn.TIME))

    @property
    def timed(self) -> bool:
        """Whether times are known."""
        return self._times is not None

    def time_of(self, number: int) -> float | None:
        """Milliseconds of a row for one token; ``None`` where that is not measured."""
        return None if self._times is None else self._times[number]

    def entry(self, index: Index) -> LayerEntry | None:
        """The entry of a row."""
        if self.anatomy is None or not index.isValid():
            return None
        return self.anatomy.entries[self.number(index)]

    def number(self, index: Index) -> int:
        """Which entry a row is."""
        return int(index.internalId())

    def row_of(self, number: int) -> QModelIndex:
        """The row of an entry."""
        return self.createIndex(self._places[number], 0, number)

    # ------------------------------------------------------------ Qt's virtual methods

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """As Qt has it."""
        among = self._children.get(self.number(parent) if parent.isValid() else -1, [])
        if 0 <= row < len(among) and 0 <= column < len(LayerColumn):
            return self.createIndex(row, column, among[row])
        return QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """As Qt has it."""
        entry = self.entry(index)
        if entry is None or entry.parent < 0:
            return QModelIndex()
        return self.row_of(entry.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows within a row."""
        if parent.isValid() and parent.column():
            return 0
        return len(self._children.get(self.number(parent) if parent.isValid() else -1, []))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each `LayerColumn`."""
        return len(LayerColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text for people, shares, alignment."""
        entry, anatomy = self.entry(index), self.anatomy
        if entry is None or anatomy is None:
            return None
        column = LayerColumn(index.column())
        share = entry.parameters / anatomy.parameters if anatomy.parameters else 0.0
        if role == Qt.ItemDataRole.DisplayRole:
            if column is LayerColumn.TIME:
                ms = self.time_of(self.number(index))
                return "" if not ms else self.tr("{time} ms").format(time=format_decimal(ms, 3))
            return self._text(entry, column, share)
        if role == Qt.ItemDataRole.ToolTipRole and column is LayerColumn.LAYER:
            return ", ".join(entry.operators) or None
        if role == SHARE_ROLE and column is LayerColumn.SHARE:
            return share
        if role == SHARE_ROLE and column is LayerColumn.TIME and self._times:
            whole = sum(self._times[row] for row, one in enumerate(anatomy.entries) if one.parent < 0)
            return self._times[self.number(index)] / whole if whole else 0.0
        if role == QUIET_ROLE:
            return column not in (LayerColumn.LAYER, LayerColumn.PARAMETERS)
        if role == Qt.ItemDataRole.TextAlignmentRole and column not in (LayerColumn.LAYER, LayerColumn.TYPE):
            return RIGHT
        return None

    def _text(self, entry: LayerEntry, column: LayerColumn, share: float) -> str:
        match column:
            case LayerColumn.LAYER:
                return layer_title(entry)
            case LayerColumn.PARAMETERS:
                return format_count(entry.parameters) if entry.parameters else self._no_parameters(entry)
            case LayerColumn.SHARE:
                return f"{format_percent(share)} %" if entry.parameters else ""
            case LayerColumn.TYPE:
                return entry.element
            case LayerColumn.SHAPE:
                return shape_text(entry.shape)
            case LayerColumn.BYTES:
                return size_text(entry.nbytes) if entry.nbytes else ""
        return flops_text(entry.flops)

    def _no_parameters(self, entry: LayerEntry) -> str:
        if entry.part == "head":
            return self.tr("those of the embedding")
        return self.tr("none")

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(LayerColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Layer"),
                self.tr("Parameters"),
                self.tr("Share"),
                self.tr("Type"),
                self.tr("Shape"),
                self.tr("Bytes"),
                self.tr("FLOPs/token") if self.by_token else self.tr("FLOPs/run"),
                self.tr("Time/token"),
            )[section]
        if role == Qt.ItemDataRole.ToolTipRole and section == LayerColumn.FLOPS:
            return plain_tooltip(cost_explanation(by_token=self.by_token))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section in (LayerColumn.LAYER, LayerColumn.TYPE) else RIGHT
        return None
