"""Pictures of large maps: the same pixels as exact weights make, and what stands in for what is not read."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots.attention_chart import EXACT_ROWS, AttentionChart
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.plots.attention_picture import AttentionPicture, heat_colours
from desktop.plots.attention_scale import AttentionScale
from desktop.plots.map_tiles import MapTiles
from desktop.plots.map_view import MapView
from desktop.plots.tiled_picture import TiledPicture, stride_of
from inference.attention_map import pooled, without_sink
from inference.contract import AttentionMapPart, FloatArray, ReadAttentionMap

pytestmark = pytest.mark.usefixtures("qapp")
ROWS = 1200


def causal(rows: int) -> FloatArray:
    """A causal matrix with a bright column and otherwise small weights."""
    weights = np.tril(np.random.default_rng(3).random((rows, rows), np.float32)) * np.float32(1e-2)
    weights[300:, 300] = 0.75
    return weights


WEIGHTS = causal(ROWS)


def read(tiles: MapTiles, stride: int, hide_sink: bool = False) -> None:
    """Fill tiles with the whole map."""
    asked = ReadAttentionMap(1, 0, 0, stride, 0, ROWS, 0, ROWS, hide_sink)
    shown = without_sink(WEIGHTS) if hide_sink else WEIGHTS
    tiles.put(AttentionMapPart(asked, pooled(shown, stride, 0, ROWS).astype(np.float16)))


def painted(picture: TiledPicture | AttentionPicture, view: MapView) -> QImage:
    image = QImage(int(view.width), int(view.height), QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    picture.paint(painter, view, heat_colours(theme.DARK), 1.0)
    painter.end()
    return image


def difference(one: QImage, other: QImage) -> float:
    """Share of pixels that are not nearly the same."""
    pixels = [
        np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(int)
        for image in (one, other)
    ]
    return float((np.abs(pixels[0] - pixels[1]).max(axis=-1) > 12).mean())


@pytest.mark.parametrize(
    ("cell", "stride"), [(0.25, 4), (0.2, 4), (0.13, 4), (0.125, 8), (0.6, 1), (1.0, 1), (30.0, 1)]
)
def test_a_cell_is_no_coarser_than_a_pixel(cell: float, stride: int) -> None:
    assert stride_of(MapView(300, 300, ROWS, cell), 1.0) == stride


def test_twice_the_pixels_want_half_the_stride() -> None:
    assert stride_of(MapView(300, 300, ROWS, 0.25), 2.0) == 2


@pytest.mark.parametrize("hide_sink", [False, True])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_tiles_make_the_picture_that_exact_weights_make(hide_sink: bool, logarithmic: bool) -> None:
    scale, matrix, tiles = AttentionScale(logarithmic, hide_sink), AttentionMatrix(), MapTiles()
    matrix.put(0, WEIGHTS)
    view = MapView.fitted(300, 300, ROWS)
    read(tiles, 4, hide_sink)
    exact, tiled = AttentionPicture(matrix, scale, ROWS), TiledPicture(tiles, scale, ROWS)
    assert tiled.missing(view, 1.0) is None
    assert difference(painted(exact, view), painted(tiled, view)) < 0.01


def test_zoomed_in_too() -> None:
    scale, matrix, tiles = AttentionScale(), AttentionMatrix(), MapTiles()
    matrix.put(0, WEIGHTS)
    read(tiles, 1)
    view = MapView(200, 200, ROWS, 4.0, left=270.0, top=500.0)
    exact, tiled = AttentionPicture(matrix, scale, ROWS), TiledPicture(tiles, scale, ROWS)
    assert difference(painted(exact, view), painted(tiled, view)) < 0.01


def test_only_what_is_in_sight_is_missing() -> None:
    picture = TiledPicture(MapTiles(), AttentionScale(), ROWS)
    missing = picture.missing(MapView(100, 100, ROWS, 4.0, left=0.0, top=600.0), 1.0)
    assert missing is not None
    stride, part = missing
    assert (stride, part.start, part.stop, part.left, part.right) == (1, 512, 768, 0, 256)


def test_a_coarser_tile_stands_in_for_one_that_is_not_read() -> None:
    tiles = MapTiles()
    read(tiles, 4)
    picture = TiledPicture(tiles, AttentionScale(), ROWS)
    view = MapView(200, 200, ROWS, 4.0, left=270.0, top=500.0)
    assert picture.missing(view, 1.0) is not None
    image = painted(picture, view)
    bright, dark = image.pixelColor(int(view.x(301)), 100), image.pixelColor(int(view.x(290)), 100)
    assert bright.alpha() == 255
    assert bright.lightness() > dark.lightness()


def test_rows_that_are_not_read_stay_empty() -> None:
    tiles = MapTiles()
    asked = ReadAttentionMap(1, 0, 0, 4, 0, 600, 0, 600)
    tiles.put(AttentionMapPart(asked, pooled(WEIGHTS[:600, :600], 4, 0, 600).astype(np.float16)))
    image = painted(TiledPicture(tiles, AttentionScale(), ROWS), MapView.fitted(300, 300, ROWS))
    assert image.pixelColor(10, 140).alpha() == 255
    assert image.pixelColor(10, 160).alpha() == 0


def test_what_arrives_is_painted() -> None:
    tiles = MapTiles()
    picture, view = TiledPicture(tiles, AttentionScale(), ROWS), MapView.fitted(300, 300, ROWS)
    assert painted(picture, view).pixelColor(10, 100).alpha() == 0
    read(tiles, 4)
    assert painted(picture, view).pixelColor(10, 100).alpha() == 255


def test_a_chart_takes_tiles_for_many_rows_only(qtbot: QtBot) -> None:
    chart, asked = AttentionChart(), list[bool]()

    def tiles(hide_sink: bool) -> MapTiles:
        asked.append(hide_sink)
        return MapTiles()

    chart.show_matrix(AttentionMatrix(), str, tiles)
    chart.set_rows(EXACT_ROWS)
    assert not chart.tiled
    assert chart.missing(1.0) is None
    assert not asked
    chart.view = MapView.fitted(300, 300, EXACT_ROWS + 1)
    chart.set_rows(EXACT_ROWS + 1)
    assert chart.tiled
    assert chart.missing(1.0) is not None
    assert asked == [False]
    chart.set_scale(AttentionScale(hide_sink=True))
    assert asked == [False, True]
    chart.set_rows(10)
    assert not chart.tiled
