"""Paints the rows of the sidebar's list, and lets a title be written over in its place.

Knows nothing about what happens to a title that was written.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.history.records import ConversationEntry
from desktop.history.search import Excerpt, Hit
from desktop.history.texts import LONGEST_TITLE
from desktop.sidebar.excerpts import count_lines, one_line, two_lines, visible
from desktop.sidebar.marked_line import draw_marked_line
from desktop.sidebar.row_model import Index, RowModel
from desktop.sidebar.rows import Heading, conversation_of
from desktop.sidebar.wording import ending_text, shown_title

ROW_HEIGHT = 32
"""Of headings and entries, in pixels at a zoom of 1."""

EDGE = 3 * theme.SPACE
"""Between the rows and the sidebar's right edge; a scroll bar finds room in it."""

_PADDING = 2 * theme.SPACE
_LINE = 17
"""From one line of an excerpt to the next."""
_TITLE_SIZE, _SMALL = 13, 12
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class RowCells(QStyledItemDelegate):
    """Paints with the palette and fonts in force.

    Args:
        rows: what is painted.
        parent: the list.
    """

    def __init__(self, rows: RowModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows
        self.width = 0
        """Of the list in pixels, its scroll bar included."""
        self.dress()

    def dress(self) -> None:
        """Take palette and fonts anew."""
        self._palette = theme.current()
        self._titles = theme.ui_font(_TITLE_SIZE)
        self._small = theme.ui_font(_SMALL)
        self._headings = theme.ui_font(11, QFont.Weight.DemiBold)
        self._headings.setCapitalization(QFont.Capitalization.AllUppercase)
        self._title_metrics = QFontMetricsF(self._titles)
        self._small_metrics = QFontMetricsF(self._small)

    # ------------------------------------------------------------ sizes

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One line; of what a search found two more where they are needed."""
        row = self._rows.row_at(index.row())
        excerpt = self._excerpt(row) if isinstance(row, Hit) else None
        lines = count_lines(excerpt, self._room(), self._small_metrics.horizontalAdvance) if excerpt else 0
        return QSize(0, theme.scaled(ROW_HEIGHT + lines * _LINE + bool(lines) * theme.SPACE))

    def is_elided(self, row: ConversationEntry | Hit) -> bool:
        """Whether a title is not shown whole."""
        return self._title_metrics.horizontalAdvance(shown_title(row).text) > self._title_room(row)

    def _room(self) -> float:
        """For the text of a row, whether there is a scroll bar or not."""
        return self.width - EDGE - 2 * _PADDING

    def _title_room(self, row: ConversationEntry | Hit) -> float:
        badge = self._badge(row)
        return self._room() - (self._badge_width(badge) + _PADDING if badge else 0)

    def _badge(self, row: ConversationEntry | Hit) -> str:
        return format_count(row.messages) if isinstance(row, Hit) and row.messages else ""

    def _badge_width(self, text: str) -> float:
        return self._small_metrics.horizontalAdvance(text) + 2 * theme.SPACE + 2

    def _excerpt(self, hit: Hit) -> Excerpt | None:
        excerpt = visible(hit.excerpt)
        # Many a title is the message itself: once is enough.
        return None if excerpt.text in ("", shown_title(hit).text) else excerpt

    # ------------------------------------------------------------ painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        row = self._rows.row_at(index.row())
        if row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Marks stacked on a letter would reach into other rows (fault 32).
        painter.setClipRect(option.rect)
        ground = self._ground(option.rect)
        inside = ground.adjusted(_PADDING, 0, -_PADDING, 0)
        if isinstance(row, Heading):
            self._paint_heading(painter, inside, self._rows.heading(row))
        elif isinstance(row, ConversationEntry | Hit):
            self._paint_conversation(painter, ground, inside, row, option.state)
        else:
            painter.setFont(self._small)
            painter.setPen(theme.colour(self._palette.text_faint))
            painter.drawText(inside, int(Qt.TextFlag.TextWordWrap) | _LEFT, ending_text(row))
        painter.restore()

    def _ground(self, area: QRect) -> QRectF:
        return QRectF(area.left(), area.top() + 1, self.width - EDGE, area.height() - 2)

    def _paint_heading(self, painter: QPainter, inside: QRectF, text: str) -> None:
        painter.setFont(self._headings)
        painter.setPen(theme.colour(self._palette.text_faint))
        shown = QFontMetricsF(self._headings).elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        low = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        painter.drawText(inside.adjusted(0, 0, 0, -theme.SPACE), low, shown)

    def _paint_conversation(
        self,
        painter: QPainter,
        ground: QRectF,
        inside: QRectF,
        row: ConversationEntry | Hit,
        state: QStyle.StateFlag,
    ) -> None:
        palette = self._palette
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        lit = focused or hovered or conversation_of(row) == self._rows.marked
        if lit:
            painter.setPen(QPen(theme.colour(palette.accent), 1.5) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.raised))
            painter.drawRoundedRect(ground.adjusted(1, 0.5, -1, -0.5), 6, 6)
        title = one_line(shown_title(row), self._title_room(row), self._title_metrics.horizontalAdvance)
        height = theme.scaled(ROW_HEIGHT) - 2
        top = ground.top() + (height - self._title_metrics.height()) / 2
        ink = palette.text if lit or isinstance(row, Hit) else palette.text_soft
        draw_marked_line(painter, QPointF(inside.left(), top), title, self._titles, ink, palette.text)
        self._paint_badge(painter, QRectF(inside.left(), ground.top(), inside.width(), height), row)
        top = ground.top() + height - theme.SPACE / 2
        excerpt = self._excerpt(row) if isinstance(row, Hit) else None
        lines = two_lines(excerpt, self._room(), self._small_metrics.horizontalAdvance) if excerpt else ()
        for line in lines:
            place = QPointF(inside.left(), top)
            draw_marked_line(painter, place, line, self._small, palette.text_soft, palette.text)
            top += theme.scaled(_LINE)

    def _paint_badge(self, painter: QPainter, area: QRectF, row: ConversationEntry | Hit) -> None:
        text = self._badge(row)
        if not text:
            return
        width, height = self._badge_width(text), self._small_metrics.height() + 2
        frame = QRectF(area.right() - width, area.center().y() - height / 2, width, height)
        painter.setPen(QPen(theme.colour(self._palette.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, height / 2, height / 2)
        painter.setFont(self._small)
        painter.setPen(theme.colour(self._palette.text_faint))
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), text)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """The tooltip has all of a title, where that is more than is seen."""
        row = self._rows.row_at(index.row())
        whole = isinstance(row, ConversationEntry | Hit) and not self.is_elided(row)
        if whole and event.type() == QEvent.Type.ToolTip:
            QToolTip.hideText()
            return True
        return super().helpEvent(event, view, option, index)

    # ------------------------------------------------------------ writing a title over

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """A line with the very title, escaped nowhere: what a person does not change stays as it is."""
        editor = QLineEdit(parent)
        editor.setMaxLength(LONGEST_TITLE)
        editor.setFont(self._titles)
        # What Qt adds to the padding: the letters stay where they were.
        editor.setTextMargins(-3, 0, 0, 0)
        editor.setAccessibleName(self.tr("Title; empty for the first words of the conversation"))
        editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))
        editor.selectAll()
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """Nothing: what is being typed is not overwritten when the list changes meanwhile."""

    def setModelData(  # noqa: N802
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        """Give the title that was typed."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Over the title."""
        ground = self._ground(option.rect).toRect()
        editor.setGeometry(ground.left(), ground.top(), ground.width(), theme.scaled(ROW_HEIGHT) - 2)
