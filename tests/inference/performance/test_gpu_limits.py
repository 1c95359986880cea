"""What a GPU can do, on the processor in its place: figures that can be, told on the way, and stopped."""

from __future__ import annotations

import pytest

from inference.performance import gpu_limits
from inference.performance.gpu_limits import measure_gpu_limits
from inference.runtime.session import Interrupted, Interrupter
from tests.inference.runtime.on_device import DEVICE


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tell as much here."""
    monkeypatch.setattr(gpu_limits, "ROUNDS", 3)


def test_it_is_measured_where_the_model_runs() -> None:
    told: list[tuple[int, int]] = []
    limits = measure_gpu_limits(
        DEVICE, Interrupter(), lambda done, total: told.append((done, total)), array_bytes=1 << 20, side=64
    )
    assert told == [(done, 6) for done in range(7)]
    assert limits.device == DEVICE.choice.device
    assert (limits.bits, limits.side, limits.array_bytes, limits.int8_ops_per_s) == (16, 64, 1 << 20, None)
    assert 1e6 < limits.read_bytes_per_s < 1e13
    assert 1e6 < limits.flops_per_s < 1e15


def test_it_can_be_interrupted() -> None:
    interrupter = Interrupter()
    with pytest.raises(Interrupted):
        measure_gpu_limits(
            DEVICE, interrupter, lambda done, total: interrupter.interrupt(), array_bytes=1 << 20, side=64
        )
