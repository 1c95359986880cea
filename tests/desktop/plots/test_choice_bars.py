"""A few bars in a narrow column."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots.bar_rows import Bar
from desktop.plots.choice_bars import ROW, ChoiceBars

BARS = (
    Bar(7, 1, "·appears", False, 3.0, 0.42, 0.5, None),
    Bar(8, 4, "⟨E3 81⟩", False, 1.0, 0.05, 0.0, "temperature"),
    Bar(9, 5, "an-extraordinarily-long-piece-of-text", False, 1.0, 0.05, None, None),
)


@pytest.fixture
def bars(qtbot: QtBot) -> ChoiceBars:
    made = ChoiceBars()
    qtbot.addWidget(made)
    made.show_bars(BARS, chosen=7)
    made.resize(184, made.sizeHint().height())
    made.show()
    return made


def test_a_row_each(bars: ChoiceBars) -> None:
    assert bars.sizeHint().height() == 3 * theme.scaled(ROW)
    assert bars.bars == BARS
    assert not bars.grab().isNull()


def test_a_screen_reader_has_all_of_it(bars: ChoiceBars) -> None:
    said = bars.accessibleDescription()
    assert "·appears" in said
    assert "removed by temperature" in said


def test_piece_bar_and_number_stand_beside_each_other(bars: ChoiceBars) -> None:
    for width in (110, 184, 400):
        bars.resize(width, 60)
        columns = bars.columns()
        assert columns.piece.right <= columns.bar.left
        assert columns.bar.right <= columns.after.left + 0.5
        assert columns.after.right <= width


def test_the_row_under_the_pointer_is_described(bars: ChoiceBars, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: shown.append(text))
    for y in (25, 5, 900):
        place = QPoint(20, y)
        QApplication.sendEvent(bars, QHelpEvent(QEvent.Type.ToolTip, place, bars.mapToGlobal(place)))
    assert len(shown) == 2, "below the rows there is nothing to say"
    assert "removed by temperature" in shown[0]
    assert "token ID 7" in shown[1]
