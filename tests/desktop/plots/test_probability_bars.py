"""The list of bars makes only the rows in view, keeps singled-out rows in sight and follows the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots.bar_rows import Bar, NoBars
from desktop.plots.probability_bars import ProbabilityBars


class CountedBars:
    """Token 1000 + r stands in row r; remembers how many rows were made."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self.made = 0

    def __len__(self) -> int:
        return self._rows

    def bars(self, start: int, stop: int) -> Sequence[Bar]:
        return [self._bar(row) for row in range(max(start, 0), min(stop, self._rows))]

    def place_of(self, token: int) -> int:
        return token - 1000 if 0 <= token - 1000 < self._rows else -1

    def bar_of(self, token: int) -> Bar | None:
        return self._bar(token - 1000) if self.place_of(token) >= 0 else None

    def _bar(self, row: int) -> Bar:
        self.made += 1
        return Bar(1000 + row, row + 1, f"·{row}", False, -float(row), 1 / (row + 2), 0.5, None)


@pytest.fixture
def bars(qtbot: QtBot) -> ProbabilityBars:
    made = ProbabilityBars()
    qtbot.addWidget(made)
    made.resize(560, 20 + 10 * 20 + theme.SPACE)
    made.show()
    return made


def show(bars: ProbabilityBars, rows: int, chosen: int = -1, dice: int = -1) -> CountedBars:
    source = CountedBars(rows)
    bars.set_emphasis(chosen, dice)
    bars.show_source(source, 2000)
    return source


def test_of_200000_rows_only_those_in_view_are_made(bars: ProbabilityBars) -> None:
    source = show(bars, 200_000)
    bars.grab()
    assert 10 <= source.made < 30
    assert bars.visible_rows() == range(10)


def test_singled_out_rows_that_are_out_of_view_take_the_place_of_the_last_rows(bars: ProbabilityBars) -> None:
    show(bars, 500, chosen=1000 + 300, dice=1000 + 2)
    assert bars.visible_rows() == range(9)
    show(bars, 500, chosen=1000 + 300, dice=1000 + 400)
    assert bars.visible_rows() == range(8)


def test_a_pinned_row_does_not_hide_another_singled_out_one(bars: ProbabilityBars) -> None:
    # Row 9 would be the last in view, but the pinned row needs its place: both are pinned.
    show(bars, 500, chosen=1000 + 300, dice=1000 + 9)
    assert bars.visible_rows() == range(8)


def test_a_pinned_row_can_be_pointed_at(qtbot: QtBot, bars: ProbabilityBars) -> None:
    show(bars, 500, chosen=1000 + 300)
    y = 20 + 9 * 20 + theme.SPACE + 10
    with qtbot.waitSignal(bars.current_changed) as changed:
        QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, y))
    assert changed.args == [1300]


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ([Qt.Key.Key_Down], 0),
        ([Qt.Key.Key_Down] * 3, 2),
        ([Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up], 0),
        ([Qt.Key.Key_End], 499),
        ([Qt.Key.Key_End, Qt.Key.Key_Home], 0),
        ([Qt.Key.Key_Down, Qt.Key.Key_PageDown], 8),
    ],
)
def test_keys_move_the_current_row_into_view(bars: ProbabilityBars, keys: list[Qt.Key], row: int) -> None:
    show(bars, 500)
    for key in keys:
        QTest.keyClick(bars, key)
    assert bars.current_token == 1000 + row
    assert row in bars.visible_rows()


def test_enter_activates_the_current_token(qtbot: QtBot, bars: ProbabilityBars) -> None:
    show(bars, 500)
    bars.set_current_row(4)
    with qtbot.waitSignal(bars.activated) as activated:
        QTest.keyClick(bars, Qt.Key.Key_Return)
    assert activated.args == [1004]


def test_the_current_token_stays_current_when_rows_change(bars: ProbabilityBars) -> None:
    show(bars, 500)
    bars.set_current_row(4)
    show(bars, 20)
    assert bars.current_token == 1004
    show(bars, 3)
    assert bars.current_token == -1


def test_a_screen_reader_hears_the_current_rows_numbers(bars: ProbabilityBars) -> None:
    show(bars, 500)
    bars.set_current_row(2)
    assert "token ID 1002, rank 3" in bars.accessibleDescription()
    assert "p = 0.2500" in bars.accessibleDescription()


def test_the_last_rows_can_be_scrolled_clear_of_pinned_ones(bars: ProbabilityBars) -> None:
    show(bars, 500, chosen=1000, dice=1001)
    bars.verticalScrollBar().setValue(bars.verticalScrollBar().maximum())
    assert bars.visible_rows().stop == 500


def test_no_rows_are_no_trouble(bars: ProbabilityBars) -> None:
    bars.set_wording("after chain", "No token contains “xyzzy”.")
    bars.show_source(NoBars(), 10)
    bars.grab()
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert bars.current_token == -1
