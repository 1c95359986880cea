"""The rows of the library's table: bundles, filtered by what is searched for, sorted by a column.

Knows nothing about views or about reading bundles.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.controls.plain_tooltip import plain_tooltip
from desktop.model_library.columns import shelf_columns, shown_name
from models.bundle_shelf import ShelvedBundle

Index = QModelIndex | QPersistentModelIndex


class ShelfModel(QAbstractTableModel):
    """Bundles by row.

    Args:
        parent: owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = shelf_columns()
        self._bundles: dict[Path, ShelvedBundle] = {}
        self._searchable: dict[Path, str] = {}
        self._rows: list[ShelvedBundle] = []
        self._query = ""
        self._sorted_by, self._descending = 0, False
        self.loaded = Path()
        """Folder of the bundle that is in use."""

    @property
    def bundles(self) -> list[ShelvedBundle]:
        """All of them, shown or not."""
        return list(self._bundles.values())

    @property
    def count(self) -> int:
        """How many bundles there are, shown or not."""
        return len(self._bundles)

    def bundle_at(self, row: int) -> ShelvedBundle | None:
        """The bundle of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, folder: Path) -> int:
        """The row of a bundle by its folder, -1 where it is not shown."""
        return next((row for row, one in enumerate(self._rows) if one.folder == folder), -1)

    def is_loaded(self, bundle: ShelvedBundle) -> bool:
        """Whether a bundle is the one in use."""
        return bundle.folder == self.loaded

    # ------------------------------------------------------------ what changes it

    def put(self, bundles: list[ShelvedBundle]) -> None:
        """Add bundles, or know better about those of the same folders."""
        for bundle in bundles:
            self._bundles[bundle.folder] = bundle
            words = [column.spell(bundle) for column in self.columns]
            self._searchable[bundle.folder] = " ".join(words).casefold()
        self._arrange()

    def keep(self, folders: set[Path]) -> None:
        """Forget every bundle but these."""
        gone = set(self._bundles) - folders
        for folder in gone:
            del self._bundles[folder], self._searchable[folder]
        if gone:
            self._arrange()

    def rename(self, folder: Path, name: str) -> None:
        """Call a bundle something else."""
        if folder in self._bundles:
            self.put([replace(self._bundles[folder], name=name)])

    def search(self, query: str) -> None:
        """Show only what has all these words somewhere."""
        self._query = query.casefold()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by another column."""
        self._sorted_by, self._descending = column, order is Qt.SortOrder.DescendingOrder
        self._arrange()

    def show_loaded(self, folder: Path) -> None:
        """Say which bundle is in use."""
        if folder != self.loaded:
            self.loaded = folder
            if self._rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))

    def _arrange(self) -> None:
        words = self._query.split()
        found = [
            one
            for one in self._bundles.values()
            if all(word in self._searchable[one.folder] for word in words)
        ]
        column = self.columns[self._sorted_by]
        found.sort(key=lambda one: (shown_name(one).casefold(), str(one.folder)))
        found.sort(key=lambda one: column.key(one), reverse=self._descending)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        folders = [self._rows[index.row()].folder for index in before]
        self._rows = found
        after = [
            self.index(row, index.column()) if (row := self.row_of(folder)) >= 0 else QModelIndex()
            for index, folder in zip(before, folders, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # ------------------------------------------------------------ Qt's virtual methods

    def rowCount(self, parent: Index | None = None) -> int:
        """How many are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """How many facts of each."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of a cell; the tooltip has all of it, and why a bundle cannot be loaded."""
        bundle = self.bundle_at(index.row())
        if bundle is None:
            return None
        column = self.columns[index.column()]
        text = column.spell(bundle)
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(f"{text}\n{bundle.problem}".strip())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {text}" if text else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None
