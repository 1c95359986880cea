"""Paints the cells of the token table and its header.

Knows nothing about where the numbers come from.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop import colour_maps, theme
from desktop.panels.tokens.columns import TokenColumn, TokenFacts, column_looks
from desktop.panels.tokens.table_model import TokenTableModel

translate = QCoreApplication.translate

ROW_HEIGHT = 22
_PADDING = 2 * theme.SPACE
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_SELECTED = QStyle.StateFlag.State_Selected.value
_HOVERED = QStyle.StateFlag.State_MouseOver.value
_PIECE, _PROBABILITY = TokenColumn.PIECE.value, TokenColumn.PROBABILITY.value
_FAINT = (TokenColumn.POSITION, TokenColumn.ID, TokenColumn.BYTES)


class TokenCells(QStyledItemDelegate):
    """Paints cells with the palette and fonts in force.

    Args:
        rows: where the facts come from.
        parent: the table.
    """

    def __init__(self, rows: TokenTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows
        self.dress()

    def dress(self) -> None:
        """Take palette, fonts and words anew."""
        self._palette = theme.current()
        self._numbers = theme.ui_font(13)
        self._small = theme.ui_font(11)
        self._pieces = theme.mono_font(13)
        self._piece_metrics = QFontMetricsF(self._pieces)
        self._tints = colour_maps.probability(self._palette)
        self._looks = column_looks()
        soft, faint = theme.colour(self._palette.text_soft), theme.colour(self._palette.text_faint)
        self._inks = {column.value: faint if column in _FAINT else soft for column in TokenColumn}
        self._text = theme.colour(self._palette.text)
        self._ground = theme.colour(self._palette.cursor_soft)
        self._hovered = theme.colour(self._palette.raised)

    def width_of(self, column: TokenColumn) -> int:
        """How wide a column must be."""
        look = self._looks[column]
        metrics = QFontMetricsF(self._pieces if look.mono else self._numbers)
        title = QFontMetricsF(self._small).horizontalAdvance(look.title)
        return math.ceil(max(metrics.horizontalAdvance(look.widest), title)) + 2 * _PADDING

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are of one height."""
        return QSize(self.width_of(TokenColumn(index.column())), theme.scaled(ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell."""
        # Hundreds are painted in a second while the model writes: flags are compared as the numbers they are.
        facts, column = self._rows.facts_at(index.row()), index.column()
        area, state = option.rect, option.state.value
        selected = bool(state & _SELECTED)
        if selected:
            painter.fillRect(area, self._ground)
        elif state & _HOVERED:
            painter.fillRect(area, self._hovered)
        inside = QRectF(area).adjusted(_PADDING, 0, -_PADDING, 0)
        if column == _PIECE:
            self._paint_piece(painter, inside, facts, selected)
        elif column == _PROBABILITY:
            self._paint_probability(painter, QRectF(area), facts)
        else:
            look = self._looks[TokenColumn(column)]
            painter.setFont(self._pieces if look.mono else self._numbers)
            painter.setPen(self._inks[column])
            text = look.spell(facts)
            if look.mono:
                text = self._piece_metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
            painter.drawText(inside, _RIGHT if look.right else _LEFT, text)

    def _paint_piece(self, painter: QPainter, area: QRectF, facts: TokenFacts, selected: bool) -> None:
        pill, pill_width = "", 0.0
        if facts.token.special:
            pill = translate("TokensPanel", "special")
            pill_width = QFontMetricsF(self._small).horizontalAdvance(pill) + 3 * theme.SPACE
        ink = self._palette.text
        painter.setFont(self._pieces)
        if selected:
            ink = self._palette.cursor
        elif facts.token.special:
            ink = self._palette.text_soft
        painter.setPen(theme.colour(ink))
        room = area.width() - (pill_width + theme.SPACE if pill else 0)
        text = self._looks[TokenColumn.PIECE].spell(facts)
        shown = self._piece_metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(area, _LEFT, shown)
        if pill:
            x = area.left() + self._piece_metrics.horizontalAdvance(shown) + 2 * theme.SPACE
            height = theme.scaled(16)
            frame = QRectF(x, area.center().y() - height / 2 + 0.5, pill_width, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(self._palette.raised if not selected else self._palette.window))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(frame, height / 2, height / 2)
            painter.setFont(self._small)
            painter.setPen(theme.colour(self._palette.text_faint))
            painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), pill)

    def _paint_probability(self, painter: QPainter, area: QRectF, facts: TokenFacts) -> None:
        probability = facts.probability
        inside = area.adjusted(_PADDING, 3, -_PADDING, -3)
        if not math.isnan(probability):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*colour_maps.colour_of(self._tints, probability)))
            bar = QRectF(inside.left(), inside.top(), max(inside.width() * probability, 2.0), inside.height())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(bar, 2, 2)
        painter.setFont(self._numbers)
        painter.setPen(self._text)
        text = self._looks[TokenColumn.PROBABILITY].spell(facts)
        painter.drawText(inside.adjusted(0, 0, -theme.SPACE, 0), _RIGHT, text)


class TokenHeader(QHeaderView):
    """The line above the table, drawn by the theme."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        """One line of small text."""
        return QSize(super().sizeHint().width(), theme.scaled(24))

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:  # noqa: N802
        """A title, and the hairline below it."""
        palette, model = theme.current(), self.model()
        painter.save()
        painter.fillRect(area, theme.colour(palette.window))
        painter.setPen(QPen(theme.colour(palette.line), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setFont(theme.ui_font(11))
        painter.setPen(theme.colour(palette.text_faint))
        alignment = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        title = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
        painter.drawText(area.adjusted(_PADDING, 0, -_PADDING, 0), int(alignment), str(title))
        painter.restore()
