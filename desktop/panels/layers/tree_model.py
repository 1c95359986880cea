"""The rows of the tree of layers.

Knows nothing about views or sessions.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.controls.fact_cells import LEFT, QUIET_ROLE, RIGHT, SHARE_ROLE
from desktop.controls.numbers import format_count, format_percent, size_text
from desktop.panels.layers.wording import flops_text, layer_title, shape_text
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


class LayerTreeModel(QAbstractItemModel):
    """Rows of an `Anatomy`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.anatomy: Anatomy | None = None
        self.by_token = True
        """Whether costs are those of one token; otherwise of one run."""
        self._children: dict[int, list[int]] = {}
        self._places: list[int] = []

    def show(self, anatomy: Anatomy | None) -> None:
        """Show another model, or none."""
        self.beginResetModel()
        self.anatomy = anatomy
        self._children, self._places = {-1: []}, []
        for index, entry in enumerate(() if anatomy is None else anatomy.entries):
            among = self._children.setdefault(entry.parent, [])
            self._places.append(len(among))
            among.append(index)
        self.endResetModel()

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
            return self._text(entry, column, share)
        if role == Qt.ItemDataRole.ToolTipRole and column is LayerColumn.LAYER:
            return ", ".join(entry.operators) or None
        if role == SHARE_ROLE and column is LayerColumn.SHARE:
            return share
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
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section in (LayerColumn.LAYER, LayerColumn.TYPE) else RIGHT
        return None
