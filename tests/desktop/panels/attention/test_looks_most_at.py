"""The list of keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.panels.attention.looks_most_at import KeyLine, LooksMostAt
from tests.desktop.plots.pictures import painted

LINES = [KeyLine(0, "<|im_start|>", 0.396), KeyLine(26, "·the", 0.25), KeyLine(27, "·interactions", 0.0004)]


@pytest.fixture
def keys(qtbot: QtBot) -> LooksMostAt:
    """Three keys."""
    widget = LooksMostAt()
    qtbot.addWidget(widget)
    widget.resize(widget.width(), 400)
    widget.show_lines(LINES, "The first token is an <b>attention sink</b>.")
    widget.show()
    return widget


def test_each_line_gives_piece_position_weight_and_percent(keys: LooksMostAt) -> None:
    cells = [
        [keys.model.index(row, column).data() for column in range(keys.model.columnCount())]
        for row in range(keys.model.rowCount())
    ]
    assert cells == [
        ["<|im_start|>", "0", "0.3960", "39.6 %"],
        ["·the", "26", "0.2500", "25.0 %"],
        ["·interactions", "27", "0.0004", "0.04 %"],
    ]


def test_the_tooltip_has_the_exact_weight(keys: LooksMostAt) -> None:
    tooltip = keys.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tooltip == "“<|im_start|>” at position 0: weight 0.396"


def test_clicking_a_line_chooses_its_key(qtbot: QtBot, keys: LooksMostAt) -> None:
    place = keys.table.visualRect(keys.model.index(1, 0)).center()
    with qtbot.waitSignal(keys.key_chosen) as chosen:
        qtbot.mouseClick(keys.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert chosen.args == [26]


def test_a_line_is_chosen_by_keyboard(qtbot: QtBot, keys: LooksMostAt) -> None:
    keys.table.setCurrentIndex(keys.model.index(0, 0))
    qtbot.keyClick(keys.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(keys.key_chosen) as chosen:
        qtbot.keyClick(keys.table, Qt.Key.Key_Return)
    assert chosen.args == [26]


def test_lines_can_change_in_value_and_in_number(keys: LooksMostAt) -> None:
    before = painted(keys)
    keys.show_lines([KeyLine(1, "·a", 0.9), *LINES[1:]], "")
    assert keys.model.index(0, 0).data() == "·a"
    assert painted(keys) != before
    keys.show_lines([], "")
    assert keys.model.rowCount() == 0


def test_the_sentence_has_the_height_it_needs(keys: LooksMostAt) -> None:
    one = keys.sentence.height()
    keys.show_lines(LINES, "A sentence that is quite a bit longer, so that it needs several lines. " * 3)
    assert keys.sentence.height() > one > 0
    keys.show_lines(LINES, "")
    assert keys.sentence.height() == 0
