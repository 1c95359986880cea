"""The large map of one head: which key each query looks at, with tokens on both axes.

Knows nothing about the session, the engine or other heads; it shows the matrix it is given.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from desktop import theme
from desktop.plots.attention_chart import AttentionChart
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.plots.attention_scale import AttentionScale
from desktop.plots.map_marks import NUMBERED_CELL
from desktop.plots.map_tiles import MapTiles, Part
from desktop.plots.map_view import MapView, roomy_extent

WHEEL_ZOOM = 1.2
"""Factor of one notch of the wheel and of one press of + or -."""


class AttentionMap(QWidget):
    """Shows a causal matrix; the wheel zooms, dragging pans, a double click fits, a click chooses a row."""

    row_chosen = Signal(int)
    """A person chose a query row."""

    sight_changed = Signal()
    """Other rows may be in sight now; see `rows_in_sight`."""

    rows_missed = Signal(int, int)
    """The pointer is on rows whose exact weights are not known: first and one past the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart = AttentionChart()
        self._growing = False
        self._fitted = True
        self._hover: tuple[int, int] | None = None
        self._place: QPointF | None = None
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Attention map"))
        self.setAccessibleDescription(
            self.tr("Up and down choose a query row, plus and minus zoom, zero shows the whole map.")
        )
        theme.themed.connect(self._restyle)

    # ------------------------------------------------------------ what is shown

    def show_matrix(
        self,
        matrix: AttentionMatrix,
        label: Callable[[int], str],
        tiles: Callable[[bool], MapTiles] | None = None,
    ) -> None:
        """Show another matrix, or the same one after rows were forgotten.

        Args:
            matrix: the weights; rows that arrive later are announced with `rows_arrived`.
            label: text of the token at a position.
            tiles: as in `AttentionChart.show_matrix`; what arrives later is announced with `tiles_arrived`.
        """
        self._chart.show_matrix(matrix, label, tiles)
        self.update()

    def set_rows(self, rows: int, growing: bool) -> None:
        """Say how many rows and columns there are.

        Args:
            rows: how many, known or not.
            growing: whether more are coming soon, so that there should be room for them.
        """
        if (rows, growing) != (self._chart.rows, self._growing):
            self._chart.set_rows(rows)
            self._growing = growing
            self._lay_out()

    def rows_arrived(self, start: int, stop: int) -> None:
        """Paint rows that the matrix has got; only these are quantised."""
        self._chart.take(start, stop)
        if self._place is not None and self._hover is not None and start <= self._hover[0] < stop:
            # Of several cells in the pixel the largest is known only now.
            self._hover = self._chart.cell_at(self._place)
        self.update()

    def tiles_arrived(self) -> None:
        """Paint the tiles that have been read."""
        self.update()

    def missing(self) -> tuple[int, Part] | None:
        """What of a map of tiles is in sight and not read: positions of a cell, and the part."""
        return self._chart.missing(self.devicePixelRatioF())

    @property
    def tiled(self) -> bool:
        """Whether the map is read at the resolution of the screen: exact rows are only needed where one looks."""
        return self._chart.tiled

    @property
    def numbered(self) -> bool:
        """Whether cells are large enough to have their weight written in them."""
        return self._chart.view.cell >= NUMBERED_CELL

    def set_scale(self, scale: AttentionScale) -> None:
        """Show the same weights on another scale."""
        if scale != self._chart.scale:
            self._chart.set_scale(scale)
            self.update()

    def set_row(self, row: int) -> None:
        """Outline a query row, -1 for none, and have it in sight."""
        if row == self._chart.row:
            return
        self._chart.row = row
        if row >= 0 and not self._fitted:
            self._see(self._chart.view.showing_row(row))
        self.update()

    def rows_in_sight(self) -> tuple[int, int]:
        """First and one past the last row that can be seen."""
        bins = self._chart.view.row_bins(1.0)
        return min(bins.first, self._chart.rows), min(bins.stop, self._chart.rows)

    def paint(self, painter: QPainter) -> None:
        """Paint what is shown, without the pointer's marks, from the painter's origin; for pictures."""
        self._chart.paint(painter)

    def drawn_size(self) -> QSize:
        """The part of the widget that anything is drawn in."""
        width, height = self._chart.extent()
        return QSize(min(round(width), self.width()), min(round(height), self.height()))

    def hover_text(self) -> str:
        """What is under the pointer, in words; empty when nothing is."""
        return "" if self._hover is None else " · ".join(self._chart.words(*self._hover))

    def centre_of(self, row: int, column: int) -> QPointF:
        """Where the middle of a cell is painted."""
        corner, view = self._chart.plot(self.width(), self.height()).topLeft(), self._chart.view
        return corner + QPointF(view.x(column + 0.5), view.y(row + 0.5))

    # ------------------------------------------------------------ zoom and pan

    @property
    def view(self) -> MapView:
        """What is in sight."""
        return self._chart.view

    @property
    def fitted(self) -> bool:
        """Whether the whole map is in sight."""
        return self._fitted

    @Slot()
    def fit(self) -> None:
        """Show the whole map."""
        self._fitted = True
        self._lay_out()
        self.sight_changed.emit()

    def zoom(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Make cells larger or smaller.

        Args:
            factor: how much.
            x: pixel of the plot that stays where it is; the middle of the row at the cursor if left out.
            y: the same, downwards.
        """
        view, chart = self._chart.view, self._chart
        row = chart.row if chart.row >= 0 else chart.rows // 2
        view = view.zoomed(factor, view.x(row) if x is None else x, view.y(row) if y is None else y)
        self._fitted = view.cell <= MapView.fitted(view.width, view.height, view.extent).cell
        if self._fitted:
            self.fit()
        else:
            self._see(view)

    def _lay_out(self) -> None:
        rows, kept = self._chart.rows, self._chart.view
        plot = self._chart.plot(self.width(), self.height())
        extent = roomy_extent(rows) if self._growing else max(rows, 1)
        if self._fitted:
            self._see(MapView.fitted(plot.width(), plot.height(), extent))
        else:
            self._see(MapView(plot.width(), plot.height(), extent, kept.cell, kept.left, kept.top).clamped())

    def _see(self, view: MapView) -> None:
        if view != self._chart.view:
            self._chart.view = view
            self._hover = None
            self.sight_changed.emit()
        self.update()

    # ------------------------------------------------------------ Qt's virtual methods

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._chart.paint(painter, self._hover)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        self._lay_out()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(220), theme.scaled(180))

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(460), theme.scaled(420))

    @Slot()
    def _restyle(self) -> None:
        self._chart.restyle()
        self._lay_out()

    # ------------------------------------------------------------ pointer and keys

    def _point_at(self, place: QPointF | None) -> None:
        cell = None if place is None else self._chart.cell_at(place)
        self._place = place
        if cell != self._hover:
            self._hover = cell
            self.update()
        if cell is not None and self._chart.shown_row(cell[0]) is None:
            self.rows_missed.emit(*self._chart.rows_of_pixel(cell[0]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._point_at(event.position())
            return
        moved = event.position() - self._pressed
        if self._dragged is None and moved.manhattanLength() < QApplication.startDragDistance():
            return
        moved = event.position() - (self._pressed if self._dragged is None else self._dragged)
        self._dragged = event.position()
        self._see(self._chart.view.panned(moved.x(), moved.y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and self._dragged is None
        self._pressed = self._dragged = None
        cell = self._chart.cell_at(event.position())
        if clicked and cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.row_chosen.emit(cell[0])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        place = event.position() - self._chart.plot(self.width(), self.height()).topLeft()
        if notches:
            self.zoom(WHEEL_ZOOM**notches, place.x(), place.y())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, rows = Qt.Key(event.key()), self._chart.rows
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: rows - 1}
        if (key in steps or key in ends) and rows:
            row = ends[key] if key in ends else self._chart.row + steps[key]
            self.row_chosen.emit(min(max(row, 0), rows - 1))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(WHEEL_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / WHEEL_ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            pixels = self._chart.view.width / 8
            self._see(self._chart.view.panned(pixels if key == Qt.Key.Key_Left else -pixels, 0))
        else:
            super().keyPressEvent(event)
