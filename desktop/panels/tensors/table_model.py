"""The rows of the table of tensors, filtered by name.

Knows nothing about views or sessions.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.controls.fact_cells import LEFT, QUIET_ROLE, RIGHT
from desktop.controls.numbers import size_text
from desktop.panels.tensors.wording import place_sentence, place_text, shown_shape, type_text
from inference.tensors.contract import TensorInfo, TensorRef
from models.escaping import escape_text

Index = QModelIndex | QPersistentModelIndex


class TensorColumn(IntEnum):
    """Columns of the table."""

    NAME = 0
    TYPE = 1
    SHAPE = 2
    BYTES = 3
    PLACE = 4


class TensorTableModel(QAbstractTableModel):
    """Rows of `TensorInfo`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tensors: tuple[TensorInfo, ...] | None = None
        self._shown: list[TensorInfo] = []
        self._query = ""

    def show(self, tensors: tuple[TensorInfo, ...] | None) -> None:
        """Show other tensors; ``None`` while none are known."""
        self.beginResetModel()
        self.tensors = tensors
        self._filter()
        self.endResetModel()

    def set_query(self, query: str) -> None:
        """Show those whose name or type has all words of a text."""
        self.beginResetModel()
        self._query = query
        self._filter()
        self.endResetModel()

    def _filter(self) -> None:
        words = self._query.lower().split()
        self._shown = [
            one
            for one in self.tensors or ()
            if all(word in f"{one.name} {one.element}".lower() for word in words)
        ]

    def info(self, row: int) -> TensorInfo | None:
        """The tensor of a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def known(self, tensor: TensorRef) -> TensorInfo | None:
        """What is known of a tensor, shown or not."""
        wanted = (tensor.graph, tensor.name)
        return next((one for one in self.tensors or () if (one.graph, one.name) == wanted), None)

    def row_of(self, tensor: TensorRef) -> int:
        """The row of a tensor, -1 where it is not shown."""
        wanted = (tensor.graph, tensor.name)
        return next((row for row, one in enumerate(self._shown) if (one.graph, one.name) == wanted), -1)

    # ------------------------------------------------------------ Qt's virtual methods

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each `TensorColumn`."""
        return 0 if parent.isValid() else len(TensorColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text for people."""
        info = self.info(index.row()) if index.isValid() else None
        if info is None:
            return None
        column = TensorColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            match column:
                case TensorColumn.NAME:
                    return escape_text(info.name, 200)
                case TensorColumn.TYPE:
                    return type_text(info)
                case TensorColumn.SHAPE:
                    return shown_shape(info)
                case TensorColumn.BYTES:
                    return size_text(info.nbytes)
                case TensorColumn.PLACE:
                    return place_text(info)
        if role == Qt.ItemDataRole.ToolTipRole:
            return place_sentence(info) if column is TensorColumn.PLACE else escape_text(info.name, 1000)
        if role == QUIET_ROLE:
            return column is not TensorColumn.NAME or bool(info.part_of)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (TensorColumn.SHAPE, TensorColumn.BYTES):
            return RIGHT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(TensorColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Tensor"),
                self.tr("Type"),
                self.tr("Shape"),
                self.tr("Bytes"),
                self.tr("Where it lives"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section in (TensorColumn.SHAPE, TensorColumn.BYTES) else LEFT
        return None
