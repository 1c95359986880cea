"""The chart says its numbers, lets a point be chosen by mouse and keyboard, and bears what is not known."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.plots.similarity_chart import SimilarityChart, SimilarityLines

LINES = SimilarityLines((1.0, 0.75, -0.1, math.nan), (0.2, 0.25, 0.3, math.nan), "the word", "others")


@pytest.fixture
def chart(qtbot: QtBot) -> SimilarityChart:
    made = SimilarityChart()
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.name_points(str, lambda point: f"point {point}")
    made.show_lines(LINES, 1)
    made.show()
    return made


def test_screen_readers_get_every_number(chart: SimilarityChart) -> None:
    assert chart.accessibleDescription() == (
        "point 0: 1.00, other words 0.20; point 1: 0.75, other words 0.25; "
        "point 2: -0.10, other words 0.30; point 3: –, other words –"
    )


def test_points_are_even_and_the_highest_is_one(chart: SimilarityChart) -> None:
    places = [chart.place_of(point) for point in range(3)]
    assert places[1].x() - places[0].x() == pytest.approx(places[2].x() - places[1].x())
    assert places[0].y() < places[1].y() < places[2].y()
    # Down to -0.25, the next quarter: from 1 to 0.75 is a fifth of the height.
    whole = chart._room().height()
    assert places[1].y() - places[0].y() == pytest.approx(whole / 5)


def test_a_click_chooses_the_nearest_point(qtbot: QtBot, chart: SimilarityChart) -> None:
    place = chart.place_of(2).toPoint() + QPoint(7, 30)
    with qtbot.waitSignal(chart.point_chosen) as told:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [2]


@pytest.mark.parametrize(
    ("key", "expected"),
    [(Qt.Key.Key_Left, 0), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 3)],
)
def test_the_keyboard_goes_along(qtbot: QtBot, chart: SimilarityChart, key: Qt.Key, expected: int) -> None:
    with qtbot.waitSignal(chart.point_chosen) as told:
        qtbot.keyClick(chart, key)
    assert told.args == [expected]


@pytest.mark.parametrize("mark", [0, 1])
@pytest.mark.parametrize(
    ("word", "others"), [(0.61, 0.55), (0.55, 0.61), (0.5, 0.5), (1.0, 0.99), (-0.24, -0.25), (0.02, 0.0)]
)
def test_the_two_numbers_lie_on_neither_each_other_nor_the_end_of_a_line(
    chart: SimilarityChart, mark: int, word: float, others: float
) -> None:
    chart.show_lines(SimilarityLines((word, word), (others, others)), mark)
    places = chart.label_places()
    assert not places["word"].intersects(places["others"])
    assert (places["word"].top() < places["others"].top()) == (word >= others)
    assert all(chart.rect().toRectF().contains(place) for place in places.values())
    assert all(place.left() > chart.place_of(mark).x() + 4 for place in places.values())


def test_a_number_that_is_not_known_has_no_place(chart: SimilarityChart) -> None:
    chart.show_lines(SimilarityLines((0.5,), (math.nan,)), 0)
    assert list(chart.label_places()) == ["word"]
    chart.show_lines(LINES, 3)
    assert chart.label_places() == {}


def test_nothing_at_all_can_be_painted(qtbot: QtBot) -> None:
    empty = SimilarityChart()
    qtbot.addWidget(empty)
    empty.resize(300, 160)
    assert empty.point_at(QPoint(20, 20).toPointF()) == -1
    assert not empty.grab().isNull()
    empty.show_lines(SimilarityLines((math.nan,), (math.nan,)), 0)
    assert not empty.grab().isNull()
