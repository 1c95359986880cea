"""What would be said after each layer, by position: pieces tinted by their probability, painted as one item.

Knows nothing about how cells come about; it asks for those in sight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme

ROW, COLUMN, GAP = 17, 78, 1
"""Pixels of a cell, and between two, at a zoom of 1."""


LOWEST = 9
"""Pixels of a row where there is little room: shades more than words."""


@dataclass(frozen=True, slots=True)
class LensCell:
    """One cell.

    Args:
        text: the piece.
        share: its probability.
        chosen: whether it is the token that follows.
        words: all that is known, for the pointer and for screen readers.
    """

    text: str
    share: float
    chosen: bool
    words: str


def cell_shade(share: float) -> QColor:
    """What a cell is tinted with, over the colour of an empty one.

    Args:
        share: probability of its token.
    """
    return theme.colour(theme.current().accent, 0.03 + 0.47 * share)


class LensGrid(QWidget):
    """Columns are positions, rows the points of the stream from the first to the last.

    Args:
        parent: the widget it lies in.
    """

    cell_chosen = Signal(int, int)
    """Position and point that a person chose."""

    sight_changed = Signal()
    """Other positions are in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell: Callable[[int, int], LensCell | None] = lambda position, point: None
        self._heading: Callable[[int], str] = str
        self._point_name: Callable[[int], str] = str
        self._positions = self._points = 0
        self._names_width: float | None = None
        self._first = 0
        self._chosen = (-1, -1)
        self._hover: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Most probable token after each layer"))
        theme.themed.connect(self._restyle)

    # ------------------------------------------------------------ what is shown

    def show_source(
        self,
        cell: Callable[[int, int], LensCell | None],
        heading: Callable[[int], str],
        point_name: Callable[[int], str],
    ) -> None:
        """Say where cells come from: by position and point, ``None`` for one that is not known yet."""
        self._cell, self._heading, self._point_name = cell, heading, point_name
        self._names_width = None

    def set_shape(self, positions: int, points: int) -> None:
        """Say how many there are."""
        if (positions, points) != (self._positions, self._points):
            self._positions, self._points = positions, points
            self._names_width = None
            self._first = min(self._first, max(positions - self._columns(), 0))
            self.updateGeometry()
            self.sight_changed.emit()
        self.update()

    def set_chosen(self, position: int, point: int) -> None:
        """Outline a cell, and have its column in sight."""
        if (position, point) == self._chosen:
            return
        self._chosen = (position, point)
        columns = self._columns()
        if position >= 0 and not self._first <= position < self._first + columns:
            self._scroll_to(position - columns + 2 if position > self._first else position - 1)
        found = self._cell(position, point) if 0 <= position < self._positions else None
        self.setAccessibleDescription("" if found is None else found.words)
        self.update()

    @property
    def in_sight(self) -> range:
        """Positions whose columns are seen."""
        return range(self._first, min(self._first + self._columns(), self._positions))

    def cell_rectangle(self, position: int, point: int) -> QRectF:
        """Where a cell is painted."""
        left, top = self._margins()
        width, height = self._cell_size()
        return QRectF(
            left + (position - self._first) * width, top + point * height, width - GAP, height - GAP
        )

    # ------------------------------------------------------------ layout

    def _margins(self) -> tuple[float, float]:
        # Asked for by every cell: measuring the names each time took most of a painting.
        if self._names_width is None:
            metrics = QFontMetricsF(theme.ui_font(10))
            names = (metrics.horizontalAdvance(self._point_name(point)) for point in range(self._points))
            self._names_width = max(names, default=0.0)
        return self._names_width + 2 * theme.SPACE, theme.scaled(ROW) + theme.SPACE

    def _cell_size(self) -> tuple[float, float]:
        top = self._margins()[1]
        fitting = (self.height() - top) / max(self._points, 1)
        return float(theme.scaled(COLUMN)), min(max(fitting, theme.scaled(LOWEST)), theme.scaled(ROW + 4))

    def _columns(self) -> int:
        return max(int((self.width() - self._margins()[0]) // theme.scaled(COLUMN)), 1)

    def _scroll_to(self, first: int) -> None:
        first = min(max(first, 0), max(self._positions - self._columns(), 0))
        if first != self._first:
            self._first = first
            self.sight_changed.emit()
            self.update()

    def sizeHint(self) -> QSize:
        """All points, and some columns."""
        left, top = self._margins()
        return QSize(
            round(left + 6 * theme.scaled(COLUMN)), round(top + max(self._points, 8) * theme.scaled(ROW))
        )

    def minimumSizeHint(self) -> QSize:
        """Two columns, and rows as low as can be read."""
        left, top = self._margins()
        return QSize(
            round(left + 2 * theme.scaled(COLUMN)), round(top + max(self._points, 8) * theme.scaled(LOWEST))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer columns are in sight."""
        super().resizeEvent(event)
        self._first = min(self._first, max(self._positions - self._columns(), 0))
        self.sight_changed.emit()

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names of points, headings of positions, cells, what is chosen and pointed at."""
        painter, palette = QPainter(self), theme.current()
        left, top = self._margins()
        _, height = self._cell_size()
        painter.setFont(theme.ui_font(min(10, height / theme.zoom() - 3)))
        painter.setPen(theme.colour(palette.text_faint))
        for point in range(self._points):
            place = QRectF(0, top + point * height, left - 2 * theme.SPACE, height)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, align, self._point_name(point))
        for position in self.in_sight:
            self._paint_column(painter, position, top)
        for cell, ink, width in (
            (self._hover, palette.text_soft, 1.0),
            (self._chosen, palette.accent, 2.0),
        ):
            if cell is not None and cell[0] in self.in_sight and 0 <= cell[1] < self._points:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.colour(ink), width))
                painter.drawRect(self.cell_rectangle(*cell))

    def _paint_column(self, painter: QPainter, position: int, top: float) -> None:
        palette = theme.current()
        heading = self.cell_rectangle(position, 0)
        at_cursor = position == self._chosen[0]
        painter.setFont(theme.mono_font(11))
        painter.setPen(theme.colour(palette.accent if at_cursor else palette.text_soft))
        place = QRectF(heading.left(), 0, heading.width(), top - theme.SPACE)
        self._write(painter, place, self._heading(position))
        size = min(11.0, heading.height() / theme.zoom() - 2)
        painter.setFont(theme.mono_font(size))
        for point in range(self._points):
            room, cell = self.cell_rectangle(position, point), self._cell(position, point)
            painter.fillRect(room, theme.colour(palette.raised, 0.5))
            if cell is None:
                continue
            painter.fillRect(room, cell_shade(cell.share))
            if cell.chosen:
                strip = QRectF(room.left(), room.top(), theme.SPACE - 1, room.height())
                painter.fillRect(strip, theme.colour(palette.cursor))
            painter.setPen(
                theme.colour(palette.text if cell.chosen or cell.share > 0.2 else palette.text_soft)
            )
            self._write(painter, room.adjusted(theme.SPACE + 2, 0, -3, 0), cell.text)

    @staticmethod
    def _write(painter: QPainter, room: QRectF, text: str) -> None:
        shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    @Slot()
    def _restyle(self) -> None:
        self._names_width = None
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------ pointer and keys

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Position and point under a point of the widget."""
        left, top = self._margins()
        width, height = self._cell_size()
        column, point = int((place.x() - left) // width), int((place.y() - top) // height)
        position = self._first + column
        inside = column >= 0 and position in self.in_sight and 0 <= point < self._points
        return (position, point) if inside else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is in the cell under the pointer."""
        cell = self.cell_at(event.position())
        if cell != self._hover:
            self._hover = cell
            found = None if cell is None else self._cell(*cell)
            QToolTip.showText(event.globalPosition().toPoint(), "" if found is None else found.words, self)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.cell_chosen.emit(*cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go along the text."""
        delta = event.angleDelta().x() or -event.angleDelta().y()
        self._scroll_to(self._first + (1 if delta > 0 else -1))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose another cell."""
        moves = {
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
        }
        key = Qt.Key(event.key())
        if key not in moves or not self._points or not self._positions:
            super().keyPressEvent(event)
            return
        along, down = moves[key]
        position, point = self._chosen
        self.cell_chosen.emit(
            min(max(position + along, 0), self._positions - 1), min(max(point + down, 0), self._points - 1)
        )
