"""Turns: one after the other, not before they are due, and less often where the window takes too much."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop import turns
from desktop.turns import MOST_STRAIN, Turns


class Clock:
    """Two clocks that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.spent = 5.0

    def monotonic(self) -> float:
        return self.now

    def thread_time(self) -> float:
        return self.spent


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(turns, "time", clock)
    return clock


@pytest.fixture
def given(qapp: QObject) -> Iterator[Turns]:
    made = Turns()
    yield made
    made.deleteLater()


def test_a_turn_comes(qtbot: QtBot, given: Turns) -> None:
    done: list[int] = []
    turn = given.turn(lambda: done.append(1))
    turn.start(5)
    assert turn.isActive()
    qtbot.waitUntil(lambda: bool(done))
    assert not turn.isActive()


def test_a_turn_that_is_not_wanted_any_more_does_not_come(qtbot: QtBot, given: Turns) -> None:
    done: list[str] = []
    first, second = given.turn(lambda: done.append("first")), given.turn(lambda: done.append("second"))
    first.start(1)
    second.start(2)
    first.stop()
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["second"]


def test_none_before_it_is_due(given: Turns, clock: Clock) -> None:
    done: list[int] = []
    turn = given.turn(lambda: done.append(1))
    turn.start(30)
    clock.now += 0.02
    given._give()
    assert not done
    clock.now += 0.011
    given._give()
    assert done


def test_what_takes_long_leaves_the_others_to_the_next_frame(given: Turns, clock: Clock) -> None:
    done: list[str] = []

    def work(name: str) -> None:
        done.append(name)
        clock.now += 0.005

    for name in ("one", "other"):
        given.turn(lambda name=name: work(name)).start(0)
    given._give()
    assert done == ["one"]
    given._give()
    assert done == ["one", "other"]


def test_what_repeats_is_repeated_less_often_under_strain(given: Turns, clock: Clock) -> None:
    given._give()
    for _ in range(20):
        clock.now += 0.6
        clock.spent += 0.3  # half of a processor
        given._give()
    assert given.strain == MOST_STRAIN
    assert given.interval(200) == 200 * MOST_STRAIN
    # What a person waits for is as fast as ever.
    assert given.interval(16) == 16
    for _ in range(20):
        clock.now += 0.6
        given._give()
    assert given.strain == 1.0


def test_after_a_rest_there_is_no_strain(given: Turns, clock: Clock) -> None:
    given._give()
    clock.now += 0.6
    clock.spent += 0.3
    given._give()
    assert given.strain > 1.0
    clock.now += 60
    given._give()
    assert given.strain == 1.0


def test_an_owner_that_is_gone_has_no_turn(qtbot: QtBot, given: Turns) -> None:
    class Owner(QObject):
        """Remembers."""

        def act(self) -> None:
            raise AssertionError("gone")

    owner, done = Owner(), list[int]()
    given.turn(owner.act).start(0)
    given.turn(lambda: done.append(1)).start(1)
    owner.deleteLater()
    del owner
    qtbot.waitUntil(lambda: bool(done))
