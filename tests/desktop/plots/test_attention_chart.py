"""What the drawing says about its cells, and where they are."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.plots.attention_chart import AttentionChart
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.plots.attention_scale import AttentionScale
from desktop.plots.map_view import MapView


@pytest.fixture
def chart(qtbot: QtBot) -> AttentionChart:
    """Three rows; the last is not known."""
    chart, matrix = AttentionChart(), AttentionMatrix()
    matrix.put(0, np.float32([[1, 0], [0.75, 0.25]]))
    chart.set_rows(3)
    chart.show_matrix(matrix, lambda position: f"·t{position}")
    plot = chart.plot(400, 300)
    chart.view = MapView.fitted(plot.width(), plot.height(), 3)
    return chart


def middle(chart: AttentionChart, row: int, column: int) -> QPointF:
    """The middle of a cell."""
    corner = chart.plot(400, 300).topLeft()
    return corner + QPointF(chart.view.x(column + 0.5), chart.view.y(row + 0.5))


def test_a_cell_is_told_with_both_tokens_and_its_exact_weight(chart: AttentionChart) -> None:
    assert chart.words(1, 0) == ("query ·t1 → key ·t0", "positions 1 → 0 · weight 0.75")


def test_a_scaled_weight_is_told_beside_the_real_one(chart: AttentionChart) -> None:
    chart.set_scale(AttentionScale(hide_sink=True))
    assert chart.words(1, 1)[1] == "positions 1 → 1 · weight 0.25 · shown as 1"


def test_a_row_that_is_not_known_says_so(chart: AttentionChart) -> None:
    assert chart.words(2, 1) == ("query ·t2 → key ·t1", "positions 2 → 1 · not read yet")


def test_cells_are_found_below_the_diagonal_only(chart: AttentionChart) -> None:
    assert chart.cell_at(middle(chart, 1, 0)) == (1, 0)
    assert chart.cell_at(middle(chart, 0, 1)) is None
    assert chart.cell_at(QPointF(1, 1)) is None


def test_of_the_cells_in_one_pixel_the_largest_is_told(qtbot: QtBot) -> None:
    chart, matrix = AttentionChart(), AttentionMatrix()
    weights = np.full((1000, 1000), 1e-5, np.float32)
    weights[643, 217] = 0.5
    matrix.put(0, weights)
    chart.set_rows(1000)
    chart.show_matrix(matrix, str)
    plot = chart.plot(350, 300)
    chart.view = MapView.fitted(plot.width(), plot.height(), 1000)
    assert chart.view.cell < 0.5
    assert chart.cell_at(plot.topLeft() + QPointF(chart.view.x(216), chart.view.y(642))) == (643, 217)


def test_the_extent_is_what_is_drawn(chart: AttentionChart) -> None:
    whole = chart.extent()
    chart.set_rows(1)
    assert chart.extent()[0] < whole[0]
    assert chart.extent()[1] < whole[1]


def test_numbers_are_written_black_on_bright_and_white_on_dark_cells(chart: AttentionChart) -> None:
    assert chart._ink(0.0) == QColor(255, 255, 255, 220)
    assert chart._ink(1.0) == QColor(0, 0, 0, 200)
