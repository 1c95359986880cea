"""Zoom, pan and the way between cells and pixels."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.plots.map_view import LARGEST_CELL, MapView, roomy_extent


def test_a_fitted_map_is_as_large_as_its_shorter_side() -> None:
    assert MapView.fitted(400, 300, 1000).cell == pytest.approx(0.3)


def test_large_cells_are_a_whole_number_of_pixels() -> None:
    # 300 / 40 = 7.5
    assert MapView.fitted(400, 300, 40).cell == 7


def test_few_cells_do_not_grow_without_bound() -> None:
    assert MapView.fitted(400, 300, 1).cell == LARGEST_CELL


def test_zooming_keeps_the_point_under_the_pointer() -> None:
    view = MapView.fitted(400, 400, 1000)
    for factor in (2.0, 1.5, 0.8):
        row, column = view.top + 120 / view.cell, view.left + 90 / view.cell
        view = view.zoomed(factor, 90, 120)
        assert view.x(column) == pytest.approx(90)
        assert view.y(row) == pytest.approx(120)


def test_zoom_ends_at_the_whole_map_and_at_the_largest_cell() -> None:
    view = MapView.fitted(400, 400, 1000)
    assert view.zoomed(0.01, 50, 50) == view
    assert view.zoomed(1e6, 50, 50).cell == LARGEST_CELL


def test_panning_stops_at_the_borders_of_the_map() -> None:
    view = MapView.fitted(400, 400, 1000).zoomed(10, 0, 0)
    assert (view.panned(50, 50).left, view.panned(50, 50).top) == (0, 0)
    moved = view.panned(-1e6, -1e6)
    assert moved.x(1000) == pytest.approx(400)
    assert moved.y(1000) == pytest.approx(400)


def test_a_row_out_of_sight_is_brought_to_the_nearest_edge() -> None:
    view = MapView(100, 100, extent=100, cell=10, top=20)
    assert view.showing_row(25) is view
    assert view.showing_row(35).top == 26
    assert view.showing_row(3).top == 3


def test_cells_are_found_by_pixel_inside_the_map_only() -> None:
    view = MapView(100, 100, extent=5, cell=10)
    assert view.cell_at(0, 0) == (0, 0)
    assert view.cell_at(49, 9.9) == (0, 4)
    assert view.cell_at(50, 5) is None
    assert view.cell_at(-1, 5) is None


def test_cells_of_a_pixel_or_more_have_a_bin_each() -> None:
    bins = MapView(25, 25, extent=100, cell=10, left=3.5).column_bins(1.0)
    assert bins.edges.tolist() == [3, 4, 5, 6]
    assert (bins.origin, bins.size) == (-5, 10)


def test_smaller_cells_share_a_bin_of_one_pixel() -> None:
    bins = MapView(4, 4, extent=10, cell=0.4).column_bins(1.0)
    assert bins.edges.tolist() == [0, 2, 5, 7, 10]
    assert (len(bins), bins.first, bins.stop, bins.origin, bins.size) == (4, 0, 10, 0, 1)


def test_a_dense_screen_has_more_bins() -> None:
    bins = MapView(4, 4, extent=10, cell=0.4).column_bins(2.0)
    assert len(bins) == 8
    assert bins.size == 0.5


def test_panning_by_a_pixel_moves_bins_and_changes_none() -> None:
    view = MapView(50, 50, extent=1000, cell=0.3, left=100)
    before, after = view.column_bins(1.0), view.panned(-1, 0).column_bins(1.0)
    np.testing.assert_array_equal(before.edges[1:], after.edges[:-1])


@pytest.mark.parametrize(
    ("cells", "extent"), [(0, 8), (1, 8), (8, 8), (9, 16), (40, 40), (41, 48), (300, 304), (2000, 2048)]
)
def test_a_growing_map_is_laid_out_anew_only_now_and_then(cells: int, extent: int) -> None:
    assert roomy_extent(cells) == extent
