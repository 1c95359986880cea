"""The speed of memory: a plausible figure, told on the way, and nothing else in it."""

from __future__ import annotations

import re

import psutil
import pytest

from inference.performance import memory_bandwidth
from inference.performance.memory_bandwidth import array_bytes, read_bandwidth
from inference.runtime.session import Interrupted, Interrupter
from models.errors import VitrineError


def test_memory_is_faster_than_a_disk_and_slower_than_a_cache() -> None:
    told: list[tuple[int, int]] = []
    speed = read_bandwidth(1, lambda done, total: told.append((done, total)))
    assert 1e8 < speed < 1e13
    assert told[0] == (0, memory_bandwidth.ROUNDS)
    assert told[-1] == (memory_bandwidth.ROUNDS, memory_bandwidth.ROUNDS)


def test_the_array_does_not_fit_into_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_bandwidth, "_last_cache_bytes", lambda: 96 << 20)
    assert array_bytes() == 768 << 20
    monkeypatch.setattr(memory_bandwidth, "_last_cache_bytes", lambda: 0)
    assert array_bytes() == 256 << 20


def test_it_can_be_interrupted() -> None:
    interrupter = Interrupter()
    with pytest.raises(Interrupted):
        read_bandwidth(1, lambda done, total: interrupter.interrupt(), interrupter)


def test_it_does_not_take_the_memory_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    free = psutil.virtual_memory()._replace(available=300 << 20)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    with pytest.raises(VitrineError, match=re.escape("more than half of the memory that is free")):
        read_bandwidth(1)
