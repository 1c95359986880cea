"""The keys that the token at the cursor looked at most, as a list, and a sentence where that needs one.

Knows nothing about how the weights were read; a click on a key only says which one it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal, format_percent

KEYS_SHOWN = 12
"""Keys listed at most."""

Index = QModelIndex | QPersistentModelIndex


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
    """Lines as a table of piece, weight and percent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[KeyLine] = []

    def show_lines(self, lines: list[KeyLine]) -> None:
        """Replace all lines; the table is only laid out anew when their number changes."""
        if len(lines) == len(self.lines):
            self.lines = lines
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, 2))
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, column = self.lines[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                percent = self.tr("{percent} %").format(percent=format_percent(line.weight))
                return (line.piece, format_decimal(line.weight, 4), percent)[column]
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.FontRole:
                return theme.mono_font(12) if column == 0 else theme.ui_font(12 if column == 2 else 11)
            case Qt.ItemDataRole.ForegroundRole:
                palette = theme.current()
                return theme.colour((palette.text, palette.text_faint, palette.text_soft)[column])
            case Qt.ItemDataRole.ToolTipRole:
                return self.tr("“{piece}” at position {position}: weight {weight}").format(
                    piece=line.piece, position=line.position, weight=f"{line.weight:.8g}"
                )
        return None


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
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 48), (2, 56)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, theme.scaled(width))
        self.verticalHeader().setDefaultSectionSize(theme.scaled(22))
        self.setFixedHeight(theme.scaled(22) * KEYS_SHOWN)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.current().accent_soft))
        for row, line in enumerate(self._lines.lines):
            share = min(max(line.weight, 0.0), 1.0)
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            bar = QRectF(0, top + 1, share * self.viewport().width(), height - 2)
            painter.drawRoundedRect(bar, 2, 2)
        painter.end()
        super().paintEvent(event)


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
        layout.addWidget(self.table)
        layout.addWidget(self.sentence)
        layout.addStretch(1)
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

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.key_chosen.emit(self.model.lines[index.row()].position)

    @Slot()
    def _restyle(self) -> None:
        self.heading.setFont(theme.ui_font(12))
        self.sentence.setFont(theme.ui_font(12))
        self.table.restyle()
        self.setFixedWidth(theme.scaled(188))
