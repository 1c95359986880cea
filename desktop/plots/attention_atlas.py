"""All heads of all layers as one image of small maps: rows are layers, columns are heads.

Knows nothing about the session, the engine or how the small maps were made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.plots.attention_picture import heat_colours
from desktop.plots.attention_scale import EMPTY, AttentionScale
from desktop.plots.axis_labels import thinned
from inference.contract import FloatArray
from inference.intervention import NOTHING, Intervention

SMALLEST_PITCH, LARGEST_PITCH = 7, 40
"""Pixels from one small map to the next, at least and at most."""

GAP = 2
"""Pixels between small maps."""


def tiled(levels: NDArray[np.uint8], side: int, gap: int) -> NDArray[np.uint8]:
    """Small maps side by side in one picture.

    Args:
        levels: ``[layer, head, cells, cells]``.
        side: pixels of each small map; smaller maps are repeated, larger ones pooled to their maxima.
        gap: empty pixels to the right of and below each.

    Returns:
        ``[layers * (side + gap), heads * (side + gap)]``.
    """
    layers, heads, cells, _ = levels.shape
    picture = np.full((layers, side + gap, heads, side + gap), EMPTY, np.uint8)
    if cells > side:
        edges = np.arange(side) * cells // side
        levels = np.maximum.reduceat(np.maximum.reduceat(levels, edges, axis=2), edges, axis=3)
    elif cells:
        source = np.arange(side) * cells // side
        levels = levels[:, :, source][:, :, :, source]
    if cells:
        picture[:, :side, :, :side] = levels.transpose(0, 2, 1, 3)
    return picture.reshape(layers * (side + gap), heads * (side + gap))


class AttentionAtlas(QWidget):
    """Paints the small maps; a click or the arrow keys choose a head, Ctrl and the wheel make them larger."""

    head_chosen = Signal(int, int)
    """A person chose a layer and a head."""

    side_changed = Signal(int)
    """Small maps of so many cells would be shown sharply now."""

    mute_asked = Signal(int, int)
    """A person wants a head muted, or no more: the key M, or the menu of a small map."""

    menu_asked = Signal(int, int, object)
    """A person wants to see what can be done with a head; where on the screen."""

    chosen_moved = Signal(int, int)
    """Another head is outlined: its layer and number, 0 for a whole layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = self._heads = 0
        self._weights: FloatArray | None = None
        self._scale = AttentionScale()
        self._chosen: tuple[int, int | None] = (-1, None)
        self._hover: tuple[int, int] | None = None
        self._muted = NOTHING
        self._image: QImage | None = None
        self._pixels: NDArray[np.uint32] | None = None
        self._room = 0
        self._zoom = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Attention of all heads"))
        self.setAccessibleDescription(self.tr("Arrow keys choose a layer and a head, M mutes it."))
        theme.themed.connect(self._restyle)

    # ------------------------------------------------------------ what is shown

    def set_shape(self, layers: int, heads: int) -> None:
        """Say how many layers and heads a layer there are."""
        if (layers, heads) != (self._layers, self._heads):
            self._layers, self._heads, self._weights, self._zoom = layers, heads, None, 0
            self._lay_out()

    def set_weights(self, weights: FloatArray | None) -> None:
        """Show small maps, ``float32 [layer, head, cells, cells]``, or nothing."""
        self._weights = weights
        self._image = None
        self.update()

    def set_scale(self, scale: AttentionScale) -> None:
        """Show the same weights on another scale; a hidden sink is left out, nothing is scaled up."""
        if scale != self._scale:
            self._scale, self._image = scale, None
            self.update()

    def set_chosen(self, layer: int, head: int | None) -> None:
        """Outline a head, or a whole layer where `head` is ``None``."""
        if (layer, head) != self._chosen:
            self._chosen = (layer, head)
            self.setAccessibleDescription(self._name(layer, head))
            self.chosen_moved.emit(layer, head or 0)
            self.update()

    def show_muted(self, intervention: Intervention) -> None:
        """Cross out the heads that are muted, those of muted blocks included."""
        if intervention != self._muted:
            self._muted = intervention
            self.update()

    def set_room(self, height: int) -> None:
        """Say how many pixels there are for all layers; the atlas takes a size that fits if it can."""
        if height != self._room:
            self._room = height
            self._lay_out()

    @property
    def side(self) -> int:
        """Pixels of the screen that one small map is wide and high."""
        return round((self._pitch() - GAP) * self.devicePixelRatioF())

    def cell_rectangle(self, layer: int, head: int) -> QRectF:
        """Where one small map is painted."""
        pitch = self._pitch()
        left, top = self._margins()
        return QRectF(left + head * pitch, top + layer * pitch, pitch - GAP, pitch - GAP)

    # ------------------------------------------------------------ layout

    def _pitch(self) -> int:
        if self._zoom:
            return self._zoom
        fitting = (self._room - self._margins()[1]) // max(self._layers, 1)
        return min(max(fitting, SMALLEST_PITCH), LARGEST_PITCH // 2)

    def _margins(self) -> tuple[int, int]:
        size = theme.scaled(10)
        return size * 2, size + theme.SPACE

    def _lay_out(self) -> None:
        self._image = None
        self.updateGeometry()
        self.adjustSize()
        self.update()
        self.side_changed.emit(self.side)

    def sizeHint(self) -> QSize:
        left, top = self._margins()
        pitch = self._pitch()
        # One pixel more than the small maps, for the outline of those at the border.
        return QSize(left + self._heads * pitch + 1, top + self._layers * pitch + 1)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._image = None

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_guides(painter)
        if self._image is None and self._weights is not None:
            self._image = self._draw(self._weights)
        if self._image is not None:
            painter.drawImage(QPointF(*self._margins()), self._image)
        palette = theme.current()
        self._paint_muted(painter)
        if self._hover is not None:
            self._outline(painter, self.cell_rectangle(*self._hover), palette.text_soft, 1)
        layer, head = self._chosen
        if 0 <= layer < self._layers:
            place = self.cell_rectangle(layer, head or 0)
            if head is None:
                place.setRight(self.cell_rectangle(layer, self._heads - 1).right())
            self._outline(painter, place, palette.accent, 2)
        painter.end()

    def _draw(self, weights: FloatArray) -> QImage:
        levels = AttentionScale(self._scale.logarithmic).levels(weights, 0)
        if self._scale.hide_sink:
            levels[..., 0] = EMPTY
        ratio = self.devicePixelRatioF()
        pitch = round(self._pitch() * ratio)
        self._pixels = heat_colours(theme.current())[tiled(levels, self.side, pitch - self.side)]
        height, width = self._pixels.shape
        image = QImage(
            self._pixels.data,
            width,
            height,
            self._pixels.strides[0],
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        image.setDevicePixelRatio(ratio)
        return image

    def _paint_guides(self, painter: QPainter) -> None:
        palette, pitch = theme.current(), self._pitch()
        left, top = self._margins()
        painter.setFont(theme.ui_font(9))
        size = painter.font().pixelSize()
        pointed = self._hover or self._chosen
        for layer in thinned(0, self._layers, pitch, size * 3.8, (pointed[0],)):
            painter.setPen(theme.colour(palette.text_soft if layer == pointed[0] else palette.text_faint))
            place = QRectF(0, top + layer * pitch - GAP / 2, left - theme.SPACE, pitch)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(layer))
        kept = () if pointed[1] is None else (pointed[1],)
        for head in thinned(0, self._heads, pitch, size * 1.4, kept):
            painter.setPen(theme.colour(palette.text_soft if head in kept else palette.text_faint))
            place = QRectF(left + head * pitch - pitch, 0, 3 * pitch - GAP, top - theme.SPACE / 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, str(head))

    def _paint_muted(self, painter: QPainter) -> None:
        heads = {*self._muted.heads}
        heads |= {(layer, head) for layer in self._muted.attention for head in range(self._heads)}
        painter.setPen(QPen(theme.colour(theme.current().danger), 1.6))
        for layer, head in heads:
            if layer < self._layers and head < self._heads:
                room = self.cell_rectangle(layer, head)
                painter.fillRect(room, theme.colour(theme.current().window, 0.75))
                painter.drawLine(room.topLeft(), room.bottomRight())
                painter.drawLine(room.bottomLeft(), room.topRight())

    @staticmethod
    def _outline(painter: QPainter, place: QRectF, colour: str, width: float) -> None:
        painter.setPen(QPen(theme.colour(colour), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = width / 2
        painter.drawRect(place.adjusted(-edge, -edge, edge, edge))

    @Slot()
    def _restyle(self) -> None:
        self._lay_out()

    # ------------------------------------------------------------ pointer and keys

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Layer and head under a point of the widget."""
        left, top = self._margins()
        layer, head = int((place.y() - top) // self._pitch()), int((place.x() - left) // self._pitch())
        return (layer, head) if 0 <= layer < self._layers and 0 <= head < self._heads else None

    def _name(self, layer: int, head: int | None) -> str:
        if head is None:
            return self.tr("layer {layer}, all heads").format(layer=layer)
        return self.tr("layer {layer}, head {head}").format(layer=layer, head=head)

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hover:
            self._hover = cell
            self.setToolTip("" if cell is None else self._name(*cell))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.head_chosen.emit(*cell)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_pointer = event.reason() is QContextMenuEvent.Reason.Mouse
        layer, head = self._chosen
        cell = self.cell_at(QPointF(event.pos())) if by_pointer else (layer, head or 0)
        if cell is not None and cell[0] >= 0:
            self.menu_asked.emit(*cell, event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        step = 1 if event.angleDelta().y() > 0 else -1
        self._resize_cells(self._pitch() + 2 * step)
        event.accept()

    def _resize_cells(self, pitch: int) -> None:
        self._zoom = min(max(pitch, SMALLEST_PITCH), LARGEST_PITCH)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        key = Qt.Key(event.key())
        layer, head = self._chosen
        if key in moves and self._layers and self._heads:
            down, right = moves[key]
            self.head_chosen.emit(
                min(max(layer + down, 0), self._layers - 1), min(max((head or 0) + right, 0), self._heads - 1)
            )
        elif key == Qt.Key.Key_M and layer >= 0 and head is not None:
            self.mute_asked.emit(layer, head)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._resize_cells(self._pitch() + 2)
        elif key == Qt.Key.Key_Minus:
            self._resize_cells(self._pitch() - 2)
        elif key == Qt.Key.Key_0:
            self._zoom = 0
            self._lay_out()
        else:
            super().keyPressEvent(event)
