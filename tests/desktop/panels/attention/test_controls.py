"""The buttons say what is wanted and show what is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.panels.attention.controls import AttentionControls
from desktop.plots.attention_scale import AttentionScale


@pytest.fixture
def controls(qtbot: QtBot) -> AttentionControls:
    """Buttons that show head 3."""
    widget = AttentionControls()
    qtbot.addWidget(widget)
    widget.show_head(3)
    return widget


def test_mean_and_maximum_and_back_to_the_head_of_before(qtbot: QtBot, controls: AttentionControls) -> None:
    for button, head in ((controls.mean, "mean"), (controls.maximum, "max"), (controls.this_head, 3)):
        with qtbot.waitSignal(controls.head_wanted) as wanted:
            button.click()
        assert wanted.args == [head]
        controls.show_head(head)
        assert button.isChecked()


def test_showing_a_head_asks_for_nothing(qtbot: QtBot, controls: AttentionControls) -> None:
    with qtbot.assertNotEmitted(controls.head_wanted):
        controls.show_head("max")
    assert controls.maximum.isChecked()
    assert not controls.this_head.isChecked()


def test_the_scale_starts_logarithmic_with_the_sink(controls: AttentionControls) -> None:
    assert controls.scale() == AttentionScale(logarithmic=True, hide_sink=False)


def test_scale_buttons_say_the_scale(qtbot: QtBot, controls: AttentionControls) -> None:
    with qtbot.waitSignal(controls.scale_wanted) as wanted:
        controls.log.click()
    assert wanted.args == [AttentionScale(logarithmic=False)]
    with qtbot.waitSignal(controls.scale_wanted) as wanted:
        controls.hide_sink.click()
    assert wanted.args == [AttentionScale(logarithmic=False, hide_sink=True)]


def test_every_button_has_a_name_and_is_reached_by_keyboard(controls: AttentionControls) -> None:
    buttons = controls.findChildren(QPushButton)
    assert len(buttons) == 7
    for button in buttons:
        assert button.accessibleName()
        assert button.accessibleDescription()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
