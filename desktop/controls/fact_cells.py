"""Paints cells of tables and trees of facts: text in the palette's colours, and bars for shares.

Knows nothing about what the facts are; models tell by roles.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop import theme

SHARE_ROLE = Qt.ItemDataRole.UserRole + 1
"""A number from 0 to 1, drawn as a bar behind the text."""
QUIET_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whether the text is less important."""

ROW_HEIGHT = 24
_PADDING = 2 * theme.SPACE


class FactCells(QStyledItemDelegate):
    """Paints with the palette and fonts in force."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are of one height."""
        text = str(index.data() or "")
        width = QFontMetricsF(theme.ui_font(13)).horizontalAdvance(text) + 2 * _PADDING + self.indent(index)
        return QSize(round(width) + 1, theme.scaled(ROW_HEIGHT))

    def indent(self, index: QModelIndex | QPersistentModelIndex) -> float:
        """Pixels before a cell's text that are left to whoever paints more than text there."""
        return 0.0

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell."""
        palette, area = theme.current(), QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.fillRect(area, theme.colour(palette.cursor_soft))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.colour(palette.raised))
        share = index.data(SHARE_ROLE)
        if share is not None and share > 0:
            bar = area.adjusted(_PADDING / 2, 4, -_PADDING / 2, -4)
            bar.setWidth(max(bar.width() * float(share), 1.5))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.accent, 0.28))
            painter.drawRoundedRect(bar, 2, 2)
        quiet = bool(index.data(QUIET_ROLE))
        ink = palette.cursor if selected and not quiet else palette.text_soft if quiet else palette.text
        font = theme.ui_font(13)
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        inside = area.adjusted(_PADDING + self.indent(index), 0, -_PADDING, 0)
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
        flags = int(alignment) if alignment is not None else LEFT
        text = QFontMetricsF(font).elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideMiddle, inside.width()
        )
        painter.drawText(inside, flags, text)
        painter.restore()


LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def prepare_view(view: QAbstractItemView, header: QHeaderView, cells: FactCells) -> None:
    """Give a table or tree of facts the looks of all of them: whole rows, no grid, nothing to edit.

    Args:
        view: the table or tree; its model is set already.
        header: its horizontal header.
        cells: paint its cells.
    """
    view.setItemDelegate(cells)
    view.setProperty("look", "facts")
    header.setProperty("look", "facts")
    header.setHighlightSections(False)
    header.setMinimumSectionSize(theme.SPACE * 6)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setMouseTracking(True)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
