"""Labels thin out instead of colliding."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots import axis_labels
from desktop.plots.map_view import MapView


@pytest.mark.parametrize(
    ("pitch", "least", "expected"),
    [(10, 10, 1), (9, 10, 2), (5, 10, 2), (4, 10, 5), (1, 10, 10), (0.5, 10, 20), (0.19, 10, 100)],
)
def test_strides_are_ones_twos_and_fives(pitch: float, least: float, expected: int) -> None:
    assert axis_labels.stride(pitch, least) == expected


def test_labels_stand_at_multiples_of_the_stride() -> None:
    assert axis_labels.thinned(3, 22, 4, 18) == [5, 10, 15, 20]


def test_the_kept_label_makes_its_neighbours_give_way() -> None:
    # Stride 5 at 4 pixels each; 12 is 8 pixels from 10 and 12 from 15, both nearer than 18.
    assert axis_labels.thinned(0, 22, 4, 18, keep=(12,)) == [0, 5, 12, 20]


def test_a_kept_label_out_of_sight_keeps_nothing_away() -> None:
    assert axis_labels.thinned(0, 3, 20, 18, keep=(-1, 7)) == [0, 1, 2]


def test_no_two_labels_touch() -> None:
    for pitch in (0.2, 0.9, 3.3, 8.0, 30.0):
        chosen = axis_labels.thinned(0, 500, pitch, 11, keep=(123,))
        assert all((b - a) * pitch >= 11 for a, b in itertools.pairwise(chosen))


@pytest.mark.parametrize(("cell", "pixels"), [(0.2, 9), (9.0, 9), (10.5, 10), (40.0, 11)])
def test_the_font_shrinks_with_the_cells_as_far_as_it_can_be_read(
    qtbot: QtBot, cell: float, pixels: int
) -> None:
    assert axis_labels.font_for(cell).pixelSize() == pixels


@pytest.mark.parametrize("rows", [3, 40, 2000])
def test_only_labels_with_room_are_written(qtbot: QtBot, rows: int) -> None:
    view = MapView.fitted(300, 300, rows)
    asked: list[int] = []

    def label(position: int) -> str:
        asked.append(position)
        return f"·token{position}"

    image = QImage(QSize(500, 500), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.translate(100, 10)
    painter.setFont(axis_labels.font_for(view.cell))
    axis_labels.paint_row_labels(painter, view, rows, label, rows - 1, theme.DARK)
    on_rows = len(asked)
    axis_labels.paint_column_labels(painter, view, rows, label, -1, theme.DARK)
    painter.end()
    assert rows - 1 in asked[:on_rows]
    assert 2 <= on_rows <= 300 / 9 + 1
    assert 2 <= len(asked) - on_rows <= 300 / 9 + 1
