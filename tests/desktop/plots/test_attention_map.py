"""The map under the pointer and the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots.attention_map import AttentionMap
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.plots.attention_scale import AttentionScale
from tests.desktop.plots.pictures import (
    click,
    colour_at,
    double_click,
    painted,
    point_at,
    press,
    release,
    wheel,
)

ROWS = 40


@pytest.fixture
def chart(qtbot: QtBot) -> AttentionMap:
    """A map of 40 rows, each of which looks at key 3 and at itself."""
    weights = np.zeros((ROWS, ROWS), np.float32)
    weights[:, 3] = 0.5
    weights[np.arange(ROWS), np.arange(ROWS)] += 0.5
    matrix = AttentionMatrix()
    matrix.put(0, np.tril(weights))
    widget = AttentionMap()
    qtbot.addWidget(widget)
    widget.resize(500, 460)
    widget.set_rows(ROWS, growing=False)
    widget.show_matrix(matrix, lambda position: f"·t{position}")
    widget.show()
    return widget


def test_hovering_tells_query_key_and_weight(chart: AttentionMap) -> None:
    assert chart.hover_text() == ""
    point_at(chart, chart.centre_of(20, 3))
    assert chart.hover_text() == "query ·t20 → key ·t3 · positions 20 → 3 · weight 0.5"
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert chart.hover_text() == ""


def test_hovering_paints_the_readout(chart: AttentionMap) -> None:
    before = painted(chart)
    point_at(chart, chart.centre_of(20, 3))
    assert painted(chart) != before


def test_a_click_chooses_the_row(qtbot: QtBot, chart: AttentionMap) -> None:
    with qtbot.waitSignal(chart.row_chosen) as chosen:
        click(chart, chart.centre_of(17, 2))
    assert chosen.args == [17]


def test_a_click_on_the_empty_half_chooses_nothing(qtbot: QtBot, chart: AttentionMap) -> None:
    with qtbot.assertNotEmitted(chart.row_chosen):
        click(chart, chart.centre_of(2, 17))


def test_the_outlined_row_is_painted_in_the_accent(chart: AttentionMap) -> None:
    chart.set_row(20)
    edge = QPointF(chart.centre_of(20, 10).x(), chart.centre_of(20, 10).y() + chart.view.cell / 2 + 0.75)
    assert colour_at(painted(chart), edge) == theme.colour(theme.current().accent)


def test_the_empty_half_stays_empty(chart: AttentionMap) -> None:
    image = painted(chart)
    assert colour_at(image, chart.centre_of(10, 30)).alpha() == 0
    assert colour_at(image, chart.centre_of(30, 10)).alpha() == 255


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_fits(qtbot: QtBot, chart: AttentionMap) -> None:
    whole = chart.view
    place = chart.centre_of(30, 12)
    with qtbot.waitSignal(chart.sight_changed):
        wheel(chart, place, 5)
    assert not chart.fitted
    assert chart.view.cell > whole.cell * 2
    assert (chart.centre_of(30, 12) - place).manhattanLength() < 1e-6
    double_click(chart, place)
    assert chart.fitted
    assert chart.view == whole


def test_zooming_out_ends_at_the_whole_map(chart: AttentionMap) -> None:
    whole = chart.view
    wheel(chart, chart.centre_of(30, 12), 2)
    wheel(chart, chart.centre_of(30, 12), -7)
    assert chart.fitted
    assert chart.view == whole


def test_dragging_pans_and_chooses_nothing(qtbot: QtBot, chart: AttentionMap) -> None:
    wheel(chart, chart.centre_of(30, 12), 8)
    before, start = chart.view, chart.centre_of(30, 12)
    with qtbot.assertNotEmitted(chart.row_chosen):
        press(chart, start)
        point_at(chart, start + QPointF(-20, -30), pressed=True)
        point_at(chart, start + QPointF(-40, -60), pressed=True)
        release(chart, start + QPointF(-40, -60))
    assert chart.view.left == pytest.approx(before.left + 40 / before.cell)
    assert chart.view.top == pytest.approx(before.top + 60 / before.cell)


@pytest.mark.parametrize(
    ("key", "row"),
    [
        (Qt.Key.Key_Up, 19),
        (Qt.Key.Key_Down, 21),
        (Qt.Key.Key_PageUp, 10),
        (Qt.Key.Key_PageDown, 30),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, ROWS - 1),
    ],
)
def test_keys_move_the_row(qtbot: QtBot, chart: AttentionMap, key: Qt.Key, row: int) -> None:
    chart.set_row(20)
    with qtbot.waitSignal(chart.row_chosen) as chosen:
        qtbot.keyClick(chart, key)
    assert chosen.args == [row]


def test_keys_do_not_leave_the_map(qtbot: QtBot, chart: AttentionMap) -> None:
    chart.set_row(ROWS - 1)
    with qtbot.waitSignal(chart.row_chosen) as chosen:
        qtbot.keyClick(chart, Qt.Key.Key_PageDown)
    assert chosen.args == [ROWS - 1]


def test_keys_zoom_pan_and_fit(qtbot: QtBot, chart: AttentionMap) -> None:
    whole = chart.view
    for _ in range(6):
        qtbot.keyClick(chart, Qt.Key.Key_Plus)
    assert chart.view.cell > whole.cell
    before = chart.view.left
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.view.left > before
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.view.left == pytest.approx(before)
    qtbot.keyClick(chart, Qt.Key.Key_Minus)
    qtbot.keyClick(chart, Qt.Key.Key_0)
    assert chart.view == whole


def test_the_row_at_the_cursor_is_brought_into_a_zoomed_view(chart: AttentionMap) -> None:
    for _ in range(12):
        chart.zoom(1.3, 0, 0)
    assert chart.rows_in_sight()[1] < 30
    chart.set_row(30)
    first, stop = chart.rows_in_sight()
    assert first <= 30 < stop


def test_a_growing_map_keeps_its_layout_for_a_while(chart: AttentionMap) -> None:
    chart.set_rows(41, growing=True)
    laid_out = chart.view
    for rows in range(42, 49):
        chart.set_rows(rows, growing=True)
        assert chart.view == laid_out
    chart.set_rows(48, growing=False)
    assert chart.view.extent == 48
    assert chart.rows_in_sight() == (0, 48)


def test_rows_that_arrive_are_painted(chart: AttentionMap) -> None:
    matrix = AttentionMatrix()
    chart.show_matrix(matrix, str)
    place = chart.centre_of(30, 10)
    assert colour_at(painted(chart), place).alpha() == 0
    matrix.put(30, np.full((1, 31), 0.03, np.float32))
    chart.rows_arrived(30, 31)
    assert colour_at(painted(chart), place).alpha() == 255


def test_the_sink_can_be_hidden(chart: AttentionMap) -> None:
    chart.set_scale(AttentionScale(hide_sink=True))
    image = painted(chart)
    assert colour_at(image, chart.centre_of(30, 0)).alpha() == 0
    assert colour_at(image, chart.centre_of(30, 1)).alpha() == 255


def test_large_cells_have_their_numbers_in_them(chart: AttentionMap) -> None:
    def colours(row: int, column: int) -> set[int]:
        image, place, half = painted(chart), chart.centre_of(row, column), int(chart.view.cell / 3)
        x, y = round(place.x()), round(place.y())
        return {image.pixel(x + i, y + j) for i in range(-half, half) for j in range(-half, half)}

    assert len(colours(30, 3)) == 1
    place = chart.centre_of(30, 3)
    for _ in range(10):
        wheel(chart, place, 1)
    assert len(colours(30, 3)) > 1
    assert len(colours(30, 5)) == 1


@pytest.mark.parametrize("palette", theme.PALETTES)
def test_both_themes_are_painted_with_their_colours(chart: AttentionMap, palette: theme.Palette) -> None:
    previous = theme.current()
    try:
        theme.put_in_force(palette)
        theme.announce()
        zero = colour_at(painted(chart), chart.centre_of(30, 10))
        assert (zero == theme.colour(palette.window)) == (not palette.dark)
    finally:
        theme.put_in_force(previous)
        theme.announce()


def test_a_map_has_a_name_for_screen_readers(chart: AttentionMap) -> None:
    assert chart.accessibleName()
    assert chart.accessibleDescription()
    assert chart.focusPolicy() == Qt.FocusPolicy.StrongFocus
