"""The button that names the loaded model."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.model_chip import ModelChip


@pytest.fixture
def chip(qtbot: QtBot) -> ModelChip:
    """A button, shown."""
    shown = ModelChip()
    qtbot.addWidget(shown)
    shown.say("Small model", "8-bit blocks of 32")
    shown.resize(shown.sizeHint())
    shown.show()
    return shown


def test_it_is_pressed_by_keyboard_and_named_for_screen_readers(qtbot: QtBot, chip: ModelChip) -> None:
    assert chip.accessibleName() == "Small model · 8-bit blocks of 32"
    assert chip.focusPolicy() & Qt.FocusPolicy.TabFocus
    with qtbot.waitSignal(chip.clicked):
        qtbot.keyClick(chip, Qt.Key.Key_Space)


def test_without_facts_there_is_nothing_to_press(chip: ModelChip) -> None:
    chip.say("loading …", "")
    assert not chip.isEnabled()
    assert chip.text() == "loading …"


def test_name_and_facts_are_of_different_ink(chip: ModelChip) -> None:
    picture = chip.grab().toImage()
    inks = {
        QColor(picture.pixel(x, y)).name() for x in range(picture.width()) for y in range(picture.height())
    }
    assert theme.current().text in inks
    assert theme.current().text_soft in inks


def test_it_gives_way_where_there_is_no_room(chip: ModelChip) -> None:
    chip.say("x" * 400, "y" * 400)
    assert chip.minimumSizeHint().width() < 100
    chip.resize(chip.minimumSizeHint())
    assert not chip.grab().isNull()


@pytest.mark.parametrize("text", ["<img src='/etc/passwd'>", "a & b < c", "&lt;b&gt;"])
def test_fault_38_markup_in_a_tooltip_stays_text(text: str) -> None:
    assert "<img" not in plain_tooltip(text)
    assert plain_tooltip(text).startswith("<span")
    assert plain_tooltip("plain") == "plain"
