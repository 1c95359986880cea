"""A horizontal slider drawn by the theme: a thin groove, the part that counts filled, a round handle.

Knows nothing about settings; its steps mean what a `SliderScale` says.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from desktop import theme
from desktop.controls.slider_scale import SliderScale

_HANDLE = 14
_GROOVE = 4


class Groove(QSlider):
    """A slider whose handle goes where one clicks and whose value is read through a scale.

    Args:
        scale: the values along the groove.
        origin: the value from which the groove is filled to the handle.
        parent: the widget it lies in.
    """

    reset_asked = Signal()
    """The groove was double-clicked."""

    def __init__(self, scale: SliderScale, origin: float, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._scale = scale
        self._origin = origin
        self._hovered = False
        self.setRange(0, scale.steps)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.themed.connect(self.update)

    @property
    def scale(self) -> SliderScale:
        """The values along the groove."""
        return self._scale

    def set_scale(self, scale: SliderScale, value: float) -> None:
        """Lay other values along the groove without telling anybody, and show one of them."""
        self._scale = scale
        blocked = self.blockSignals(True)
        self.setRange(0, scale.steps)
        self.setValue(scale.step_of(value))
        self.blockSignals(blocked)
        self.update()

    def step_by(self, count: int) -> None:
        """Go `count` different values to the right (or left, where negative).

        Neighbouring steps of a count scale can share a value; those are passed over.
        """
        direction = 1 if count > 0 else -1
        step = self.value()
        for _ in range(abs(count)):
            before = self._scale.value_at(step)
            while 0 <= step + direction <= self._scale.steps:
                step += direction
                if self._scale.value_at(step) != before:
                    break
        self.setValue(step)

    def sizeHint(self) -> QSize:
        """As high as its handle with the focus ring."""
        return QSize(theme.scaled(100), theme.scaled(_HANDLE + 6))

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a narrow panel."""
        return QSize(theme.scaled(48), theme.scaled(_HANDLE + 6))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the next value, page keys ten on, Home and End to the ends."""
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_PageDown: -10,
        }
        if event.key() in steps:
            self.step_by(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._step_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle."""
        if self.isSliderDown():
            self.setValue(self._step_at(event.position().x()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        self.setSliderDown(False)
        self.update()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the default."""
        self.setSliderDown(False)
        self.reset_asked.emit()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls."""
        event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the handle can be taken."""
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Back to rest."""
        self._hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Groove, filled part, handle, focus ring."""
        palette = theme.current()
        handle, thickness = theme.scaled(_HANDLE), theme.scaled(_GROOVE)
        middle = self.height() / 2
        x, origin = self._x_of(self.value()), self._x_of(self._scale.step_of(self._origin))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(self.inset, middle - thickness / 2, self.width() - 2 * self.inset, thickness)
        painter.setBrush(theme.colour(palette.line))
        painter.drawRoundedRect(groove, thickness / 2, thickness / 2)
        painter.setBrush(theme.colour(palette.accent if self.isEnabled() else palette.text_faint))
        filled = QRectF(min(x, origin), groove.top(), abs(x - origin), thickness)
        painter.drawRoundedRect(filled, thickness / 2, thickness / 2)
        if self.hasFocus():
            painter.setBrush(theme.colour(palette.accent, 0.35))
            ring = handle / 2 + theme.scaled(3)
            painter.drawEllipse(QPointF(x, middle), ring, ring)
        radius = handle / 2 if self._hovered or self.isSliderDown() else handle / 2 - 0.5
        painter.setPen(Qt.PenStyle.NoPen if palette.dark else QPen(theme.colour(palette.text_faint), 1.0))
        painter.setBrush(theme.colour(palette.text if palette.dark else palette.surface))
        painter.drawEllipse(QPointF(x, middle), radius, radius)

    @property
    def inset(self) -> int:
        """From the widget's edge to the groove's: room for half a handle and its focus ring."""
        return theme.scaled(_HANDLE) // 2 + theme.scaled(3)

    def _x_of(self, step: int) -> float:
        return self.inset + (self.width() - 2 * self.inset) * step / max(self._scale.steps, 1)

    def _step_at(self, x: float) -> int:
        share = (x - self.inset) / max(self.width() - 2 * self.inset, 1.0)
        return round(min(max(share, 0.0), 1.0) * self._scale.steps)
