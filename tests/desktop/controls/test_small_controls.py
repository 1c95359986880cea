"""The switch, the search field and the label that gives way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.controls.elided_label import ElidedLabel
from desktop.controls.plain_tooltip import plain_tooltip
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


def test_a_button_clears_a_search_while_there_is_something_to_clear(qtbot: QtBot) -> None:
    field = SearchField(fills=True)
    qtbot.addWidget(field)
    field.resize(300, field.sizeHint().height())
    field.show()
    assert field.width() == 300
    assert not field.clear_button.isVisible()
    QTest.keyClicks(field, "nit")
    assert field.clear_button.isVisible()
    assert field.rect().contains(field.clear_button.geometry())
    QTest.mouseClick(field.clear_button, Qt.MouseButton.LeftButton)
    assert field.text() == ""
    assert not field.clear_button.isVisible()
    assert SearchField(field).maximumWidth() == 184


def test_esc_clears_a_search_before_it_does_what_it_does_in_the_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field = SearchField(window)
    stopped: list[None] = []
    QShortcut(QKeySequence("Esc"), window).activated.connect(lambda: stopped.append(None))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.take_focus()
    QTest.keyClicks(field, "nit")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), stopped) == ("", [])
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert stopped == [None]


def test_a_long_tooltip_is_broken_into_lines_and_stays_text() -> None:
    assert plain_tooltip("short") == "short"
    assert plain_tooltip("<b>") == '<span style="white-space: pre-wrap">&lt;b&gt;</span>'
    assert plain_tooltip("word " * 40) == f'<span style="white-space: pre-wrap">{"word " * 40}</span>'


def test_a_label_asks_for_no_width_and_tells_all_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.say("what could have come at position 59")
    assert label.minimumSizeHint().width() == 0
    assert label.toolTip() == "what could have come at position 59"
