"""All heads of a model and both blocks of every layer as a grid of cells to be muted by a click or a key.

Knows nothing about models; what a cell's colour says is told to it.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal
from desktop.muted_words import attention_words, head_words, mlp_words
from desktop.plots.axis_labels import thinned
from inference.contract import FloatArray
from inference.intervention import NOTHING, Intervention

PITCH, GAP = 15, 2
"""Pixels from one cell to the next, and between two, at a zoom of 1."""

BLOCKS = 2
"""Columns beside the heads: the whole attention block, the MLP."""

_APART = 8


class HeadGrid(QWidget):
    """Cells of all heads, layer by layer, with those of the blocks to the right.

    Args:
        parent: the widget it lies in.
    """

    head_toggled = Signal(int, int)
    attention_toggled = Signal(int)
    mlp_toggled = Signal(int)

    current_moved = Signal(int, int)
    """Layer and column of the cell that the keyboard is at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = self._heads = 0
        self._muted = NOTHING
        self._effects: FloatArray | None = None
        self._current = (0, 0)
        self._hover: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Heads and blocks to mute"))
        theme.themed.connect(self._lay_out)

    # ------------------------------------------------------------ what is shown

    def set_shape(self, layers: int, heads: int) -> None:
        """Say how many layers and heads a layer there are."""
        if (layers, heads) != (self._layers, self._heads):
            self._layers, self._heads, self._effects = layers, heads, None
            self._current = (0, 0)
            self._lay_out()

    def show_muted(self, intervention: Intervention) -> None:
        """Cross out what is muted."""
        if intervention == self._muted:
            return
        self._muted = intervention
        self._describe()
        self.update()

    def show_effects(self, effects: FloatArray | None) -> None:
        """Colour heads by what muting each does.

        Args:
            effects: ``float32 [layer, head]`` nats by which muting raises the chosen token's log-probability, NaN
                where that is not known; ``None`` for nothing.
        """
        if effects is not self._effects:
            self._effects = effects
            self.update()

    def cell_rectangle(self, layer: int, column: int) -> QRectF:
        """Where a cell is painted; columns behind the heads are attention and MLP."""
        pitch = theme.scaled(PITCH)
        left, top = self._margins()
        apart = theme.scaled(_APART) if column >= self._heads else 0
        return QRectF(left + column * pitch + apart, top + layer * pitch, pitch - GAP, pitch - GAP)

    def words(self, layer: int, column: int) -> str:
        """A cell in words, with what muting it does where that is known."""
        if column == self._heads:
            said = attention_words(layer)
        elif column > self._heads:
            said = mlp_words(layer)
        else:
            said = head_words(layer, column)
            effect = math.nan if self._effects is None else float(self._effects[layer, column])
            if not math.isnan(effect):
                sentence = self.tr("{head}: muting it changes the log-probability by {nats} nats")
                sign = "+" if effect > 0 else ""
                said = sentence.format(head=said, nats=f"{sign}{format_decimal(effect, 3)}")
        return self.tr("{cell}, muted").format(cell=said) if self._is_muted(layer, column) else said

    # ------------------------------------------------------------ layout

    def _margins(self) -> tuple[int, int]:
        size = theme.scaled(10)
        return size * 2, size + 2 * theme.SPACE

    def sizeHint(self) -> QSize:
        """All cells."""
        if not self._layers:
            return QSize(0, 0)
        last = self.cell_rectangle(self._layers - 1, self._heads + BLOCKS - 1)
        return QSize(math.ceil(last.right()) + 2, math.ceil(last.bottom()) + 2)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    @Slot()
    def _lay_out(self) -> None:
        self.updateGeometry()
        self.adjustSize()
        self.update()

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Labels, cells, what is muted, where the keyboard is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_labels(painter)
        largest = self._largest_effect()
        for layer in range(self._layers):
            for column in range(self._heads + BLOCKS):
                self._paint_cell(painter, layer, column, largest)
        if self._layers and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(theme.current().accent), 2))
            painter.drawRoundedRect(self.cell_rectangle(*self._current).adjusted(-1, -1, 1, 1), 2, 2)

    def _largest_effect(self) -> float:
        if self._effects is None:
            return 0.0
        known = [abs(float(one)) for one in self._effects.reshape(-1) if not math.isnan(float(one))]
        return max(known, default=0.0)

    def _paint_labels(self, painter: QPainter) -> None:
        palette, pitch = theme.current(), theme.scaled(PITCH)
        left, top = self._margins()
        painter.setFont(theme.ui_font(9))
        size = painter.font().pixelSize()
        painter.setPen(theme.colour(palette.text_faint))
        for layer in thinned(0, self._layers, pitch, size * 2.0, ()):
            place = QRectF(0, top + layer * pitch - GAP / 2, left - theme.SPACE, pitch)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(layer))
        for head in thinned(0, self._heads, pitch, size * 1.4, ()):
            place = QRectF(left + head * pitch - pitch, 0, 3 * pitch - GAP, top - theme.SPACE / 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, str(head))
        for column, letter in ((self._heads, self.tr("A")), (self._heads + 1, self.tr("M"))):
            room = self.cell_rectangle(0, column)
            place = QRectF(room.left() - pitch, 0, room.width() + 2 * pitch, top - theme.SPACE / 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, letter)

    def _paint_cell(self, painter: QPainter, layer: int, column: int, largest: float) -> None:
        palette, room = theme.current(), self.cell_rectangle(layer, column)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground(layer, column, largest))
        painter.drawRoundedRect(room, 2, 2)
        if self._is_muted(layer, column):
            painter.setBrush(theme.colour(palette.danger_soft))
            painter.drawRoundedRect(room, 2, 2)
            painter.setPen(QPen(theme.colour(palette.danger), 1.6))
            inner = room.adjusted(3, 3, -3, -3)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.bottomLeft(), inner.topRight())
        elif (layer, column) == self._hover:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(palette.text_soft), 1))
            painter.drawRoundedRect(room, 2, 2)

    def _ground(self, layer: int, column: int, largest: float) -> QColor:
        palette = theme.current()
        if self._effects is None or column >= self._heads or not largest:
            return theme.colour(palette.raised)
        effect = float(self._effects[layer, column])
        if math.isnan(effect):
            return theme.colour(palette.raised)
        # The root brings out small effects beside large ones.
        share = math.sqrt(abs(effect) / largest)
        return theme.colour(palette.accent if effect < 0 else palette.cursor, 0.08 + 0.92 * share)

    def _is_muted(self, layer: int, column: int) -> bool:
        muted = self._muted
        if column == self._heads:
            return layer in muted.attention
        if column > self._heads:
            return layer in muted.mlp
        return (layer, column) in muted.heads

    # ------------------------------------------------------------ pointer and keys

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Layer and column under a point."""
        for layer in range(self._layers):
            row = self.cell_rectangle(layer, 0)
            if not row.top() - GAP / 2 <= place.y() < row.bottom() + GAP / 2:
                continue
            for column in range(self._heads + BLOCKS):
                room = self.cell_rectangle(layer, column)
                if room.left() - GAP / 2 <= place.x() < room.right() + GAP / 2:
                    return layer, column
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at a cell."""
        cell = self.cell_at(event.position())
        if cell != self._hover:
            self._hover = cell
            QToolTip.showText(
                event.globalPosition().toPoint(), "" if cell is None else self.words(*cell), self
            )
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mute a cell, or no more."""
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._move_to(*cell)
            self._toggle(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from cell to cell; the space bar and Return mute one."""
        moves = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        key = Qt.Key(event.key())
        if key in moves and self._layers:
            layer, column = self._current
            down, right = moves[key]
            self._move_to(
                min(max(layer + down, 0), self._layers - 1),
                min(max(column + right, 0), self._heads + BLOCKS - 1),
            )
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._layers:
            self._toggle(*self._current)
        else:
            super().keyPressEvent(event)

    def _move_to(self, layer: int, column: int) -> None:
        self._current = (layer, column)
        self._describe()
        self.current_moved.emit(layer, column)
        self.update()

    def _toggle(self, layer: int, column: int) -> None:
        if column == self._heads:
            self.attention_toggled.emit(layer)
        elif column > self._heads:
            self.mlp_toggled.emit(layer)
        else:
            self.head_toggled.emit(layer, column)

    def _describe(self) -> None:
        if self._layers:
            self.setAccessibleDescription(self.words(*self._current))
