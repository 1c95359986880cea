"""The field for a whole number: its text has room, and it is called something."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.controls.place_field import PlaceField
from desktop.stylesheet import stylesheet


def test_its_text_is_seen(qtbot: QtBot) -> None:
    field = PlaceField("Bit")
    qtbot.addWidget(field)
    field.setStyleSheet(stylesheet(theme.current()))
    field.setPrefix("bit ")
    field.setRange(0, 31)
    field.setValue(31)
    field.resize(field.sizeHint())
    field.show()
    QApplication.processEvents()
    line = field.lineEdit()
    margins = line.textMargins()
    room = line.width() - margins.left() - margins.right()
    assert room >= QFontMetrics(field.font()).horizontalAdvance("bit 31")
    assert line.accessibleName() == field.accessibleName() == "Bit"
