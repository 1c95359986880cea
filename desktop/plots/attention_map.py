"""The large map of one head: which key each query looks at, with tokens on both axes.

Knows nothing about the session, the engine or other heads; it paints the matrix it is given.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPaintEngine,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from desktop import theme
from desktop.plots import axis_labels, map_marks
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.plots.attention_picture import AttentionPicture, heat_colours
from desktop.plots.attention_scale import ONE, ZERO, AttentionScale
from desktop.plots.map_view import MapView, roomy_extent
from inference.contract import FloatArray

WHEEL_ZOOM = 1.2
"""Factor of one notch of the wheel and of one press of + or -."""


class AttentionMap(QWidget):
    """Paints a causal matrix; the wheel zooms, dragging pans, a double click fits, a click chooses a row."""

    row_chosen = Signal(int)
    """A person chose a query row."""

    sight_changed = Signal()
    """Other rows may be in sight now; see `rows_in_sight`."""

    hovered = Signal(str)
    """What is under the pointer, in words; empty when nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix = AttentionMatrix()
        self._scale = AttentionScale()
        self._label: Callable[[int], str] = str
        self._rows = 0
        self._growing = False
        self._row = -1
        self._view = MapView.fitted(1, 1, 1)
        self._fitted = True
        self._hover: tuple[int, int] | None = None
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._restyle()
        self._picture = AttentionPicture(self._matrix, self._scale, 0)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Attention map"))
        self.setAccessibleDescription(
            self.tr("Up and down choose a query row, plus and minus zoom, zero shows the whole map.")
        )
        theme.themed.connect(self._restyle)

    # ------------------------------------------------------------ what is shown

    def show_matrix(self, matrix: AttentionMatrix, label: Callable[[int], str]) -> None:
        """Show another matrix, or the same one after rows were forgotten.

        Args:
            matrix: the weights; rows that arrive later are announced with `rows_arrived`.
            label: text of the token at a position.
        """
        self._matrix, self._label = matrix, label
        self._picture = AttentionPicture(matrix, self._scale, self._rows)
        self.update()

    def set_rows(self, rows: int, growing: bool) -> None:
        """Say how many rows and columns there are.

        Args:
            rows: how many, known or not.
            growing: whether more are coming soon, so that there should be room for them.
        """
        if (rows, growing) == (self._rows, self._growing):
            return
        if rows < self._rows:
            self._picture = AttentionPicture(self._matrix, self._scale, rows)
        self._rows, self._growing = rows, growing
        self._lay_out()

    def rows_arrived(self, start: int, stop: int) -> None:
        """Paint rows that the matrix has got; only these are quantised."""
        self._picture.take(start, stop)
        self.update()

    def set_scale(self, scale: AttentionScale) -> None:
        """Show the same weights on another scale."""
        if scale != self._scale:
            self._scale = scale
            self._picture = AttentionPicture(self._matrix, scale, self._rows)
            self.update()

    def set_row(self, row: int) -> None:
        """Outline a query row, -1 for none, and have it in sight."""
        if row == self._row:
            return
        self._row = row
        if row >= 0 and not self._fitted:
            self._see(self._view.showing_row(row))
        self.update()

    def rows_in_sight(self) -> tuple[int, int]:
        """First and one past the last row that can be seen."""
        bins = self._view.row_bins(1.0)
        return min(bins.first, self._rows), min(bins.stop, self._rows)

    # ------------------------------------------------------------ zoom and pan

    @property
    def fitted(self) -> bool:
        """Whether the whole map is in sight."""
        return self._fitted

    def fit(self) -> None:
        """Show the whole map."""
        self._fitted = True
        self._lay_out()

    def zoom(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Make cells larger or smaller.

        Args:
            factor: how much.
            x: pixel of the plot that stays where it is; the middle of the row at the cursor if left out.
            y: the same, downwards.
        """
        view = self._view
        row = self._row if self._row >= 0 else self._rows // 2
        view = view.zoomed(factor, view.x(row) if x is None else x, view.y(row) if y is None else y)
        self._fitted = view.cell <= MapView.fitted(view.width, view.height, view.extent).cell
        if self._fitted:
            self._lay_out()
        else:
            self._see(view)

    def _lay_out(self) -> None:
        plot = self._plot()
        extent = roomy_extent(self._rows) if self._growing else max(self._rows, 1)
        if self._fitted:
            self._see(MapView.fitted(plot.width(), plot.height(), extent))
        else:
            kept = self._view
            self._see(MapView(plot.width(), plot.height(), extent, kept.cell, kept.left, kept.top).clamped())

    def _see(self, view: MapView) -> None:
        if view != self._view:
            self._view = view
            self._hover = None
            self.sight_changed.emit()
        self.update()

    # ------------------------------------------------------------ painting

    def paint(self, painter: QPainter) -> None:
        """Paint map, labels and the outlined row, as on the screen but without the pointer's marks.

        Args:
            painter: of any device; its origin is the widget's corner.
        """
        # Viewers of vector files smooth the images in them when they scale them, so that cells would blur.
        vector = painter.paintEngine().type() == QPaintEngine.Type.SVG
        pixel_ratio = 2.0 if vector else painter.deviceTransform().m11()
        palette, view, plot = theme.current(), self._view, self._plot()
        painter.translate(plot.topLeft())
        painter.setFont(axis_labels.font_for(view.cell))
        axis_labels.paint_row_labels(painter, view, self._rows, self._label, self._row, palette)
        axis_labels.paint_column_labels(painter, view, self._rows, self._label, self._row, palette)
        painter.save()
        painter.setClipRect(QRectF(0, 0, plot.width(), plot.height()))
        self._picture.paint(painter, view, self._colours, pixel_ratio, enlarged=vector)
        if view.cell >= map_marks.NUMBERED_CELL:
            map_marks.paint_numbers(painter, view, self._rows, self._shown_row, self._ink)
        painter.restore()
        map_marks.paint_axes(painter, view, self._rows, palette)
        if 0 <= self._row < self._rows:
            map_marks.paint_row(painter, view, self._row, palette)

    def _shown_row(self, row: int) -> FloatArray | None:
        weights = self._matrix.row(row)
        return None if weights is None else self._scale.shown(weights[None])[0]

    def _ink(self, weight: float) -> QColor:
        """Black or white, whichever is read better on a weight's colour."""
        level = ZERO + round(self._scale.fraction(weight) * (ONE - ZERO))
        ground = QColor.fromRgba(int(self._colours[level]))
        dark = 0.299 * ground.redF() + 0.587 * ground.greenF() + 0.114 * ground.blueF() < 0.5
        return QColor(255, 255, 255, 220) if dark else QColor(0, 0, 0, 200)

    def drawn_size(self) -> QSize:
        """The part of the widget that anything is drawn in."""
        plot, view = self._plot(), self._view
        bottom = min(view.y(self._rows), view.height) + axis_labels.column_gutter()
        right = min(view.x(self._rows), view.width) + axis_labels.column_gutter() / 2
        return QSize(
            min(round(plot.left() + right), self.width()), min(round(plot.top() + bottom), self.height())
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter)
        if self._hover is not None:
            row, column = self._hover
            map_marks.paint_cross(painter, self._view, self._hover, self._rows, theme.current())
            lines = self._words(row, column)
            map_marks.paint_readout(painter, self._view, row, column, lines, theme.current())
        painter.end()

    def _restyle(self) -> None:
        self._colours = heat_colours(theme.current())
        self._lay_out()

    def _plot(self) -> QRectF:
        left, bottom = axis_labels.row_gutter(), axis_labels.column_gutter()
        top, right = 1.5 * theme.SPACE, theme.SPACE
        return QRectF(
            left, top, max(self.width() - left - right, 1.0), max(self.height() - top - bottom, 1.0)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        self._lay_out()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(220), theme.scaled(180))

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(460), theme.scaled(420))

    # ------------------------------------------------------------ pointer and keys

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Row and column under a point of the widget; of several in one pixel those of the largest weight."""
        inside = place - self._plot().topLeft()
        cell = self._view.cell_at(inside.x(), inside.y())
        if cell is None or cell[0] >= self._rows or cell[1] > cell[0]:
            return None
        if self._view.cell >= 1:
            return cell
        span = int(1 / self._view.cell) + 1
        best, largest = cell, -1.0
        for row in range(cell[0], min(cell[0] + span, self._rows)):
            weights = self._shown_row(row)
            near = None if weights is None else weights[cell[1] : cell[1] + span]
            if near is not None and near.size and near.max() > largest:
                best, largest = (row, cell[1] + int(near.argmax())), float(near.max())
        return best

    def hover_text(self) -> str:
        """What is under the pointer, in words; empty when nothing is."""
        return "" if self._hover is None else " · ".join(self._words(*self._hover))

    def _words(self, row: int, column: int) -> tuple[str, str]:
        names = self.tr("query {query} → key {key}").format(query=self._label(row), key=self._label(column))
        weights = self._matrix.row(row)
        places = self.tr("positions {row} → {column}").format(row=row, column=column)
        if weights is None:
            return names, self.tr("{places} · not read yet").format(places=places)
        weight = weights[column]
        numbers = self.tr("{places} · weight {weight}").format(places=places, weight=str(weight))
        if self._scale.hide_sink:
            shown = float(self._scale.shown(weights[None])[0, column])
            numbers = self.tr("{numbers} · shown as {shown:.3g}").format(numbers=numbers, shown=shown)
        return names, numbers

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hover:
            self._hover = cell
            self.hovered.emit(self.hover_text())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._point_at(self.cell_at(event.position()))
            return
        moved = event.position() - self._pressed
        if self._dragged is None and moved.manhattanLength() < QApplication.startDragDistance():
            return
        last = self._pressed if self._dragged is None else self._dragged
        self._dragged = event.position()
        self._see(self._view.panned((self._dragged - last).x(), (self._dragged - last).y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and self._dragged is None
        self._pressed = self._dragged = None
        cell = self.cell_at(event.position())
        if clicked and cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.row_chosen.emit(cell[0])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        place = event.position() - self._plot().topLeft()
        if notches:
            self.zoom(WHEEL_ZOOM**notches, place.x(), place.y())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._rows - 1}
        if (key in steps or key in ends) and self._rows:
            row = ends[key] if key in ends else self._row + steps[key]
            self.row_chosen.emit(min(max(row, 0), self._rows - 1))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(WHEEL_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / WHEEL_ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            pixels = self._view.width / 8
            self._see(self._view.panned(pixels if key == Qt.Key.Key_Left else -pixels, 0))
        else:
            super().keyPressEvent(event)
