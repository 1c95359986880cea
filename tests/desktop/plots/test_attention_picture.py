"""The image of a map, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from desktop import colour_maps
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.plots.attention_picture import AttentionPicture, heat_colours
from desktop.plots.attention_scale import EMPTY, ONE, ZERO, AttentionScale
from desktop.plots.map_view import MapView
from desktop.theme import DARK, LIGHT, Palette, colour

LINEAR = AttentionScale(logarithmic=False)


def causal(rows: int, seed: int = 0) -> np.ndarray:
    """Rows of positive weights that sum to 1, zero beyond the diagonal."""
    weights = np.tril(np.random.default_rng(seed).random((rows, rows)) + 0.01)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def painted(picture: AttentionPicture, view: MapView, ratio: float = 1.0, enlarged: bool = False) -> QImage:
    """The picture on a transparent ground."""
    image = QImage(int(view.width), int(view.height), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    picture.paint(painter, view, heat_colours(DARK), ratio, enlarged)
    painter.end()
    return image


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_nothing_is_transparent_and_one_is_the_end_of_the_colour_map(palette: Palette) -> None:
    colours = heat_colours(palette)
    assert colours[EMPTY] == 0
    red, green, blue, _ = colour_maps.attention(palette)[255]
    assert colours[ONE] == 0xFF000000 | int(red) << 16 | int(green) << 8 | int(blue)


def test_zero_is_the_ground_itself_on_light_and_a_darkness_of_its_own_on_dark() -> None:
    assert heat_colours(LIGHT)[ZERO] == colour(LIGHT.window).rgba()
    zero = heat_colours(DARK)[ZERO]
    assert zero != colour(DARK.window).rgba()
    assert max(int(zero) >> 16 & 255, int(zero) >> 8 & 255, int(zero) & 255) < 64


def test_every_cell_has_the_colour_of_its_weight() -> None:
    matrix, weights = AttentionMatrix(), causal(4)
    matrix.put(0, weights)
    image = painted(AttentionPicture(matrix, LINEAR, 4), MapView(40, 40, 4, 10))
    levels = LINEAR.levels(weights, 0)
    for row in range(4):
        for column in range(4):
            expected = int(heat_colours(DARK)[levels[row, column]])
            assert image.pixel(column * 10 + 5, row * 10 + 5) == expected, (row, column)


def test_rows_that_are_not_known_are_empty_until_they_arrive() -> None:
    matrix, weights = AttentionMatrix(), causal(4)
    matrix.put(0, weights[:2])
    picture, view = AttentionPicture(matrix, LINEAR, 4), MapView(40, 40, 4, 10)
    assert painted(picture, view).pixelColor(5, 35).alpha() == 0
    matrix.put(2, weights[2:])
    picture.take(2, 4)
    assert painted(picture, view).pixelColor(5, 35).alpha() == 255


@pytest.mark.parametrize("cells", [50, 300, 700])
def test_a_map_that_grew_row_by_row_looks_like_one_made_at_once(cells: int) -> None:
    matrix, weights = AttentionMatrix(), causal(cells)
    view = MapView.fitted(200, 200, cells)
    grown = AttentionPicture(matrix, AttentionScale(), 0)
    painted(grown, view)
    for row in range(cells):
        matrix.put(row, weights[row : row + 1, : row + 1])
        grown.take(row, row + 1)
    assert painted(grown, view) == painted(AttentionPicture(matrix, AttentionScale(), cells), view)


def test_a_thin_bright_column_is_seen_at_two_thousand_tokens() -> None:
    matrix = AttentionMatrix()
    weights = np.full((2000, 2000), 1e-6, np.float32)
    weights[:, 777] = 0.9
    matrix.put(0, weights)
    image = painted(AttentionPicture(matrix, LINEAR, 2000), MapView.fitted(200, 200, 2000))
    bright = int(heat_colours(DARK)[LINEAR.levels(np.float32([[0.9]]), 0)[0, 0]])
    assert [image.pixel(77, y) for y in (80, 120, 199)] == [bright] * 3
    assert image.pixel(78, 120) != bright


def test_vector_files_get_cells_of_many_pixels() -> None:
    matrix = AttentionMatrix()
    matrix.put(0, causal(4))
    picture, view = AttentionPicture(matrix, LINEAR, 4), MapView(40, 40, 4, 10)
    assert painted(picture, view, 2.0, enlarged=True) == painted(picture, view)


def test_an_empty_map_paints_nothing() -> None:
    image = painted(AttentionPicture(AttentionMatrix(), LINEAR, 0), MapView.fitted(20, 20, 1))
    assert image.pixelColor(5, 5).alpha() == 0
