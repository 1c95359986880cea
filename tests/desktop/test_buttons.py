"""Small buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.buttons import IconButton, Segments


@pytest.mark.parametrize("icon", ["close", "plus", "down", "right", "sidebar", "float", "panels", "theme"])
def test_icons_are_drawn(qtbot: QtBot, icon: str) -> None:
    button = IconButton(icon, "Do it")
    qtbot.addWidget(button)
    button.show()
    picture = button.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}) > 2
    assert button.accessibleName() == button.toolTip() == "Do it"


def test_a_segment_is_chosen_by_a_click_and_by_the_keyboard(qtbot: QtBot) -> None:
    segments = Segments("Tint", (("none", "Plain", "No tint"), ("some", "Some", "A tint")))
    qtbot.addWidget(segments)
    segments.show()
    segments.choose("none")
    assert segments.value == "none"
    with qtbot.waitSignal(segments.chosen, timeout=1000) as chosen:
        qtbot.mouseClick(segments._buttons["some"], Qt.MouseButton.LeftButton)
    assert chosen.args == ["some"]
    with qtbot.waitSignal(segments.chosen, timeout=1000) as chosen:
        qtbot.keyClick(segments._buttons["none"], Qt.Key.Key_Space)
    assert chosen.args == ["none"]
    assert segments._buttons["some"].accessibleName() == "Tint: Some"
