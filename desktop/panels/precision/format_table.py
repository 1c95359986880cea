"""The table of formats as it is seen: as high as its rows, each column as wide as its figures.

Knows nothing about what is measured.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QTableView, QWidget

from desktop import theme
from desktop.controls.fact_cells import ROW_HEIGHT, prepare_view
from desktop.panels.precision.format_cells import FormatCells
from desktop.panels.precision.table_model import PrecisionColumn, PrecisionRows
from inference.precision.contract import FORMAT_NAMES


class FormatTable(QTableView):
    """Shows `PrecisionRows`.

    Args:
        rows: its model.
        parent: the widget it lies in.
    """

    def __init__(self, rows: PrecisionRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setModel(rows)
        prepare_view(self, self.horizontalHeader(), FormatCells(self))
        self.setAccessibleName(self.tr("The reply in every format"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalScrollBar().rangeChanged.connect(self._fit_height)
        theme.themed.connect(self._dress)
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out anew."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give every text the room it needs: to be called when the rows are other ones."""
        for row, name in enumerate(FORMAT_NAMES):
            # A reason needs the room of all figures that are not there.
            span = len(PrecisionColumn) - 1 if self._rows.is_refused(name) else 1
            if self.columnSpan(row, PrecisionColumn.HOW) != span:
                self.setSpan(row, PrecisionColumn.HOW, 1, span)
        self._fit_columns()

    def needed_width(self) -> int:
        """Pixels in which every figure can be read."""
        header = self.horizontalHeader()
        others = header.length() - header.sectionSize(PrecisionColumn.HOW)
        return others + self._least_how() + 2 * self.frameWidth()

    def _least_how(self) -> int:
        cells, option = self.itemDelegate(), QStyleOptionViewItem()
        widths = [self.horizontalHeader().sectionSizeHint(PrecisionColumn.HOW)]
        for row, name in enumerate(FORMAT_NAMES):
            if not self._rows.is_refused(name):
                index = self._rows.index(row, PrecisionColumn.HOW)
                widths.append(cells.sizeHint(option, index).width())
        return max(widths)

    def _fit_columns(self) -> None:
        """What is left goes to how a format was had."""
        header = self.horizontalHeader()
        for column in PrecisionColumn:
            if column is not PrecisionColumn.HOW:
                self.resizeColumnToContents(column)
        left = self.viewport().width() - header.length() + header.sectionSize(PrecisionColumn.HOW)
        self.setColumnWidth(PrecisionColumn.HOW, max(self._least_how(), left))

    @Slot()
    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_HEIGHT))
        self._fit_height()
        self._fit_columns()

    @Slot()
    def _fit_height(self) -> None:
        """The bar goes below the rows where they do not fit in."""
        bar = self.horizontalScrollBar()
        height = self.horizontalHeader().sizeHint().height() + 2
        height += theme.scaled(ROW_HEIGHT) * len(FORMAT_NAMES)
        self.setFixedHeight(height + (bar.sizeHint().height() if bar.maximum() else 0))
