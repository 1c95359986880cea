"""The number field takes what can be read, explains what cannot, and puts the old number back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.controls.number_field import NumberField


@pytest.fixture
def field(qtbot: QtBot) -> NumberField:
    made = NumberField(0.0, 2.0, 2)
    qtbot.addWidget(made)
    made.set_value(0.8)
    made.show()
    return made


def write(field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("text", ["1.25", "1,25"])
def test_fault_56_a_typed_point_or_comma_is_taken(qtbot: QtBot, field: NumberField, text: str) -> None:
    with qtbot.waitSignal(field.committed) as committed:
        write(field, text)
    assert committed.args == [1.25]
    assert field.text() == "1.25"


@pytest.mark.parametrize(
    ("text", "part"), [("7", "7.00 is outside 0.00 to 2.00"), ("warm", "“warm” is not a number")]
)
def test_what_cannot_be_taken_is_explained_and_the_old_number_comes_back(
    qtbot: QtBot, field: NumberField, text: str, part: str
) -> None:
    with qtbot.waitSignal(field.refused) as refused, qtbot.assertNotEmitted(field.committed):
        write(field, text)
    assert part in refused.args[0]
    assert (field.text(), field.value) == ("0.80", 0.8)


def test_the_same_number_again_tells_nobody(qtbot: QtBot, field: NumberField) -> None:
    with qtbot.assertNotEmitted(field.committed), qtbot.assertNotEmitted(field.refused):
        write(field, "0,8")


def test_more_digits_than_usual_stay_visible(field: NumberField) -> None:
    write(field, "0.8125")
    assert (field.text(), field.value) == ("0.8125", 0.8125)


def test_what_is_longer_than_the_field_is_seen_from_its_first_digit(qtbot: QtBot, field: NumberField) -> None:
    field.resize(62, field.sizeHint().height())
    field.set_value(1.999991)
    assert field.text() == "1.999991"
    assert field.cursorPositionAt(field.rect().center()) < 6
    write(field, "1.888881")
    field.clearFocus()
    assert field.cursorPosition() == 0


def test_esc_brings_the_number_back(field: NumberField) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1.9")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.80"


@pytest.mark.parametrize(
    ("key", "count"),
    [(Qt.Key.Key_Up, 1), (Qt.Key.Key_Down, -1), (Qt.Key.Key_PageUp, 10), (Qt.Key.Key_PageDown, -10)],
)
def test_arrow_and_page_keys_step(qtbot: QtBot, field: NumberField, key: Qt.Key, count: int) -> None:
    field.setFocus()
    with qtbot.waitSignal(field.stepped) as stepped:
        QTest.keyClick(field, key)
    assert stepped.args == [count]


def test_a_number_that_is_being_typed_is_not_overwritten(field: NumberField) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1.")
    field.set_value(0.5)
    assert field.text() == "1."


def test_counts_have_their_thousands_apart(qtbot: QtBot) -> None:
    field = NumberField(0, 1_000_000, 0)
    qtbot.addWidget(field)
    field.set_value(49_152)
    assert field.text() == "49,152"
