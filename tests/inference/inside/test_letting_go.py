"""What was opened to look inside is closed when nobody looks any more, and opened again for whoever does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from inference import engine as engine_module
from inference.contract import Answer, Command, Generate, IdsPrompt, LensGrid, ReadLens, ReadLogits, Status
from inference.intervention import NOTHING, Intervention
from inference.loaded_model import LoadedModel, load_model
from inference.process import EngineThread
from inference.runtime.session import Interrupter
from inference.sampling.settings import SamplingSettings
from inference.tensors.contract import TensorRef
from models.bundle import Bundle
from models.graphs.names import BODY
from tests.inference.conftest import loaded_engine
from tests.inference.event_log import EventLog

IDS = tuple(range(10, 30))


@pytest.fixture
def impatient_log(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> Iterator[EventLog]:
    """An engine that closes what nobody uses at once."""
    monkeypatch.setattr(engine_module, "UNUSED_S", 0.0)
    yield from loaded_engine(EngineThread, tiny_bundle)


@pytest.fixture
def model(tiny_bundle: Bundle) -> Iterator[LoadedModel]:
    made = load_model(tiny_bundle.folder, "cpu", Interrupter(), lambda done, total: None)
    for position, token in enumerate(IDS[:4]):
        made.sequence.replace(IDS[: position + 1])
        made.decoder.decode(token, position)
        made.sequence.read = position + 1
    yield made
    made.close()


def answered(log: EventLog, question: Command, number: int) -> object:
    log.engine.send(question)
    return log.wait(Answer, lambda one: one.query == number).value


def test_the_engine_closes_it_tells_its_memory_and_opens_it_again(impatient_log: EventLog) -> None:
    log = impatient_log
    log.engine.send(Generate(1, IdsPrompt(IDS), SamplingSettings(), 0, 0))
    log.wait_for_stopped(1)
    first = answered(log, ReadLens(1, 0, 4), 1)
    told = sum(isinstance(one, Status) for one in log.events)
    log.wait(Status, lambda one: sum(isinstance(each, Status) for each in log.events) > told)
    again = answered(log, ReadLens(2, 0, 4), 2)
    assert isinstance(first, LensGrid)
    assert isinstance(again, LensGrid)
    np.testing.assert_array_equal(first.top, again.top)
    np.testing.assert_array_equal(first.entropies, again.entropies)
    assert np.isfinite(answered(log, ReadLogits(3, 3), 3)).all()  # type: ignore[call-overload]


def test_only_what_was_opened_counts(model: LoadedModel) -> None:
    assert model.unused_s is None
    model.inside.lens(0, 2)
    assert model.unused_s is not None
    assert model.inside.instrument.is_open
    model.look_no_more()
    assert model.unused_s is None
    assert not model.inside.instrument.is_open


def test_a_session_for_activations_is_closed_too(model: LoadedModel) -> None:
    ref = TensorRef("body", BODY.hidden, position=2)
    before = model.inspector.tensor(ref)
    assert model.unused_s is not None
    model.look_no_more()
    assert model.unused_s is None
    assert model.inspector.tensor(ref) == before


def test_what_the_model_itself_is_read_by_stays(model: LoadedModel) -> None:
    """A muted sequence is read by that very session; the whole model's is closed once nothing is muted."""
    model.intervene(Intervention(heads=((0, 1),)))
    assert model.unused_s is not None
    model.look_no_more()
    assert model.inside.instrument.is_open
    model.decoder.decode(5, 0)
    assert np.isfinite(model.decoder.last_logits(0)).all()
    model.intervene(NOTHING)
    assert model.unused_s is not None
    model.look_no_more()
    assert not model.inside.instrument.is_open
    model.decoder.decode(5, 0)
    assert np.isfinite(model.decoder.last_logits(0)).all()
