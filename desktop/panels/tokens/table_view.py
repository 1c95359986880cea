"""The token table as a widget: whole rows, one of them at the cursor, the keyboard moves it.

Knows nothing about sessions.
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from desktop import theme
from desktop.panels.tokens.cells import ROW_HEIGHT, TokenCells, TokenHeader
from desktop.panels.tokens.columns import TokenColumn
from desktop.panels.tokens.table_model import TokenTableModel

_ELASTICITY = 0.4
"""The share of its width that a column can do without."""


class TokenTable(QTableView):
    """The table.

    Args:
        model: its rows.
        parent: the widget it lies in.
    """

    row_chosen = Signal(int)
    """A person went to another row."""

    def __init__(self, model: TokenTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._showing = False
        self._cells = TokenCells(model, self)
        self.setModel(model)
        self.setItemDelegate(self._cells)
        self.setHorizontalHeader(TokenHeader(self))
        self.setAccessibleName(self.tr("Tokens"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        # Heights are fixed and widths known: nothing is measured row by row.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setColumnHidden(TokenColumn.BYTES, True)
        self.selectionModel().currentRowChanged.connect(self._go)
        theme.themed.connect(self._dress)
        self._dress()

    def show_row(self, row: int) -> None:
        """Select a row and bring it into view without telling anybody; -1 selects none."""
        self._showing = True
        if row < 0:
            self.selectionModel().clear()
        else:
            index = self.model().index(row, TokenColumn.PIECE)
            if index.row() != self.currentIndex().row() or not self.selectionModel().hasSelection():
                flags = (
                    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                )
                self.selectionModel().setCurrentIndex(index, flags)
            # A row far off comes with what stands around it; at the end of a growing table nothing jumps.
            near = self.visualRect(index).intersects(self.viewport().rect().adjusted(0, 0, 0, self.height()))
            hint = QAbstractItemView.ScrollHint
            self.scrollTo(index, hint.EnsureVisible if near else hint.PositionAtCenter)
        self._showing = False

    def show_bytes(self, shown: bool) -> None:
        """Show or hide the column of bytes."""
        self.setColumnHidden(TokenColumn.BYTES, not shown)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._share_width()
        if self.selectionModel().hasSelection():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the first and last token."""
        last = self.model().rowCount() - 1
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and last >= 0:
            row = 0 if event.key() == Qt.Key.Key_Home else last
            self.setCurrentIndex(self.model().index(row, TokenColumn.PIECE))
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex, QModelIndex)
    def _go(self, current: QModelIndex, previous: QModelIndex) -> None:
        if not self._showing and current.isValid() and current.row() != previous.row():
            self.row_chosen.emit(current.row())

    @Slot()
    def _dress(self) -> None:
        self._cells.dress()
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_HEIGHT))
        header = self.horizontalHeader()
        header.setMinimumSectionSize(theme.scaled(32))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._share_width()
        self.viewport().update()

    def _share_width(self) -> None:
        """Give numbers what they need and the token the rest; where that is too little, bars and bytes shrink."""
        shown = [column for column in TokenColumn if not self.isColumnHidden(column)]
        widths = {column: self._cells.width_of(column) for column in shown}
        spare = self.viewport().width() - sum(widths.values())
        for column in (TokenColumn.PROBABILITY, TokenColumn.BYTES, TokenColumn.PIECE):
            if column in widths and spare < 0:
                given = min(-spare, round(widths[column] * _ELASTICITY))
                widths[column] -= given
                spare += given
        widths[TokenColumn.PIECE] += max(spare, 0)
        for column, width in widths.items():
            self.setColumnWidth(column, width)
