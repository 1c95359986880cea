"""All heads in one image: where they are, what they say, how one is chosen."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots.attention_atlas import LARGEST_PITCH, SMALLEST_PITCH, AttentionAtlas, tiled
from desktop.plots.attention_scale import AttentionScale
from tests.desktop.plots.pictures import click, colour_at, painted, point_at, wheel


@pytest.fixture
def atlas(qtbot: QtBot) -> AttentionAtlas:
    """30 layers of 9 heads in 430 pixels; the head (5, 8) is chosen."""
    widget = AttentionAtlas()
    qtbot.addWidget(widget)
    widget.set_shape(30, 9)
    widget.set_room(430)
    widget.set_chosen(5, 8)
    widget.show()
    return widget


def centre(atlas: AttentionAtlas, layer: int, head: int) -> QPointF:
    """The middle of a small map."""
    return atlas.cell_rectangle(layer, head).center()


def test_tiles_lie_in_rows_of_layers_and_columns_of_heads() -> None:
    levels = np.arange(1, 7, dtype=np.uint8).reshape(2, 3, 1, 1)
    assert tiled(levels, side=1, gap=1).tolist() == [
        [1, 0, 2, 0, 3, 0],
        [0, 0, 0, 0, 0, 0],
        [4, 0, 5, 0, 6, 0],
        [0, 0, 0, 0, 0, 0],
    ]


def test_small_maps_are_repeated_and_large_ones_pooled() -> None:
    levels = np.array([[[[1, 2], [3, 4]]]], np.uint8)
    assert tiled(levels, side=4, gap=0).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert tiled(levels, side=1, gap=0).tolist() == [[4]]


def test_nothing_read_yet_is_an_empty_picture() -> None:
    assert not tiled(np.zeros((2, 2, 0, 0), np.uint8), side=3, gap=1).any()


def test_all_layers_fit_into_the_room_there_is(atlas: AttentionAtlas) -> None:
    assert atlas.cell_rectangle(29, 8).bottom() <= 430
    assert atlas.sizeHint().height() <= 430
    # (430 - 14 for the heads' numbers) / 30 layers = 13 pixels, 2 of them empty.
    assert atlas.side == 11


def test_many_layers_stay_large_enough_to_be_seen(atlas: AttentionAtlas) -> None:
    atlas.set_shape(100, 64)
    assert atlas.sizeHint().height() > 430
    assert atlas.cell_rectangle(1, 0).top() - atlas.cell_rectangle(0, 0).top() == SMALLEST_PITCH


def test_the_small_maps_are_painted_where_they_belong(atlas: AttentionAtlas) -> None:
    weights = np.zeros((30, 9, 12, 12), np.float32)
    weights[10, 4] = np.tril(np.ones((12, 12)))
    atlas.set_weights(weights)
    image = painted(atlas)
    bright, dark = colour_at(image, centre(atlas, 10, 4)), colour_at(image, centre(atlas, 11, 4))
    assert bright.lightness() > dark.lightness() + 100
    rectangle = atlas.cell_rectangle(10, 4)
    upper_right = QPointF(rectangle.right() - 2, rectangle.top() + 2)
    assert colour_at(image, upper_right).alpha() == 0


def test_a_hidden_sink_is_left_out(atlas: AttentionAtlas) -> None:
    atlas.set_weights(np.broadcast_to(np.tril(np.ones((12, 12), np.float32)), (30, 9, 12, 12)).copy())
    first_column = atlas.cell_rectangle(10, 4).topLeft() + QPointF(0, 8)
    assert colour_at(painted(atlas), first_column).alpha() == 255
    atlas.set_scale(AttentionScale(hide_sink=True))
    assert colour_at(painted(atlas), first_column).alpha() == 0


def test_hovering_names_the_head(atlas: AttentionAtlas) -> None:
    point_at(atlas, centre(atlas, 7, 3))
    assert atlas.toolTip() == "layer 7, head 3"
    QApplication.sendEvent(atlas, QEvent(QEvent.Type.Leave))
    assert atlas.toolTip() == ""


def test_the_chosen_head_is_outlined_in_the_accent(atlas: AttentionAtlas) -> None:
    edge = atlas.cell_rectangle(5, 8).topLeft() + QPointF(4, -1)
    accent = theme.colour(theme.current().accent)
    assert colour_at(painted(atlas), edge) == accent
    atlas.set_chosen(6, None)
    image = painted(atlas)
    assert colour_at(image, atlas.cell_rectangle(6, 0).topLeft() + QPointF(4, -1)) == accent
    assert colour_at(image, atlas.cell_rectangle(6, 8).topLeft() + QPointF(4, -1)) == accent
    assert atlas.accessibleDescription() == "layer 6, all heads"


def test_a_click_chooses(qtbot: QtBot, atlas: AttentionAtlas) -> None:
    with qtbot.waitSignal(atlas.head_chosen) as chosen:
        click(atlas, centre(atlas, 12, 2))
    assert chosen.args == [12, 2]


@pytest.mark.parametrize(
    ("key", "head"),
    [
        (Qt.Key.Key_Up, [4, 8]),
        (Qt.Key.Key_Down, [6, 8]),
        (Qt.Key.Key_Left, [5, 7]),
        (Qt.Key.Key_Right, [5, 8]),
    ],
)
def test_arrow_keys_move_and_stop_at_the_border(
    qtbot: QtBot, atlas: AttentionAtlas, key: Qt.Key, head: list[int]
) -> None:
    with qtbot.waitSignal(atlas.head_chosen) as chosen:
        qtbot.keyClick(atlas, key)
    assert chosen.args == head


def test_an_atlas_of_no_model_takes_no_keys(qtbot: QtBot) -> None:
    widget = AttentionAtlas()
    qtbot.addWidget(widget)
    with qtbot.assertNotEmitted(widget.head_chosen):
        qtbot.keyClick(widget, Qt.Key.Key_Down)


def test_control_and_the_wheel_make_the_small_maps_larger(qtbot: QtBot, atlas: AttentionAtlas) -> None:
    side = atlas.side
    with qtbot.waitSignal(atlas.side_changed) as changed:
        wheel(atlas, centre(atlas, 5, 5), 1, Qt.KeyboardModifier.ControlModifier)
    assert changed.args == [atlas.side] == [side + 2]
    wheel(atlas, centre(atlas, 5, 5), 1)
    assert atlas.side == side + 2
    for _ in range(40):
        qtbot.keyClick(atlas, Qt.Key.Key_Plus)
    assert atlas.cell_rectangle(1, 0).top() - atlas.cell_rectangle(0, 0).top() == LARGEST_PITCH
    qtbot.keyClick(atlas, Qt.Key.Key_Minus)
    qtbot.keyClick(atlas, Qt.Key.Key_0)
    assert atlas.side == side
