"""Processes end in the middle of a reply: the engine, the window, by kindness or by force."""

from __future__ import annotations

import psutil
import pytest

from tests.end_to_end.display import wait_until
from tests.end_to_end.driven_window import DrivenWindow

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]

GONE_S = 15.0


@pytest.fixture
def writing(window: DrivenWindow) -> DrivenWindow:
    """The window while a long reply is written."""
    window.type("Write a long story about a lighthouse keeper and the sea.")
    window.press("Return")
    window.wait_for(lambda state: state["phase"] == "writing" and state["steps"] >= 5, "a reply")
    return window


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all of them have ended; a zombie has."""
    return all(not one.is_running() or one.status() == psutil.STATUS_ZOMBIE for one in processes)


def test_fault_43_the_engine_is_killed_mid_reply(writing: DrivenWindow) -> None:
    writing.engine().kill()
    lost = writing.wait_for(lambda state: state["phase"] == "lost", "the loss")
    assert [case for case, _ in lost["failed"]] == ["engine-lost"]
    partial = lost["messages"][1]
    assert partial["text"]
    assert not partial["writing"]
    said = " ".join(writing.ask("texts"))
    assert "ended unexpectedly" in said
    writing.click_on("Restart engine")
    back = writing.wait_for(lambda state: state["phase"] == "ready", "the engine is back")
    assert back["messages"][1] == partial
    writing.click_on("Message")
    writing.type("Go on.")
    writing.press("Return")
    writing.wait_for(
        lambda state: state["phase"] == "writing" and len(state["messages"]) == 4, "a next reply"
    )
    writing.press("Escape")
    writing.wait_for(lambda state: state["phase"] == "ready", "stopped")


def test_fault_52_the_window_is_closed_mid_reply(writing: DrivenWindow) -> None:
    family = writing.family()
    assert len(family) >= 2
    writing.press("alt+F4")
    wait_until(lambda: gone(family), "every process is gone", GONE_S)
    assert writing.process.wait() == 0
    assert writing.said == ""


def test_fault_44_the_window_is_killed_mid_reply(writing: DrivenWindow) -> None:
    family = writing.family()
    writing.process.kill()
    wait_until(lambda: gone(family), "the engine ends by itself", GONE_S)
