"""The sliders speak for the settings, and the seed for the dice."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.panels.next_token.sampling_controls import SamplingControls
from inference.sampling.settings import SamplingSettings


@pytest.fixture
def controls(qtbot: QtBot) -> SamplingControls:
    made = SamplingControls(SamplingSettings(), 49_152)
    qtbot.addWidget(made)
    made.show_seed(4, True)
    made.show()
    return made


def type_seed(controls: SamplingControls, text: str) -> None:
    controls.seed.setFocus()
    controls.seed.selectAll()
    QTest.keyClicks(controls.seed, text)
    QTest.keyClick(controls.seed, Qt.Key.Key_Return)


def test_there_is_a_slider_for_every_setting(controls: SamplingControls) -> None:
    assert set(controls.sliders) == {field.name for field in fields(SamplingSettings)}


def test_a_slider_changes_its_own_setting_and_no_other(qtbot: QtBot, controls: SamplingControls) -> None:
    with qtbot.waitSignal(controls.settings_chosen) as chosen:
        controls.sliders["top_p"].groove.setValue(50)
    assert chosen.args == [SamplingSettings(top_p=0.5)]
    with qtbot.waitSignal(controls.settings_chosen) as chosen:
        controls.sliders["top_k"].groove.setValue(0)
    assert chosen.args == [SamplingSettings(top_p=0.5, top_k=1)]


def test_settings_from_elsewhere_move_the_sliders_and_tell_nobody(
    qtbot: QtBot, controls: SamplingControls
) -> None:
    with qtbot.assertNotEmitted(controls.settings_chosen):
        controls.show_settings(SamplingSettings(temperature=1.5, top_k=0))
    assert controls.sliders["temperature"].field.text() == "1.50"
    groove = controls.sliders["top_k"].groove
    assert groove.value() == groove.maximum()


def test_a_typed_seed_stays_for_the_next_replies(qtbot: QtBot, controls: SamplingControls) -> None:
    with qtbot.waitSignal(controls.seed_chosen) as chosen:
        type_seed(controls, "1234")
    assert chosen.args == [1234, False]
    assert not controls.new_seed.isChecked()


def test_a_seed_that_is_no_number_is_explained(qtbot: QtBot, controls: SamplingControls) -> None:
    with qtbot.assertNotEmitted(controls.seed_chosen):
        type_seed(controls, "lucky")
    assert "“lucky” is not a number" in controls.seed_note.text()
    assert controls.seed.text() == "4"


def test_the_switch_asks_for_new_seeds(qtbot: QtBot, controls: SamplingControls) -> None:
    controls.show_seed(4, False)
    with qtbot.waitSignal(controls.seed_chosen) as chosen:
        controls.new_seed.click()
    assert chosen.args == [4, True]


def test_seeds_can_be_counted_up_with_the_arrow_keys(qtbot: QtBot, controls: SamplingControls) -> None:
    controls.seed.setFocus()
    with qtbot.waitSignal(controls.seed_chosen) as chosen:
        QTest.keyClick(controls.seed, Qt.Key.Key_Up)
    assert chosen.args == [5, False]


def test_the_scale_of_counts_follows_the_vocabulary(controls: SamplingControls) -> None:
    controls.set_vocabulary(1000)
    groove = controls.sliders["top_k"].groove
    assert groove.scale.value_at(groove.maximum() - 1) == 1000
    assert groove.scale.value_at(groove.value()) == 40


def test_the_switch_for_guesses_speaks_and_says_what_it_does(
    qtbot: QtBot, controls: SamplingControls
) -> None:
    assert "No guess changes a reply" in controls.guess.toolTip()
    with qtbot.waitSignal(controls.guessing_chosen) as chosen:
        controls.guess.click()
    assert chosen.args == [True]
    with qtbot.assertNotEmitted(controls.guessing_chosen):
        controls.show_guessing(False, "")
    assert not controls.guess.isChecked()


def test_where_nothing_can_be_guessed_the_switch_says_why(controls: SamplingControls) -> None:
    controls.show_guessing(True, "This export reads one token at a time.")
    assert not controls.guess.isEnabled()
    assert not controls.guess.isChecked()
    assert controls.guess.toolTip() == controls.guess.accessibleDescription()
    assert controls.guess.toolTip() == "This export reads one token at a time."
    controls.show_guessing(True, "")
    assert controls.guess.isEnabled()
    assert controls.guess.isChecked()
