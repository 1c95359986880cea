"""The keys that the token at the cursor looked at most, as a list, and a sentence where that needs one.

Knows nothing about how the weights were read; a click on a key only says which one it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal, format_percent

KEYS_SHOWN = 12
"""Keys listed at most."""

WIDTH = 200
"""Pixels of the whole column at a zoom of 1."""

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of the list looks.

    Args:
        width: pixels at a zoom of 1; 0 takes what is left.
        size: pixel height of its font.
        ink: which of the palette's colours.
    """

    width: int
    size: int
    ink: str


COLUMNS = (
    Column(0, 12, "text"),
    Column(32, 10, "text_faint"),
    Column(46, 11, "text_soft"),
    Column(50, 12, "text"),
)
"""Piece, position, weight and percent."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of the list.

    Args:
        position: of the key.
        piece: its text.
        weight: what the query gives it.
    """

    position: int
    piece: str
    weight: float


class KeyModel(QAbstractTableModel):
    """Lines as a table of piece, position, weight and percent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[KeyLine] = []

    def show_lines(self, lines: list[KeyLine]) -> None:
        """Replace all lines; the table is only laid out anew when their number changes."""
        if len(lines) == len(self.lines):
            self.lines = lines
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts(line)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("“{piece}” at position {position}: weight {weight}").format(
                piece=line.piece, position=line.position, weight=str(np.float32(line.weight))
            )
        return None

    def texts(self, line: KeyLine) -> tuple[str, str, str, str]:
        """What the columns say."""
        percent = self.tr("{percent} %").format(percent=format_percent(line.weight))
        return line.piece, str(line.position), format_decimal(line.weight, 4), percent


class KeyTable(QTableView):
    """The lines, each on a bar as long as its weight."""

    def __init__(self, model: KeyModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = model
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.restyle()

    def restyle(self) -> None:
        """Take colours and sizes of the theme in force."""
        self._fonts = [theme.mono_font(12), *(theme.ui_font(column.size) for column in COLUMNS[1:])]
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number, column in enumerate(COLUMNS[1:], start=1):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(number, theme.scaled(column.width))
        self.verticalHeader().setDefaultSectionSize(theme.scaled(22))
        self.setMaximumHeight(theme.scaled(22) * KEYS_SHOWN)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        # Painted here and not cell by cell through the style, which takes four times as long at every token.
        painter = QPainter(self.viewport())
        palette, width = theme.current(), self.viewport().width()
        for row, line in enumerate(self._lines.lines):
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            share = min(max(line.weight, 0.0), 1.0)
            bar = QRectF(0, top + 1, share * width, height - 2)
            painter.fillRect(bar, theme.colour(palette.accent_soft))
            if self.hasFocus() and row == self.currentIndex().row():
                painter.setPen(theme.colour(palette.accent))
                painter.drawRect(QRectF(0.5, top + 0.5, width - 1, height - 1))
            for column, text in enumerate(self._lines.texts(line)):
                self._write(painter, column, text, QRectF(0, top, 0, height))
        painter.end()

    def _write(self, painter: QPainter, column: int, text: str, line: QRectF) -> None:
        font = self._fonts[column]
        place = line.translated(self.columnViewportPosition(column), 0)
        place.setWidth(self.columnWidth(column))
        place.adjust(theme.SPACE, 0, -theme.SPACE, 0)
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        if column == 0:
            text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.setFont(font)
        painter.setPen(theme.colour(getattr(theme.current(), COLUMNS[column].ink)))
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, text)


class LooksMostAt(QWidget):
    """Heading, list and sentence."""

    key_chosen = Signal(int)
    """A person chose a key: its position."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(self.tr("Looks most at"))
        self.heading.setProperty("look", "soft")
        self.model = KeyModel(self)
        self.table = KeyTable(self.model, self)
        self.table.setAccessibleName(self.tr("Keys the token at the cursor looks most at"))
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setProperty("look", "faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.heading)
        layout.addWidget(self.table, 1)
        layout.addStretch()
        layout.addWidget(self.sentence)
        theme.themed.connect(self._restyle)
        self._restyle()

    def show_lines(self, lines: list[KeyLine], sentence: str) -> None:
        """Show other keys.

        Args:
            lines: the keys, the largest weight first.
            sentence: what there is to say about them, as rich text; may be empty.
        """
        self.model.show_lines(lines)
        self.table.viewport().update()
        if self.sentence.text() != sentence:
            self.sentence.setText(sentence)
            self._fit_sentence()

    def _fit_sentence(self) -> None:
        # A wrapped label asks for its height only once it has been laid out with another.
        shown = bool(self.sentence.text())
        self.sentence.setFixedHeight(self.sentence.heightForWidth(theme.scaled(WIDTH)) if shown else 0)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.key_chosen.emit(self.model.lines[index.row()].position)

    @Slot()
    def _restyle(self) -> None:
        self.heading.setFont(theme.ui_font(12))
        self.sentence.setFont(theme.ui_font(12))
        self.table.restyle()
        self.setFixedWidth(theme.scaled(WIDTH))
        self._fit_sentence()
