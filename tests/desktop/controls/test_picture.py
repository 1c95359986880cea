"""Widgets become pictures."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.controls.picture import png_picture, svg_picture


def label(qtbot: QtBot) -> QLabel:
    made = QLabel("nitrogen")
    qtbot.addWidget(made)
    made.resize(120, 30)
    return made


def test_a_png_has_twice_the_pixels(qtbot: QtBot) -> None:
    image = QImage.fromData(png_picture(label(qtbot)))
    assert (image.width(), image.height()) == (240, 60)


def test_an_svg_keeps_text_as_text(qtbot: QtBot) -> None:
    drawn = svg_picture(label(qtbot)).decode()
    assert "<svg" in drawn
    assert "nitrogen" in drawn
