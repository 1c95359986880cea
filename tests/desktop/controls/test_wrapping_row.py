"""Widgets set like words: as many on a line as fit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.controls.wrapping_row import WrappingRow

GAP = 10


class Box(QWidget):
    """A widget of a fixed size."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = QSize(width, height)

    def sizeHint(self) -> QSize:
        return self._size


@pytest.fixture
def row(qtbot: QtBot) -> tuple[QWidget, WrappingRow, list[Box]]:
    """Three boxes, 100, 60 and 80 wide."""
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = WrappingRow(GAP, holder)
    boxes = [Box(100, 20), Box(60, 30), Box(80, 20)]
    for box in boxes:
        layout.addWidget(box)
    return holder, layout, boxes


def test_all_that_fit_stand_on_one_line_on_one_middle(row: tuple[QWidget, WrappingRow, list[Box]]) -> None:
    holder, layout, boxes = row
    holder.resize(260, layout.heightForWidth(260))
    holder.show()
    assert layout.heightForWidth(260) == 30
    assert [(box.x(), box.y()) for box in boxes] == [(0, 5), (110, 0), (180, 5)]


def test_what_does_not_fit_goes_on_in_the_next_line(row: tuple[QWidget, WrappingRow, list[Box]]) -> None:
    holder, layout, boxes = row
    assert layout.heightForWidth(259) == 30 + GAP + 20
    holder.resize(120, layout.heightForWidth(120))
    holder.show()
    assert [(box.x(), box.y()) for box in boxes] == [(0, 0), (0, 30), (0, 70)]


def test_what_is_hidden_takes_no_room(row: tuple[QWidget, WrappingRow, list[Box]]) -> None:
    holder, layout, boxes = row
    boxes[0].hide()
    assert layout.sizeHint() == QSize(60 + GAP + 80, 30)
    holder.resize(200, 40)
    holder.show()
    assert [box.x() for box in boxes[1:]] == [0, 70]


def test_what_is_wider_than_the_row_is_cut_to_it(row: tuple[QWidget, WrappingRow, list[Box]]) -> None:
    holder, layout, boxes = row
    boxes[0].setMinimumWidth(40)
    holder.resize(90, layout.heightForWidth(90))
    holder.show()
    assert boxes[0].width() == 90


def test_an_empty_row_has_no_height(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = WrappingRow(GAP, holder)
    assert (layout.sizeHint(), layout.minimumSize()) == (QSize(0, 0), QSize(0, 0))
    assert layout.heightForWidth(100) == 0
    assert layout.itemAt(0) is None
    assert layout.takeAt(0) is None
