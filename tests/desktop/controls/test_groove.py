"""The slider follows pointer and keys and speaks in the values of its scale."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.controls.groove import Groove
from desktop.controls.slider_scale import CountScale, LinearScale


@pytest.fixture
def groove(qtbot: QtBot) -> Groove:
    made = Groove(LinearScale(0.0, 2.0, 0.01), 0.0)
    qtbot.addWidget(made)
    made.resize(200 + 2 * made.inset, 20)
    made.show()
    return made


def at(groove: Groove, x: int) -> QPoint:
    return QPoint(groove.inset + x, groove.height() // 2)


def test_the_handle_goes_where_one_clicks(groove: Groove) -> None:
    QTest.mouseClick(groove, Qt.MouseButton.LeftButton, pos=at(groove, 150))
    assert groove.scale.value_at(groove.value()) == 1.5


def test_the_handle_can_be_dragged_beyond_the_ends(groove: Groove) -> None:
    QTest.mousePress(groove, Qt.MouseButton.LeftButton, pos=at(groove, 20))
    QTest.mouseMove(groove, at(groove, 80))
    assert groove.value() == 80
    QTest.mouseMove(groove, at(groove, 900))
    QTest.mouseRelease(groove, Qt.MouseButton.LeftButton, pos=at(groove, 900))
    assert groove.value() == 200


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (Qt.Key.Key_Right, 0.81),
        (Qt.Key.Key_Left, 0.79),
        (Qt.Key.Key_PageUp, 0.9),
        (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_End, 2.0),
    ],
)
def test_keys_move_the_handle(groove: Groove, key: Qt.Key, value: float) -> None:
    groove.setValue(80)
    QTest.keyClick(groove, key)
    assert groove.scale.value_at(groove.value()) == value


def test_a_key_passes_over_steps_that_share_a_count(qtbot: QtBot) -> None:
    groove = Groove(CountScale(49_152), 1.0)
    qtbot.addWidget(groove)
    groove.setValue(groove.scale.step_of(1))
    counts = []
    for _ in range(4):
        QTest.keyClick(groove, Qt.Key.Key_Right)
        counts.append(groove.scale.value_at(groove.value()))
    assert counts == [2, 3, 4, 5]


def test_a_double_click_asks_for_the_default(qtbot: QtBot, groove: Groove) -> None:
    with qtbot.waitSignal(groove.reset_asked):
        QTest.mouseDClick(groove, Qt.MouseButton.LeftButton, pos=at(groove, 10))


def test_another_scale_shows_the_same_value_and_tells_nobody(qtbot: QtBot, groove: Groove) -> None:
    with qtbot.assertNotEmitted(groove.valueChanged):
        groove.set_scale(CountScale(1000), 40)
    assert groove.scale.value_at(groove.value()) == 40
