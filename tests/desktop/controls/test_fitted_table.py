"""A table that never scrolls sideways."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QStandardItem, QStandardItemModel
from pytestqt.qtbot import QtBot

from desktop.controls.fitted_table import FittedTable


@pytest.fixture
def table(qtbot: QtBot) -> FittedTable:
    """Three columns of text around one that is stretched; the last can be left out."""
    shown = FittedTable(1, 60, 200, (3,))
    model = QStandardItemModel(1, 4, shown)
    for column in range(4):
        model.setItem(0, column, QStandardItem("twelve signs"))
    model.setHorizontalHeaderLabels(["one", "two", "three", "a title wider than its texts"])
    shown.setModel(model)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def across(table: FittedTable) -> int:
    return sum(table.columnWidth(column) for column in range(4) if not table.isColumnHidden(column))


def test_columns_fill_the_width_and_one_is_left_out_where_there_is_no_room(table: FittedTable) -> None:
    assert table.minimumSizeHint().width() == 200
    wide = 3 * max(table.sizeHintForColumn(column) for column in (0, 2, 3)) + 400
    for width, hidden in ((wide, False), (220, True), (wide, False)):
        table.resize(width, 200)
        table.share_width()
        assert table.isColumnHidden(3) is hidden
        assert across(table) == table.viewport().width()
        assert table.columnWidth(1) >= 60
    header = table.horizontalHeader()
    assert table.columnWidth(3) >= header.sectionSizeHint(3) > 0


def test_texts_that_find_no_room_even_so_are_narrower(table: FittedTable) -> None:
    table.resize(200, 200)
    table.share_width()
    assert across(table) == table.viewport().width()
