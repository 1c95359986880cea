"""Work in the background: in order, told in the window's thread, finished when it is closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.background import Background
from models.errors import VitrineError


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background("work of a test")
    yield made
    made.close()
    made.deleteLater()


def test_one_thing_after_another_elsewhere_and_told_here(qtbot: QtBot, background: Background) -> None:
    came: list[tuple[int, bool, bool]] = []
    here = threading.current_thread()
    for number in range(3):
        background.run(
            lambda number=number: (number, threading.current_thread() is here),  # type: ignore[misc]
            lambda value: came.append((*value, threading.current_thread() is here)),
        )
    assert background.busy
    assert came == []
    with qtbot.waitSignal(background.idle):
        pass
    assert came == [(number, False, True) for number in range(3)]
    assert not background.busy


def test_what_comes_next_can_ask_for_more_before_it_is_idle(qtbot: QtBot, background: Background) -> None:
    came: list[str] = []
    background.run(lambda: "first", lambda one: background.run(lambda: f"{one}, second", came.append))
    with qtbot.waitSignal(background.idle):
        pass
    assert came == ["first, second"]


def test_a_failure_is_told_and_the_next_is_done(qtbot: QtBot, background: Background) -> None:
    def refuse() -> str:
        raise VitrineError("no", "It could not be done.", "Try again.")

    came: list[str] = []
    failures: list[VitrineError] = []
    background.failed.connect(failures.append)
    background.run(refuse, came.append)
    background.run(lambda: "next", came.append)
    with qtbot.waitSignal(background.idle):
        pass
    assert came == ["next"]
    assert [failure.case for failure in failures] == ["no"]


def test_fault_52_closing_finishes_what_was_asked_for(qtbot: QtBot, background: Background) -> None:
    go_on, came = threading.Event(), list[str]()
    background.run(lambda: str(go_on.wait(10)), came.append)
    background.run(lambda: "next", lambda one: background.run(lambda: f"{one}, last", came.append))
    go_on.set()
    background.close()
    assert came == ["True", "next, last"]
    assert not background.busy
