"""A two-dimensional part of a tensor as a picture: one cell a value, teal above zero and amber below.

Knows nothing about the engine; it says which part it would like to see.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_exact
from desktop.stylesheet import mixed
from inference.tensors.contract import TensorSlice

MOST_CELLS = 256
"""Rows and columns that are shown at once; of more, some at equal distances."""
ZOOM = 2.0
LEAST = 4
_LEVELS = 127

Range = tuple[int, int]


class TensorPicture(QWidget):
    """Shows a `TensorSlice`; the wheel and + − zoom, 0 shows all, arrows go from value to value.

    Args:
        parent: the widget it lies in.
    """

    range_wanted = Signal(object, object)
    """Rows and columns that a person wants to see, each first and one past the last."""
    value_chosen = Signal(int, int)
    """Row and column of a value that a person chose."""
    pointed = Signal(str)
    """What is under the pointer, in words; empty when nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slice: TensorSlice | None = None
        self._largest = 0.0
        self._image: QImage | None = None
        self._pixels: NDArray[np.uint8] | None = None
        self._chosen: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Values as a picture"))
        self.setAccessibleDescription(
            self.tr("Arrow keys go from value to value, plus and minus zoom, zero shows all of it.")
        )
        theme.themed.connect(self._restyle)

    @property
    def shown(self) -> TensorSlice | None:
        """The part that is shown."""
        return self._slice

    def show_slice(self, part: TensorSlice | None) -> None:
        """Show a part of a tensor, or nothing."""
        self._slice = part
        finite = np.array([]) if part is None else np.abs(part.values[np.isfinite(part.values)])
        self._largest = float(finite.max()) if finite.size else 0.0
        self._draw()

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Outline a value by its row and column in the tensor, without telling anybody."""
        self._chosen = cell
        self.update()

    def _draw(self) -> None:
        """Values as colours, once for each part."""
        self._image = None
        if self._slice is not None and self._slice.values.size:
            values, largest = self._slice.values, self._largest or 1.0
            with np.errstate(invalid="ignore", over="ignore"):
                share = np.clip(np.nan_to_num(values / largest, nan=0.0, posinf=1.0, neginf=-1.0), -1, 1)
            # The square root: most weights are small, and a picture of zeros tells nothing.
            level = np.rint(np.sign(share) * np.sqrt(np.abs(share)) * _LEVELS).astype(np.int16) + _LEVELS
            pixels = _colours()[level]
            pixels[np.isnan(values)] = _rgb(theme.current().danger)
            self._pixels = np.ascontiguousarray(pixels)
            rows, columns = values.shape
            self._image = QImage(self._pixels.data, columns, rows, columns * 3, QImage.Format.Format_RGB888)
        self.update()

    # ------------------------------------------------------------ places

    def _room(self) -> QRectF:
        """Where the picture is: as large as goes, with cells at most so much wider than high."""
        if self._slice is None or not self._slice.values.size:
            return QRectF()
        rows, columns = self._slice.values.shape
        width, height = float(self.width()), float(self.height())
        cell = min(width / columns, theme.scaled(96))
        tall = min(height / rows, theme.scaled(40))
        if rows > 1 and columns > 1:
            cell, tall = min(cell, tall * 4), min(tall, cell * 4)
        return QRectF(0, 0, cell * columns, tall * rows)

    def _cell(self, row: int, column: int) -> QRectF:
        assert self._slice is not None
        room = self._room()
        rows, columns = self._slice.values.shape
        width, height = room.width() / columns, room.height() / rows
        return QRectF(room.left() + column * width, room.top() + row * height, width, height)

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        room = self._room()
        if self._slice is None or room.isEmpty() or not room.contains(point):
            return None
        rows, columns = self._slice.values.shape
        row = min(int((point.y() - room.top()) / room.height() * rows), rows - 1)
        return row, min(int((point.x() - room.left()) / room.width() * columns), columns - 1)

    def words(self, row: int, column: int) -> str:
        """A cell in words."""
        assert self._slice is not None
        return self.tr("row {row}, column {column}: {value}").format(
            row=int(self._slice.rows[row]),
            column=int(self._slice.columns[column]),
            value=format_exact(float(self._slice.values[row, column]), 6),
        )

    # ------------------------------------------------------------ Qt's virtual methods

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        part = self._slice
        if self._image is None or part is None:
            return
        room = self._room()
        painter.drawImage(room, self._image)
        rows, columns = part.values.shape
        cell = self._cell(0, 0)
        font = theme.ui_font(11)
        palette = theme.current()
        if cell.width() >= QFontMetricsF(font).horizontalAdvance(
            "−0.0000"
        ) + 4 and cell.height() >= theme.scaled(14):
            painter.setFont(font)
            for row in range(rows):
                for column in range(columns):
                    value = float(part.values[row, column])
                    strong = self._largest and abs(value) > 0.3 * self._largest
                    painter.setPen(theme.colour(palette.on_accent if strong else palette.text))
                    painter.drawText(
                        self._cell(row, column), int(Qt.AlignmentFlag.AlignCenter), _short(value)
                    )
        if (place := self._place_of(self._chosen)) is not None:
            painter.setPen(QPen(theme.colour(palette.cursor), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            mark = self._cell(*place)
            painter.drawRect(mark.adjusted(-1, -1, 1, 1) if min(mark.width(), mark.height()) < 6 else mark)

    def _place_of(self, cell: tuple[int, int] | None) -> tuple[int, int] | None:
        """Where in the picture a value is shown; the nearest of those that are, where it is thinned out."""
        part = self._slice
        if cell is None or part is None or not part.values.size:
            return None
        row, column = np.searchsorted(part.rows, cell[0]), np.searchsorted(part.columns, cell[1])
        return min(int(row), len(part.rows) - 1), min(int(column), len(part.columns) - 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position())
        self.pointed.emit("" if cell is None else self.words(*cell))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose_place(*cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (cell := self._at(event.position())) is not None:
            self._zoom(1 / (ZOOM * ZOOM), cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        cell = self._at(event.position())
        if cell is not None and event.angleDelta().y():
            self._zoom(1 / ZOOM if event.angleDelta().y() > 0 else ZOOM, cell)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        key, part = Qt.Key(event.key()), self._slice
        if part is None or not part.values.size:
            super().keyPressEvent(event)
        elif key in steps:
            row, column = self._place_of(self._chosen) or (0, 0)
            if self._chosen is not None:
                row, column = row + steps[key][0], column + steps[key][1]
            rows, columns = part.values.shape
            self._choose_place(min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom(ZOOM if key == Qt.Key.Key_Minus else 1 / ZOOM, self._place_of(self._chosen) or (0, 0))
        elif key == Qt.Key.Key_0:
            self.range_wanted.emit((0, part.shape[0]), (0, part.shape[1]))
        else:
            super().keyPressEvent(event)

    def _choose_place(self, row: int, column: int) -> None:
        assert self._slice is not None
        self._chosen = (int(self._slice.rows[row]), int(self._slice.columns[column]))
        self.pointed.emit(self.words(row, column))
        self.update()
        self.value_chosen.emit(*self._chosen)

    def _zoom(self, factor: float, cell: tuple[int, int]) -> None:
        """Ask for a larger or smaller part around a cell."""
        part = self._slice
        assert part is not None
        ranges = [
            _zoomed(kept, int(kept[place]), size, factor)
            for kept, place, size in zip((part.rows, part.columns), cell, part.shape, strict=True)
        ]
        self.range_wanted.emit(*ranges)

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(320), theme.scaled(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(140), theme.scaled(80))

    @Slot()
    def _restyle(self) -> None:
        self._draw()
        self.updateGeometry()


def _zoomed(kept: NDArray[np.int64], centre: int, size: int, factor: float) -> Range:
    """A range `factor` times as long around a place that keeps its share of it."""
    step = int(kept[1] - kept[0]) if len(kept) > 1 else 1
    start, stop = int(kept[0]), min(int(kept[-1]) + step, size)
    length = max(min(round((stop - start) * factor), size), min(LEAST, size))
    share = (centre - start) / max(stop - start, 1)
    first = min(max(round(centre - share * length), 0), size - length)
    return first, first + length


def _colours() -> NDArray[np.uint8]:
    """``uint8 [levels, 3]`` from below zero over the ground to above it."""
    palette = theme.current()
    below = [mixed(palette.raised, palette.cursor, place / _LEVELS) for place in range(_LEVELS, 0, -1)]
    above = [mixed(palette.raised, palette.accent, place / _LEVELS) for place in range(_LEVELS + 1)]
    return np.array([_rgb(one) for one in (*below, *above)], np.uint8)


def _rgb(value: str) -> tuple[int, int, int]:
    colour = theme.colour(value)
    return colour.red(), colour.green(), colour.blue()


def _short(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return format_exact(value, 3) if 1e-3 <= abs(value) < 1e5 else f"{value:.0e}"
