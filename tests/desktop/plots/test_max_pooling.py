"""Pooling keeps what is thin and bright."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.plots.map_view import Bins, MapView
from desktop.plots.max_pooling import PooledPicture


def bins(*edges: int) -> Bins:
    """Bins with these edges."""
    return Bins(np.array(edges), 0.0, 1.0)


def test_each_pixel_is_the_largest_of_its_cells() -> None:
    picture = PooledPicture(bins(0, 2, 4), bins(0, 1, 4))
    picture.add(0, np.array([[1, 0, 0, 0], [2, 3, 0, 0], [4, 5, 6, 0], [7, 8, 9, 5]], np.uint8))
    assert picture.levels.tolist() == [[2, 3], [7, 9]]


def test_one_bright_column_of_two_thousand_does_not_vanish() -> None:
    view = MapView.fitted(200, 200, 2000)
    levels = np.ones((2000, 2000), np.uint8)
    levels[:, 777] = 255
    picture = PooledPicture(view.row_bins(1.0), view.column_bins(1.0))
    picture.add(0, levels)
    assert (picture.levels[:, 77] == 255).all()
    assert (np.delete(picture.levels, 77, axis=1) == 1).all()


def test_rows_outside_the_view_change_nothing() -> None:
    picture = PooledPicture(bins(2, 3), bins(0, 1))
    picture.add(0, np.array([[9], [9]], np.uint8))
    picture.add(3, np.array([[9]], np.uint8))
    assert picture.levels.tolist() == [[0]]


def test_columns_right_of_what_a_row_has_stay_empty() -> None:
    picture = PooledPicture(bins(0, 1), bins(0, 2, 4, 6))
    picture.add(0, np.array([[3, 4, 5]], np.uint8))
    assert picture.levels.tolist() == [[4, 5, 0]]


@pytest.mark.parametrize("cell", [0.13, 0.7, 1.0, 6.5])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 99), left=st.floats(0, 40), top=st.floats(0, 40), split=st.integers(0, 59))
def test_rows_added_one_by_one_or_together_make_the_same_picture(
    cell: float, seed: int, left: float, top: float, split: int
) -> None:
    levels = np.tril(np.random.default_rng(seed).integers(1, 256, (60, 60), np.uint8))
    view = MapView(20, 25, 60, cell, left, top).clamped()
    rows, columns = view.row_bins(1.0), view.column_bins(1.0)
    pieces = PooledPicture(rows, columns)
    pieces.add(split, levels[split:])
    for row in range(split):
        pieces.add(row, levels[row : row + 1, : row + 1])
    expected = [
        [
            levels[rows.edges[i] : rows.edges[i + 1], columns.edges[j] : columns.edges[j + 1]].max()
            for j in range(len(columns))
        ]
        for i in range(len(rows))
    ]
    assert pieces.levels.tolist() == expected
