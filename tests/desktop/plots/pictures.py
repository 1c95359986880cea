"""Reading back what a widget has painted, and sending it the pointer.

Knows no widget by name.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget


def painted(widget: QWidget) -> QImage:
    """A widget's own painting on a transparent ground."""
    image = QImage(widget.size(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    widget.render(painter, QPoint(0, 0), renderFlags=QWidget.RenderFlag.DrawChildren)
    painter.end()
    return image


def colour_at(image: QImage, place: QPointF) -> QColor:
    """The colour of a pixel."""
    return image.pixelColor(place.toPoint())


def point_at(widget: QWidget, place: QPointF, pressed: bool = False) -> None:
    """Move the pointer over a widget."""
    buttons = Qt.MouseButton.LeftButton if pressed else Qt.MouseButton.NoButton
    _send(widget, QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, buttons)


def click(widget: QWidget, place: QPointF) -> None:
    """Press and release the left button."""
    press(widget, place)
    release(widget, place)


def press(widget: QWidget, place: QPointF) -> None:
    """Press the left button."""
    _send(widget, QEvent.Type.MouseButtonPress, place, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)


def release(widget: QWidget, place: QPointF) -> None:
    """Release the left button."""
    _send(widget, QEvent.Type.MouseButtonRelease, place, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)


def double_click(widget: QWidget, place: QPointF) -> None:
    """Click twice."""
    click(widget, place)
    _send(
        widget, QEvent.Type.MouseButtonDblClick, place, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton
    )
    release(widget, place)


def wheel(
    widget: QWidget,
    place: QPointF,
    notches: float,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Turn the wheel, away from the person for positive notches."""
    event = QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def _send(
    widget: QWidget, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, buttons: Qt.MouseButton
) -> None:
    event = QMouseEvent(
        kind, place, widget.mapToGlobal(place), button, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)
