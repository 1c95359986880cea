"""Steps that come fast travel together; nothing waits for company that does not come soon."""

from __future__ import annotations

import pytest

from inference import outbox
from inference.contract import Event, Status, Step, Stopped, Token
from inference.outbox import Outbox
from inference.sampling.settings import SamplingSettings

STATUS = Status(1, 2, 3, 4)


def step(position: int) -> Step:
    """A step of which only the position matters."""
    token = Token(1, b"a", False)
    return Step(1, position, token, 0.0, 0.0, 0.0, 1, 0.0, 0.5, SamplingSettings(), (), 1.0, 2.0)


class Post:
    """An outbox, what it sent, and its clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.sent: list[list[Event]] = []
        monkeypatch.setattr(outbox.time, "perf_counter", lambda: self.now)
        self.box = Outbox(lambda events: self.sent.append(list(events)))

    def put(self, event: Event, after_ms: float) -> None:
        self.now += after_ms / 1000
        self.box.put(event)


def test_fast_steps_travel_together(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post(monkeypatch)
    steps = [step(position) for position in range(7)]
    for one in steps:
        post.put(one, after_ms=6)
    # The first at once; after it three of 6 ms each stay below 20 ms, the next would not.
    assert post.sent == [steps[:1], steps[1:4], steps[4:7]]


def test_slow_steps_travel_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post(monkeypatch)
    for position in range(3):
        post.put(step(position), after_ms=40)
    assert [len(events) for events in post.sent] == [1, 1, 1]


def test_anything_else_takes_waiting_steps_along(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post(monkeypatch)
    stopped = Stopped(1, "end", 2, 0, 0.0, 0.0, 0.0)
    first, second = step(1), step(2)
    post.put(first, after_ms=40)
    post.put(second, after_ms=5)
    assert post.sent == [[first]]
    post.put(stopped, after_ms=1)
    assert post.sent == [[first], [second, stopped]]
    post.put(STATUS, after_ms=0)
    assert post.sent[-1] == [STATUS]
