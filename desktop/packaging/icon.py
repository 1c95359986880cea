"""The program's icon: its drawing, and pictures of it in any size.

Knows nothing about where an icon is shown or installed.
"""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

PIXEL_SIZES = (16, 24, 32, 48, 64, 128, 256)
"""Sizes that menus, task bars and window titles ask for."""


def icon_drawing() -> bytes:
    """The icon as SVG."""
    return files(__package__).joinpath("vitrine.svg").read_bytes()


def icon_picture(pixels: int) -> QImage:
    """The icon as a square picture with transparent corners; needs no application object.

    Args:
        pixels: length of a side.
    """
    picture = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(icon_drawing())).render(painter)
    painter.end()
    return picture


def application_icon() -> QIcon:
    """The icon of the program's windows; needs the application object."""
    icon = QIcon()
    for pixels in PIXEL_SIZES:
        icon.addPixmap(QPixmap.fromImage(icon_picture(pixels)))
    return icon
