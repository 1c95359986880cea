"""The rows and lines of the compare panel by themselves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.panels.compare.column_head import ColumnHead, HeadFacts
from desktop.panels.compare.preset_naming import PresetNaming
from desktop.panels.compare.same_dice import SameDice
from inference.sampling.settings import SamplingSettings

FACTS = HeadFacts(
    letter="B",
    title="<b>Warm & wild</b>",
    settings=(("temperature 1.50", True), ("top-k 40", False)),
    state="46 tokens",
    apart="KL mean 0.031",
    shown=False,
    showable=True,
    removable=True,
)


@pytest.fixture
def same_dice(qtbot: QtBot) -> SameDice:
    made = SameDice(50_000)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def naming(qtbot: QtBot) -> PresetNaming:
    made = PresetNaming(lambda name: name == "Taken")
    qtbot.addWidget(made)
    return made


def test_one_setting_is_changed_and_no_other(qtbot: QtBot, same_dice: SameDice) -> None:
    first = SamplingSettings(temperature=0.5, top_k=7)
    same_dice.show_first(first)
    same_dice.setting.setCurrentIndex(same_dice.setting.findData("top_p"))
    assert same_dice.sliders["top_p"].isVisible()
    assert not same_dice.sliders["temperature"].isVisible()
    same_dice.sliders["top_p"].groove.setValue(50)
    with qtbot.waitSignal(same_dice.replay_asked) as asked:
        same_dice.replay.click()
    assert asked.args == [first.changed("top_p", 0.5)]


def test_a_slider_that_was_moved_stays_and_the_others_follow(same_dice: SameDice) -> None:
    same_dice.show_first(SamplingSettings())
    same_dice.sliders["temperature"].groove.setValue(150)
    same_dice.show_first(SamplingSettings(temperature=0.2, top_k=5))
    assert same_dice.sliders["temperature"].value == 1.5
    assert same_dice.sliders["top_k"].value == 5
    assert same_dice.sliders["temperature"].caption.text() == "A was written with temperature 0.20"


def test_why_nothing_can_be_replayed_is_said(same_dice: SameDice) -> None:
    same_dice.show_first(SamplingSettings())
    same_dice.sliders["temperature"].groove.setValue(150)
    assert same_dice.replay.isEnabled()
    same_dice.allow("A model has to be loaded first.")
    assert not same_dice.replay.isEnabled()
    assert same_dice.replay.toolTip() == "A model has to be loaded first."
    assert same_dice.replay.accessibleDescription() == "A model has to be loaded first."


def test_a_number_that_cannot_be_taken_is_explained(same_dice: SameDice) -> None:
    """What is typed is read like everywhere else, and refused in a sentence."""
    slider = same_dice.sliders["temperature"]
    slider.field.setFocus()
    slider.field.selectAll()
    QTest.keyClicks(slider.field, "9")
    QTest.keyClick(slider.field, Qt.Key.Key_Return)
    assert "outside" in slider.refusal


def test_settings_get_a_name(qtbot: QtBot, naming: PresetNaming) -> None:
    assert naming.isHidden()
    naming.ask(SamplingSettings(temperature=0.3))
    assert naming.isVisible()
    assert naming.about.text() == "temperature 0.30 · top-k 40 · top-p 0.95"
    assert not naming.save.isEnabled()
    QTest.keyClicks(naming.field, "  a   name ")
    with qtbot.waitSignal(naming.named) as named:
        QTest.keyClick(naming.field, Qt.Key.Key_Return)
    assert named.args == ["a name", SamplingSettings(temperature=0.3)]
    assert naming.field.text() == "  a   name ", "until it is kept it stays typed"


def test_a_name_that_is_taken_is_replaced_knowingly(naming: PresetNaming) -> None:
    naming.ask(SamplingSettings(), "Taken")
    assert naming.save.text() == "Replace"
    QTest.keyClicks(naming.field, "New")
    assert naming.save.text() == "Save"


def test_esc_leaves_it(naming: PresetNaming) -> None:
    naming.ask(SamplingSettings(), "Mine")
    QTest.keyClick(naming, Qt.Key.Key_Escape)
    assert naming.isHidden()


def test_a_head_shows_what_it_is_told(qtbot: QtBot) -> None:
    head = ColumnHead()
    qtbot.addWidget(head)
    head.resize(200, 120)
    head.show_facts(FACTS)
    head.show()
    assert head.title.text() == "<b>Warm & wild</b>", "a name is text, whatever is in it"
    assert head.title.textFormat() is Qt.TextFormat.PlainText
    assert head.accessibleName() == "Column B"
    assert head.accessibleDescription() == (
        "<b>Warm & wild</b>, temperature 1.50, top-k 40, 46 tokens, KL mean 0.031"
    )
    assert head.remove.accessibleName() == "Remove column B"
    assert head.show_branch.isVisible()
    assert not head.shown.isVisible()
    with qtbot.waitSignals([head.show_asked, head.remove_asked, head.menu_asked]):
        head.show_branch.click()
        head.remove.click()
        head.more.click()
