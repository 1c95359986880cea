"""A small painted table: a name for each row, a column for each run, and a tooltip for each cell.

Knows nothing about what is compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.controls.plain_tooltip import plain_tooltip

_ROW = 24


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell.

    Args:
        text: what is written.
        hint: what it means.
    """

    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column.

    Args:
        name: of it.
        cells: one for each row.
    """

    name: str
    cells: tuple[Figure, ...]


class FigureTable(QWidget):
    """The table; columns share the width.

    Args:
        name: of it, for screen readers.
        parent: the widget it lies in.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.row_names: tuple[str, ...] = ()
        self.columns: tuple[FigureColumn, ...] = ()
        theme.themed.connect(self.updateGeometry)
        theme.themed.connect(self.update)

    def show_columns(self, row_names: tuple[str, ...], columns: tuple[FigureColumn, ...]) -> None:
        """Show other figures."""
        if (row_names, columns) == (self.row_names, self.columns):
            return
        self.row_names, self.columns = row_names, columns
        told = (
            f"{column.name}: "
            + ", ".join(f"{name} {cell.text}" for name, cell in zip(row_names, column.cells, strict=True))
            for column in columns
        )
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line for each row, and one for the names of the columns."""
        return QSize(300, theme.scaled(_ROW) * (len(self.row_names) + 1))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(120, theme.scaled(_ROW) * (len(self.row_names) + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names of rows and columns, hairlines, figures."""
        palette, painter = theme.current(), QPainter(self)
        font, bold = theme.ui_font(12), theme.ui_font(12, QFont.Weight.DemiBold)
        metrics, height = QFontMetricsF(font), theme.scaled(_ROW)
        names, width = self._widths(metrics)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.setFont(bold)
        painter.setPen(theme.colour(palette.text))
        for at, column in enumerate(self.columns):
            room = QRectF(names + at * width, 0, width, height)
            shown = QFontMetricsF(bold).elidedText(column.name, Qt.TextElideMode.ElideRight, width - 8)
            painter.drawText(room, right, shown)
        painter.setFont(font)
        for index, name in enumerate(self.row_names):
            y = (index + 1) * height
            painter.setPen(theme.colour(palette.line))
            painter.drawLine(0, y, self.width(), y)
            painter.setPen(theme.colour(palette.text_soft))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names - 8)
            painter.drawText(QRectF(0, y, names, height), Qt.AlignmentFlag.AlignVCenter, shown)
            for at, column in enumerate(self.columns):
                text = column.cells[index].text
                painter.setPen(theme.colour(palette.text_faint if text == "–" else palette.text))
                room = QRectF(names + at * width, y, width, height)
                painter.drawText(
                    room, right, metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 8)
                )

    def _widths(self, metrics: QFontMetricsF) -> tuple[float, float]:
        """Of the names of rows, and of each column."""
        names = max((metrics.horizontalAdvance(name) for name in self.row_names), default=0.0) + 12
        names = min(names, self.width() * 0.35)
        return names, (self.width() - names) / max(len(self.columns), 1)

    def describe(self, point: QPoint) -> str:
        """What the cell under a point means; its whole text, too, for it may be shortened."""
        names, width = self._widths(QFontMetricsF(theme.ui_font(12)))
        row, column = point.y() // theme.scaled(_ROW) - 1, int((point.x() - names) // max(width, 1.0))
        if not 0 <= column < len(self.columns) or point.x() < names:
            return ""
        if row < 0:
            return self.columns[column].name
        if row >= len(self.row_names):
            return ""
        cell = self.columns[column].cells[row]
        return f"{cell.text}. {cell.hint}" if cell.hint else cell.text

    def event(self, event: QEvent) -> bool:
        """Tell what the cell under the pointer means."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tooltip(self.describe(event.pos())), self)
            return True
        return super().event(event)
