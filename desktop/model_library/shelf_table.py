"""The library's table as a widget: whole rows, sorted by pressing a title, the keyboard moves the choice.

Knows nothing about what can be done with a bundle.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop import theme
from desktop.model_library.shelf_model import ShelfModel
from models.bundle_shelf import ShelvedBundle

ROW_HEIGHT = 30
_PADDING = 2 * theme.SPACE + 2
_LEAST_NAME = 250


class ShelfTable(QTableView):
    """The table.

    Args:
        model: its rows.
        parent: the widget it lies in.
    """

    chosen = Signal()
    """Another row is chosen, or none."""
    load_asked = Signal()
    """Enter or a double click on the chosen row."""
    remove_asked = Signal()
    """Delete on the chosen row."""

    def __init__(self, model: ShelfModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = model
        self.setModel(model)
        self._cells = ShelfCells(model, self)
        self.setItemDelegate(self._cells)
        self.setHorizontalHeader(ShelfHeader(self))
        self.setAccessibleName(self.tr("Models on this machine"))
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
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentRowChanged.connect(self._tell)
        self.doubleClicked.connect(self.load_asked)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def bundle(self) -> ShelvedBundle | None:
        """What is chosen."""
        return self._shelf.bundle_at(self.currentIndex().row())

    def choose_row(self, row: int) -> None:
        """Choose a row and bring it into view; -1 chooses none."""
        if row < 0:
            self.selectionModel().clear()
            self.chosen.emit()
        else:
            self.selectRow(row)
            self.scrollTo(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter loads, Delete removes, Home and End go to the first and last row."""
        last = self.model().rowCount() - 1
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.load_asked.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and last >= 0:
            self.choose_row(0 if event.key() == Qt.Key.Key_Home else last)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._share_width()

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit()

    @Slot()
    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_HEIGHT))
        header = self.horizontalHeader()
        header.setMinimumSectionSize(theme.scaled(32))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._share_width()
        self.viewport().update()

    def _share_width(self) -> None:
        """Give facts what they need and the name the rest."""
        columns = self._shelf.columns
        widths = [self._cells.width_of(number) for number in range(len(columns))]
        spare = self.viewport().width() - sum(widths)
        growing = next(number for number, column in enumerate(columns) if column.grows)
        widths[growing] = max(widths[growing] + spare, theme.scaled(_LEAST_NAME))
        for number, width in enumerate(widths):
            self.setColumnWidth(number, width)


class ShelfCells(QStyledItemDelegate):
    """Paints cells with the palette and fonts in force.

    Args:
        model: the rows.
        parent: the table.
    """

    def __init__(self, model: ShelfModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._shelf = model

    def width_of(self, column: int) -> int:
        """How wide a column should be."""
        look = self._shelf.columns[column]
        text = QFontMetricsF(theme.ui_font(13)).horizontalAdvance(look.widest)
        title = QFontMetricsF(theme.ui_font(11)).horizontalAdvance(look.title) + 3 * theme.SPACE
        return math.ceil(max(text, title)) + 2 * _PADDING

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are of one height."""
        return QSize(self.width_of(index.column()), theme.scaled(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell."""
        bundle = self._shelf.bundle_at(index.row())
        if bundle is None:
            return
        palette, area = theme.current(), option.rect
        column = self._shelf.columns[index.column()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.colour(palette.accent_soft))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.colour(palette.raised))
        inside = QRectF(area).adjusted(_PADDING, 0, -_PADDING, 0)
        is_name = column.name == "name"
        ink = palette.text if is_name and bundle.loadable else palette.text_soft
        if column.name == "proof" and (not bundle.loadable or _is_refused(bundle)):
            ink = palette.warning
        pills = self._pills(bundle) if is_name else []
        weight = QFont.Weight.DemiBold if is_name and self._shelf.is_loaded(bundle) else QFont.Weight.Normal
        painter.setFont(theme.ui_font(13, weight))
        metrics = QFontMetricsF(painter.font())
        small = QFontMetricsF(theme.ui_font(11))
        taken = sum(small.horizontalAdvance(pill) + 5 * theme.SPACE for pill in pills)
        mode = Qt.TextElideMode.ElideMiddle if is_name else Qt.TextElideMode.ElideRight
        text = metrics.elidedText(column.spell(bundle), mode, inside.width() - taken)
        painter.setPen(theme.colour(ink))
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inside, int(side | Qt.AlignmentFlag.AlignVCenter), text)
        left = inside.left() + metrics.horizontalAdvance(text) + 2 * theme.SPACE
        for pill in pills:
            left = self._paint_pill(painter, left, inside, pill)
        painter.restore()

    def _pills(self, bundle: ShelvedBundle) -> list[str]:
        pills = []
        if self._shelf.is_loaded(bundle):
            pills.append(self.tr("in use"))
        if bundle.is_default:
            pills.append(self.tr("default"))
        return pills

    def _paint_pill(self, painter: QPainter, left: float, inside: QRectF, text: str) -> float:
        palette = theme.current()
        painter.setFont(theme.ui_font(11))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 3 * theme.SPACE
        height = theme.scaled(18)
        frame = QRectF(left, inside.center().y() - height / 2, width, height)
        painter.setPen(QPen(theme.colour(palette.accent_line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, height / 2, height / 2)
        painter.setPen(theme.colour(palette.accent))
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), text)
        return frame.right() + theme.SPACE


class ShelfHeader(QHeaderView):
    """The line above the table; pressing a title sorts by it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        """One line of small text."""
        return QSize(super().sizeHint().width(), theme.scaled(28))

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:  # noqa: N802
        """A title, the arrow of the order, and the hairline below."""
        palette, model = theme.current(), self.model()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, theme.colour(palette.window))
        painter.setPen(QPen(theme.colour(palette.line), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setFont(theme.ui_font(11))
        ordered = self.sortIndicatorSection() == section
        ink = theme.colour(palette.text_soft if ordered else palette.text_faint)
        painter.setPen(ink)
        alignment = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        title = str(model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole))
        inside = area.adjusted(_PADDING, 0, -_PADDING, 0)
        right = bool(int(alignment) & int(Qt.AlignmentFlag.AlignRight))
        if ordered and right:
            inside.adjust(0, 0, -3 * theme.SPACE, 0)
        painter.drawText(inside, int(alignment), title)
        if ordered:
            width = QFontMetricsF(painter.font()).horizontalAdvance(title)
            x = inside.right() + 1.5 * theme.SPACE if right else inside.left() + width + 2 * theme.SPACE
            y, rising = inside.center().y(), self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
            tip = -2.5 if rising else 2.5
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPolygon(_triangle(x, y, tip))
        painter.restore()


def _triangle(x: float, y: float, tip: float) -> QPolygonF:
    return QPolygonF([QPointF(x - 3.5, y - tip), QPointF(x + 3.5, y - tip), QPointF(x, y + tip)])


def _is_refused(bundle: ShelvedBundle) -> bool:
    refused = bundle.facts is not None and bundle.facts.report.attention_refused is not None
    return refused or (bundle.proof is not None and bundle.proof.refused)
