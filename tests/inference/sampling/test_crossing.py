"""Edges found by trials, on functions whose edge is known."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.sampling.crossing import Crossing, find_crossing, finish

HAIR = 1e-8


class Counted:
    """A trial that counts itself."""

    def __init__(self, room: Callable[[float], float]) -> None:
        self.room = room
        self.tried: list[float] = []

    def __call__(self, value: float) -> float:
        self.tried.append(value)
        return self.room(value)


def crossing(trial: Callable[[float], float], fails: float, far: float) -> Crossing:
    found = finish(find_crossing(trial, fails, far, HAIR))
    assert found is not None
    return found


@pytest.mark.parametrize(("fails", "far"), [(0.0, 1.0), (1.0, 0.0), (0.2, 100.0), (0.95, -3.0)])
def test_both_ends_of_a_crossing_were_tried_and_are_a_hair_apart(fails: float, far: float) -> None:
    edge = 0.3
    trial = Counted(lambda value: (value - edge) * (1 if far > fails else -1))
    found = crossing(trial, fails, far)
    assert found.holds in trial.tried
    assert found.fails in trial.tried
    assert abs(found.holds - found.fails) <= HAIR
    assert trial(found.holds) > 0 >= trial(found.fails)


def test_a_straight_line_takes_a_handful_of_trials() -> None:
    trial = Counted(lambda value: value - 0.987654321)
    crossing(trial, 0.0, 1.0)
    assert len(trial.tried) <= 7


def test_a_smooth_curve_takes_fewer_trials_than_halving() -> None:
    trial = Counted(lambda value: 0.5 - math.exp(-value))
    assert crossing(trial, 0.0, 2.0).holds == pytest.approx(math.log(2), abs=HAIR)
    assert len(trial.tried) <= 14 < math.log2(2 / HAIR)


def test_a_jump_is_found_by_halving() -> None:
    trial = Counted(lambda value: 1.0 if value >= 1 / 3 else -1e-300)
    assert crossing(trial, 0.0, 1.0).holds == pytest.approx(1 / 3, abs=HAIR)
    assert len(trial.tried) <= 64


def test_whole_values_are_neighbours() -> None:
    trial = Counted(lambda value: value - 56.5)
    assert finish(find_crossing(trial, 40, 49_152, HAIR, whole=True)) == Crossing(56, 57)
    assert all(float(value).is_integer() for value in trial.tried)


def test_where_it_never_holds_one_trial_tells() -> None:
    trial = Counted(lambda value: -1.0)
    assert finish(find_crossing(trial, 0.0, 1.0, HAIR)) is None
    assert trial.tried == [1.0]


def test_numbers_that_have_none_between_them_end_the_search() -> None:
    low = 1e17
    found = finish(find_crossing(lambda value: value - low - 1, low, math.nextafter(low, math.inf), HAIR))
    assert found == Crossing(low, math.nextafter(low, math.inf))


def test_who_waits_gets_a_turn_after_every_trial() -> None:
    trial = Counted(lambda value: value - 0.3)
    for turns, _ in enumerate(find_crossing(trial, 0.0, 1.0, HAIR), 1):
        assert len(trial.tried) == turns


@given(
    st.floats(-5, 5, allow_nan=False),
    st.floats(-5, 5, allow_nan=False),
    st.lists(st.floats(-5, 5, allow_nan=False), min_size=1, max_size=5),
)
def test_whatever_the_rooms_the_two_ends_hold_what_they_promise(
    fails: float, far: float, edges: list[float]
) -> None:
    """Rooms change sign at every edge, and jump."""

    def room(value: float) -> float:
        above = sum(value >= edge for edge in edges)
        return (1.0 + value * value) * (1 if above % 2 else -1)

    found = finish(find_crossing(room, fails, far, HAIR)) if room(fails) <= 0 else None
    if found is None:
        assert room(fails) > 0 or room(far) <= 0
        return
    assert room(found.fails) <= 0 < room(found.holds)
    assert abs(found.fails - found.holds) <= HAIR
    assert (
        min(fails, far) <= min(found.fails, found.holds) <= max(found.fails, found.holds) <= max(fails, far)
    )
