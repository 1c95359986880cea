"""What is known of a comparison, and what is still worth reading."""

from __future__ import annotations

import pytest

from desktop.comparison.alignment import align
from desktop.comparison.divergence import EQUAL, Divergence, Measure
from desktop.comparison.measurements import Measurements
from desktop.comparison.reading_list import Place, ReadingList
from desktop.comparison.side import Side
from tests.desktop.comparison.samples import OFF, side

HOT = OFF.changed("temperature", 1.5)
NEAR = Measure(Divergence(0.25), Divergence(0.5))


def known(*sides: Side) -> Measurements:
    measurements = Measurements()
    measurements.follow(sides, align([one.ids for one in sides]))
    return measurements


def test_what_two_replies_agree_on_is_lacking_and_the_token_where_they_part() -> None:
    found = known(side([1, 2, 3]), side([1, 2, 4, 5], HOT, reply=2))
    assert found.lacking(range(9)) == [Place(index, 0, -1, (1,)) for index in (0, 1, 2)]
    assert found.unopened() == [Place(2, 0, 0, (1,))]
    found.put_measure(1, 0, NEAR)
    assert [place.index for place in found.lacking(range(9))] == [1, 2]
    assert found.measure(1, 0) == NEAR
    assert found.measure(1, 1) is None
    assert found.measure(1, 3) is None, "behind the parting other text was given"
    assert found.measure(0, 0) is None


def test_the_same_settings_need_no_reading() -> None:
    """Two draws from one distribution: their KL is 0, exactly."""
    found = known(side([1, 2]), side([1, 3], reply=2, seed=6))
    assert found.lacking(range(9)) == []
    assert found.measure(1, 1) is EQUAL
    assert [place.sides for place in found.unopened()] == [()], "only what each could have drawn is read"
    assert found.summary(1, forward=True).positions == 2
    assert found.summary(1, forward=True).mean == 0.0


def test_settings_that_changed_on_the_way_are_compared_token_by_token() -> None:
    found = known(side([1, 2, 3]), side([1, 2, 3], reply=2, changes=[(2, HOT)]))
    assert [place.index for place in found.lacking(range(9))] == [2]
    assert found.measure(1, 1) is EQUAL
    found.put_measure(1, 2, NEAR)
    summary = found.summary(1, forward=False)
    assert (summary.positions, summary.largest) == (3, 0.5)


def test_turning_the_comparison_round_turns_what_is_known() -> None:
    one, other = side([1, 2]), side([1, 3], HOT, reply=2)
    found = known(one, other)
    found.put_measure(1, 0, NEAR)
    assert found.follow((other, one), align([other.ids, one.ids]))
    assert found.measure(1, 0) == NEAR.turned()
    assert not found.follow((other, one), align([other.ids, one.ids]))


def test_what_is_known_of_replies_that_are_gone_is_let_go() -> None:
    one, other, third = side([1]), side([1], HOT, reply=2), side([1], HOT, reply=3)
    found = known(one, other)
    found.put_measure(1, 0, NEAR)
    found.follow((one, third), align([one.ids, third.ids]))
    found.follow((one, other), align([one.ids, other.ids]))
    assert found.measure(1, 0) is None


def test_three_replies_share_the_rows_they_agree_on() -> None:
    found = known(side([1, 2]), side([1, 3], HOT, reply=2), side([9], HOT, reply=3))
    assert found.lacking(range(9)) == [Place(0, 0, -1, (1, 2)), Place(1, 0, -1, (1,))]


def test_a_parting_that_the_first_reply_is_not_at_is_led_by_one_that_is() -> None:
    found = known(side([9]), side([1, 2], HOT, reply=2), side([1, 3], HOT, reply=3))
    assert [(place.index, place.leader) for place in found.unopened()] == [(0, 0), (1, 1)]


def test_partings_come_first_then_what_is_in_sight_then_the_rest() -> None:
    places = [Place(index, 0, -1, (1,)) for index in range(6)]
    reading = ReadingList([Place(9, 0, 0, ())], places)
    reading.see([Place(400, 0, -1, (1,))])
    assert len(reading) == 8
    order = [place.index for _ in range(8) if (place := reading.next(range(3, 5))) is not None]
    assert order == [9, 3, 4, 400, 0, 1, 2, 5]
    assert reading.next(range(3, 5)) is None


@pytest.mark.parametrize("indices", [range(0), range(5, 5)])
def test_nothing_in_sight_is_nothing_to_read(indices: range) -> None:
    assert known(side([1, 2]), side([1, 2], HOT, reply=2)).lacking(indices) == []


def test_only_the_rows_that_are_asked_about_are_listed() -> None:
    """Fault 58: a long agreement is listed in parts."""
    ids = list(range(50_000))
    found = known(side(ids), side(ids, HOT, reply=2))
    assert [place.index for place in found.lacking(range(256))] == list(range(256))
    assert [place.index for place in found.lacking(range(49_990, 60_000))] == list(range(49_990, 50_000))
