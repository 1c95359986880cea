"""One head's map as a drawing: the weights, their labels and marks for a view, on any painter.

Knows nothing about widgets, the pointer or the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QColor, QPaintEngine, QPainter

from desktop import theme
from desktop.plots import axis_labels, map_marks
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.plots.attention_picture import AttentionPicture, heat_colours
from desktop.plots.attention_scale import ONE, ZERO, AttentionScale
from desktop.plots.map_tiles import MapTiles, Part
from desktop.plots.map_view import MapView
from desktop.plots.tiled_picture import TiledPicture
from inference.contract import FloatArray

translate = QCoreApplication.translate

EXACT_ROWS = 512
"""A map of more rows is read at the resolution of the screen, and its exact weights where somebody points."""


class AttentionChart:
    """What is drawn, and where.

    `view` is what is in sight, `row` the outlined query, -1 for none; both may be set at any time.
    """

    def __init__(self) -> None:
        self.view = MapView.fitted(1, 1, 1)
        self.row = -1
        self.rows = 0
        self.scale = AttentionScale()
        self._matrix = AttentionMatrix()
        self._label: Callable[[int], str] = str
        self._tiles: Callable[[bool], MapTiles] | None = None
        self._picture = self._make_picture()
        self.restyle()

    def show_matrix(
        self,
        matrix: AttentionMatrix,
        label: Callable[[int], str],
        tiles: Callable[[bool], MapTiles] | None = None,
    ) -> None:
        """Draw another matrix, or the same one after rows were forgotten.

        Args:
            matrix: exact weights.
            label: text of the token at a position.
            tiles: of the same map with (``True``: without) its sink, for when it has more than `EXACT_ROWS` rows;
                left out, every picture is made of the exact weights.
        """
        self._matrix, self._label, self._tiles = matrix, label, tiles
        self._picture = self._make_picture()

    def set_scale(self, scale: AttentionScale) -> None:
        """Draw the same weights on another scale."""
        self.scale = scale
        self._picture = self._make_picture()

    def set_rows(self, rows: int) -> None:
        """Say how many rows and columns there are, known or not."""
        before, self.rows = self.rows, rows
        if isinstance(self._picture, TiledPicture) and self.tiled:
            self._picture.rows = rows
        elif isinstance(self._picture, AttentionPicture) and rows >= before and not self.tiled:
            self._picture.take(before, rows)
        else:
            self._picture = self._make_picture()

    def take(self, start: int, stop: int) -> None:
        """Draw rows that the matrix has got; only these are quantised."""
        if isinstance(self._picture, AttentionPicture):
            self._picture.take(start, min(stop, self.rows))

    @property
    def tiled(self) -> bool:
        """Whether the picture is made of tiles, and not of exact rows."""
        return self._tiles is not None and self.rows > EXACT_ROWS

    def missing(self, pixel_ratio: float) -> tuple[int, Part] | None:
        """As `TiledPicture.missing`, for the view in sight; ``None`` where the picture is made of exact rows."""
        return (
            self._picture.missing(self.view, pixel_ratio) if isinstance(self._picture, TiledPicture) else None
        )

    def _make_picture(self) -> AttentionPicture | TiledPicture:
        if self._tiles is not None and self.tiled:
            return TiledPicture(self._tiles(self.scale.hide_sink), self.scale, self.rows)
        return AttentionPicture(self._matrix, self.scale, self.rows)

    def restyle(self) -> None:
        """Take the colours and the zoom of the theme in force."""
        self._colours = heat_colours(theme.current())
        self._corner = QPointF(axis_labels.row_gutter(), 1.5 * theme.SPACE)
        self._foot = axis_labels.column_gutter()

    # ------------------------------------------------------------ places

    def plot(self, width: float, height: float) -> QRectF:
        """Where the cells lie in a drawing of this size; the rest is for labels."""
        across = width - self._corner.x() - theme.SPACE
        down = height - self._corner.y() - self._foot
        return QRectF(self._corner.x(), self._corner.y(), max(across, 1.0), max(down, 1.0))

    def extent(self) -> tuple[float, float]:
        """Width and height of the part of a drawing in which there is anything."""
        view = self.view
        right = min(view.x(self.rows), view.width) + self._foot / 2
        bottom = min(view.y(self.rows), view.height) + self._foot
        return self._corner.x() + right, self._corner.y() + bottom

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Row and column under a point of the drawing; of several in one pixel those of the largest weight."""
        inside = place - self._corner
        cell = self.view.cell_at(inside.x(), inside.y())
        if cell is None or cell[0] >= self.rows or cell[1] > cell[0]:
            return None
        if self.view.cell >= 1:
            return cell
        best, largest = cell, -1.0
        span = int(1 / self.view.cell) + 1
        for row in range(*self.rows_of_pixel(cell[0])):
            weights = self.shown_row(row)
            near = None if weights is None else weights[cell[1] : cell[1] + span]
            if near is not None and near.size and near.max() > largest:
                best, largest = (row, cell[1] + int(near.argmax())), float(near.max())
        return best

    def rows_of_pixel(self, row: int) -> tuple[int, int]:
        """First and one past the last of the rows that share a pixel with a row, which is the first of them."""
        span = 1 if self.view.cell >= 1 else int(1 / self.view.cell) + 1
        return row, min(row + span, self.rows)

    # ------------------------------------------------------------ words

    def shown_row(self, row: int) -> FloatArray | None:
        """Weights of a query as they are displayed, ``[key]``; ``None`` if they are not known."""
        weights = self._matrix.row(row)
        return None if weights is None else self.scale.shown(weights[None])[0]

    def words(self, row: int, column: int) -> tuple[str, str]:
        """Query and key in words, and their weight, exactly."""
        names = translate("AttentionMap", "query {query} → key {key}").format(
            query=self._label(row), key=self._label(column)
        )
        places = translate("AttentionMap", "positions {row} → {column}").format(row=row, column=column)
        weights, shown = self._matrix.row(row), self.shown_row(row)
        if weights is None or shown is None:
            return names, translate("AttentionMap", "{places} · not read yet").format(places=places)
        numbers = translate("AttentionMap", "{places} · weight {weight}").format(
            places=places, weight=str(weights[column])
        )
        if self.scale.hide_sink:
            numbers = translate("AttentionMap", "{numbers} · shown as {shown:.3g}").format(
                numbers=numbers, shown=float(shown[column])
            )
        return names, numbers

    # ------------------------------------------------------------ painting

    def paint(self, painter: QPainter, hover: tuple[int, int] | None = None) -> None:
        """Paint map, labels and marks.

        Args:
            painter: of any device; its origin is the drawing's corner.
            hover: row and column of the cell under the pointer.
        """
        palette, view = theme.current(), self.view
        painter.translate(self._corner)
        painter.setFont(axis_labels.font_for(view.cell))
        axis_labels.paint_row_labels(painter, view, self.rows, self._label, self.row, palette)
        axis_labels.paint_column_labels(painter, view, self.rows, self._label, self.row, palette)
        self._paint_cells(painter)
        map_marks.paint_axes(painter, view, self.rows, palette)
        if 0 <= self.row < self.rows:
            map_marks.paint_row(painter, view, self.row, palette)
        if hover is not None:
            map_marks.paint_cross(painter, view, hover, self.rows, palette)
            map_marks.paint_readout(painter, view, hover, self.words(*hover), palette)

    def _paint_cells(self, painter: QPainter) -> None:
        # Viewers of vector files smooth the images in them when they scale them, so that cells would blur.
        vector = painter.paintEngine().type() == QPaintEngine.Type.SVG
        pixel_ratio = 2.0 if vector else painter.deviceTransform().m11()
        painter.save()
        painter.setClipRect(QRectF(0, 0, self.view.width, self.view.height))
        self._picture.paint(painter, self.view, self._colours, pixel_ratio, enlarged=vector)
        if self.view.cell >= map_marks.NUMBERED_CELL:
            map_marks.paint_numbers(painter, self.view, self.rows, self.shown_row, self._ink)
        painter.restore()

    def _ink(self, weight: float) -> QColor:
        """Black or white, whichever is read better on a weight's colour."""
        level = ZERO + round(self.scale.fraction(weight) * (ONE - ZERO))
        ground = QColor.fromRgba(int(self._colours[level]))
        dark = 0.299 * ground.redF() + 0.587 * ground.greenF() + 0.114 * ground.blueF() < 0.5
        return QColor(255, 255, 255, 220) if dark else QColor(0, 0, 0, 200)
