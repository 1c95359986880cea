"""A GPU that runs out of memory while it writes: the reply so far is kept, and the model is opened again.

Knows nothing about windows. The GPU is the processor with its memory apart; that it is full is put in the runtime's
mouth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from inference import loaded_model
from inference.contract import Failed, Status
from inference.process import EngineThread
from inference.runtime.decoder import Decoder
from inference.runtime.failures import runtime_failure
from inference.runtime.session import NOT_REPLAYED, Session
from models.bundle import Bundle
from tests.inference.conftest import loaded_engine
from tests.inference.event_log import EventLog
from tests.inference.runtime.on_device import DEVICE


class Gpu:
    """What it has room for.

    Args:
        monkeypatch: puts it into the runtime's place.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs: int | None = None
        """Runs until it is full; ``None`` is never."""
        self.opened = 0
        """How many decoders were opened."""
        run_bound, gpu = Session.run_bound, self

        def run(self: Session, binding: Any, recording: int = NOT_REPLAYED) -> None:
            if gpu.runs is not None:
                gpu.runs -= 1
                if gpu.runs < 0:
                    raise runtime_failure(RuntimeError("CUDA failure 2: out of memory ; GPU=0"))
            run_bound(self, binding, recording)

        def decoder(*arguments: Any, **named: Any) -> Decoder:
            self.opened += 1
            if self.runs is not None and self.opened == 2:
                self.runs = self.runs_after
            return Decoder(*arguments, **named)

        self.runs_after: int | None = None
        """The same once the model was opened again."""
        monkeypatch.setattr(Session, "run_bound", run)
        monkeypatch.setattr(loaded_model, "Decoder", decoder)
        monkeypatch.setattr(loaded_model, "choose_provider", lambda wanted: DEVICE)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Gpu:
    """A GPU with all the room there is, until a test takes it away."""
    return Gpu(monkeypatch)


@pytest.fixture
def log(gpu: Gpu, tiny_bundle: Bundle) -> Iterator[EventLog]:
    """An engine that runs the tiny model on it, with its proof made."""
    yield from loaded_engine(EngineThread, tiny_bundle)


def test_fault_40_the_reply_is_kept_and_the_model_opened_again(log: EventLog, gpu: Gpu) -> None:
    log.generate(1, "the sky", max_tokens=3)
    log.wait_for_stopped(1)
    assert gpu.opened == 1
    gpu.runs = 8
    log.generate(2, "the sky and the light", max_tokens=50)
    stopped = log.wait_for_stopped(2)
    failed = log.wait(Failed)
    assert (failed.case, failed.generation) == ("out-of-memory", 2)
    assert stopped.reason == "failed"
    assert 0 < stopped.tokens == len(log.steps(2)) < 50
    log.generate(3, "the sky and the light", max_tokens=3)
    assert log.wait_for_stopped(3).tokens == 3
    assert gpu.opened == 2, "the session that was stuck is gone"


def test_fault_40_a_model_that_cannot_be_opened_again_is_dropped_with_a_sentence(
    log: EventLog, gpu: Gpu
) -> None:
    log.generate(1, "the sky", max_tokens=3)
    log.wait_for_stopped(1)
    gpu.runs = gpu.runs_after = 0
    log.generate(2, "the sky and the light", max_tokens=3)
    failed = log.wait(Failed, lambda event: event.generation is None)
    assert failed.case == "out-of-memory"
    assert failed.what.startswith("The model could not be opened again after the ")
    assert failed.remedy.startswith("Load it on the CPU")
    assert log.wait_for_stopped(2).reason == "failed"
    log.generate(3, "the sky", max_tokens=3)
    assert log.wait(Failed, lambda event: event.case == "no-model").generation == 3


def test_a_status_without_a_gpu_tells_of_none(log: EventLog) -> None:
    assert log.wait(Status).gpu is None
