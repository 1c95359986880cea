"""Slider, field and caption of one setting agree."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.controls.number_slider import NumberSlider, NumberSliderLook
from desktop.controls.slider_scale import LinearScale

LOOK = NumberSliderLook(
    label="Temperature",
    explanation="Divides the logits.",
    scale=LinearScale(0.0, 2.0, 0.01),
    origin=0.0,
    default=0.8,
    minimum=0.0,
    maximum=2.0,
    decimals=2,
)


@pytest.fixture
def slider(qtbot: QtBot) -> NumberSlider:
    made = NumberSlider(LOOK)
    qtbot.addWidget(made)
    made.resize(300, 60)
    made.show()
    return made


def type_into(slider: NumberSlider, text: str) -> None:
    slider.field.setFocus()
    slider.field.selectAll()
    QTest.keyClicks(slider.field, text)
    QTest.keyClick(slider.field, Qt.Key.Key_Return)


def test_it_begins_at_the_default(slider: NumberSlider) -> None:
    assert (slider.value, slider.field.text(), slider.groove.value()) == (0.8, "0.80", 80)


def test_the_field_follows_the_slider(qtbot: QtBot, slider: NumberSlider) -> None:
    with qtbot.waitSignal(slider.changed) as changed:
        slider.groove.setValue(125)
    assert changed.args == [1.25]
    assert slider.field.text() == "1.25"


def test_fault_56_the_slider_follows_what_is_typed_with_a_comma(qtbot: QtBot, slider: NumberSlider) -> None:
    with qtbot.waitSignal(slider.changed) as changed:
        type_into(slider, "1,25")
    assert changed.args == [1.25]
    assert slider.groove.value() == 125


def test_a_value_between_two_steps_keeps_all_its_digits(slider: NumberSlider) -> None:
    type_into(slider, "0.333")
    assert slider.value == 0.333
    assert slider.groove.value() == 33


def test_a_refusal_takes_the_captions_place_until_something_else_is_chosen(slider: NumberSlider) -> None:
    slider.set_caption("sharper")
    type_into(slider, "9")
    assert "9.00 is outside 0.00 to 2.00" in slider.refusal
    slider.set_caption("flatter")
    assert slider.refusal
    QTest.keyClick(slider.groove, Qt.Key.Key_Right)
    assert slider.refusal == ""
    assert slider.caption.text() == "flatter"


def test_a_double_click_brings_the_default_back(qtbot: QtBot, slider: NumberSlider) -> None:
    slider.set_value(1.7)
    with qtbot.waitSignal(slider.changed) as changed:
        QTest.mouseDClick(slider.groove, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert changed.args[-1] == 0.8


def test_arrows_in_the_field_go_by_steps_of_the_slider(slider: NumberSlider) -> None:
    slider.field.setFocus()
    QTest.keyClick(slider.field, Qt.Key.Key_Up)
    assert slider.value == 0.81


def test_setting_a_value_tells_nobody(qtbot: QtBot, slider: NumberSlider) -> None:
    with qtbot.assertNotEmitted(slider.changed):
        slider.set_value(1.5)
    assert (slider.field.text(), slider.groove.value()) == ("1.50", 150)


def test_slider_and_field_have_names_of_their_own(slider: NumberSlider) -> None:
    names = {slider.groove.accessibleName(), slider.field.accessibleName()}
    assert names == {"Temperature, slider", "Temperature, number"}
