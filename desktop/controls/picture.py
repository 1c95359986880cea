"""A widget as a picture in a file: PNG at twice the screen's resolution, or SVG.

Knows nothing about what the widget shows.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from desktop import theme

_PIXELS_PER_POINT = 2.0


def png_picture(widget: QWidget) -> bytes:
    """A widget as it is on the screen, in twice as many pixels each way."""
    image = QImage(widget.size() * _PIXELS_PER_POINT, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_PIXELS_PER_POINT)
    image.fill(theme.colour(theme.current().window))
    painter = QPainter(image)
    _paint(widget, painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # it refuses the bytes its stub asks for
    return bytes(buffer.data().data())


def svg_picture(widget: QWidget) -> bytes:
    """A widget as shapes and text, to be scaled and edited."""
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(QRect(QPoint(0, 0), widget.size()))
    generator.setTitle(widget.accessibleName() or widget.objectName())
    painter = QPainter(generator)
    painter.fillRect(QRect(QPoint(0, 0), widget.size()), theme.colour(theme.current().window))
    _paint(widget, painter)
    painter.end()
    return bytes(buffer.data().data())


def _paint(widget: QWidget, painter: QPainter) -> None:
    widget.render(painter, QPoint(0, 0), renderFlags=QWidget.RenderFlag.DrawChildren)
