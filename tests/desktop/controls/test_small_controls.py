"""The switch, the search field and the label that gives way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.controls.elided_label import ElidedLabel
from desktop.controls.search_field import SearchField
from desktop.controls.switch import Switch


def test_a_switch_is_switched_by_a_click_on_its_words_and_by_the_space_bar(qtbot: QtBot) -> None:
    switch = Switch("new for each reply")
    qtbot.addWidget(switch)
    switch.resize(switch.sizeHint())
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect().center())
    assert switch.isChecked()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    assert switch.grab().width() == switch.width()


def test_esc_clears_a_search_and_enter_and_down_go_on(qtbot: QtBot) -> None:
    field = SearchField()
    qtbot.addWidget(field)
    field.setText("nit")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down):
        with qtbot.waitSignal(field.entered):
            QTest.keyClick(field, key)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_a_label_asks_for_no_width_and_tells_all_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.say("what could have come at position 59")
    assert label.minimumSizeHint().width() == 0
    assert label.toolTip() == "what could have come at position 59"
