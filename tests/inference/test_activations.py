"""Activations on demand are what the model computes: against the captured states, and against a product by hand."""

from __future__ import annotations

import numpy as np
import pytest

from inference.activations import Activations
from inference.contract import Failed, Generate, IdsPrompt
from inference.process import EngineThread
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter
from inference.sampling.settings import SamplingSettings
from inference.tensors.contract import (
    ReadFormatErrors,
    ReadTensor,
    ReadTensorArray,
    ReadTensorStatistics,
    TensorArray,
    TensorInfo,
    TensorRef,
    TensorStatistics,
)
from models.bundle import Bundle
from models.errors import VitrineError
from models.graphs.names import BODY
from models.weights.inspected_graph import bundle_graphs
from tests.inference.conftest import loaded_engine
from tests.inference.event_log import EventLog
from tests.inference.runtime.on_device import CPU, DEVICE

IDS = tuple(range(3, 23))


def array(log: EventLog, query: int, name: str, position: int) -> np.ndarray:
    piece = log.ask(ReadTensorArray(query, TensorRef("body", name, position=position), 0))
    assert isinstance(piece, TensorArray)
    return piece.values.reshape(piece.shape)


@pytest.fixture
def log(engine_log: EventLog) -> EventLog:
    engine_log.engine.send(Generate(1, IdsPrompt(IDS), SamplingSettings(), 0, 0))
    engine_log.wait_for_stopped(1)
    return engine_log


def test_a_product_is_its_input_times_its_weights(log: EventLog, tiny_bundle: Bundle) -> None:
    body = bundle_graphs(tiny_bundle)[0]
    node = next(one for one in body.model.graph.node if one.op_type == "MatMulNBits" and "1.down" in one.name)
    matrix = body.weights[node.input[1]].matrix
    assert matrix is not None
    weights = matrix.numbers(0, matrix.rows * matrix.columns).reshape(matrix.shape)
    for query, position in ((10, 19), (20, 4), (30, 11)):
        given = array(log, query, node.input[0], position)
        made = array(log, query + 1, node.output[0], position)
        assert given.shape == (1, 1, matrix.columns)
        expected = given[0, 0] @ weights.T
        # The kernel rounds what it is given to 8 bits.
        np.testing.assert_allclose(made[0, 0], expected, atol=0.02 * np.abs(expected).max())


def test_the_final_hidden_state_is_the_one_that_was_captured(log: EventLog) -> None:
    first = array(log, 40, BODY.hidden, 12)
    again = array(log, 41, BODY.hidden, 12)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - array(log, 42, BODY.hidden, 13)).max() > 1e-3
    np.testing.assert_array_equal(array(log, 43, BODY.hidden, 12), first)


def test_it_is_described_and_counted_like_a_weight(log: EventLog) -> None:
    ref = TensorRef("body", BODY.hidden, position=5)
    info = log.ask(ReadTensor(50, ref))
    assert isinstance(info, TensorInfo)
    assert (info.element, info.lives, info.parameters) == ("FP32", "memory", 0)
    assert log.ask(ReadTensorStatistics(51, ref)).complete  # type: ignore[attr-defined]


def test_of_another_sequence_at_the_same_place_it_is_another(log: EventLog) -> None:
    ref = TensorRef("body", BODY.hidden, position=5)
    before = [log.ask(ReadTensorStatistics(70, ref)), log.ask(ReadFormatErrors(71, ref))]
    log.engine.send(Generate(2, IdsPrompt(tuple(reversed(IDS))), SamplingSettings(), 0, 0))
    log.wait_for_stopped(2)
    after = [log.ask(ReadTensorStatistics(72, ref)), log.ask(ReadFormatErrors(73, ref))]
    values = array(log, 74, BODY.hidden, 5)
    found = after[0]
    assert isinstance(found, TensorStatistics)
    assert found.mean == pytest.approx(values.astype(np.float64).mean())
    assert isinstance(before[0], TensorStatistics)
    assert before[0].mean != found.mean
    assert before[1] != after[1]


@pytest.mark.parametrize(
    ("name", "position", "case"), [("nothing", 3, "no-such-value"), (BODY.hidden, 99, "position-not-read")]
)
def test_what_is_not_there_is_named(log: EventLog, name: str, position: int, case: str) -> None:
    log.engine.send(ReadTensor(60, TensorRef("body", name, position=position)))
    assert log.wait(Failed, lambda event: event.query == 60).case == case


@pytest.mark.parametrize("provider", [CPU, DEVICE], ids=["cpu", "memory of its own"])
def test_the_conversations_own_cache_is_used_and_left_as_it_was(
    tiny_bundle: Bundle, provider: Provider
) -> None:
    decoder = Decoder(tiny_bundle, provider, Interrupter())
    ids = np.asarray(IDS, np.int64)
    for _ in decoder.prefill(ids[:15].tolist(), 0):
        pass
    for position in range(15, len(ids)):
        decoder.decode(int(ids[position]), position)
    caches = range(len(tiny_bundle.facts.wiring.caches))
    before = [decoder.cache.first(index, len(ids)).copy() for index in caches]
    activations = Activations(tiny_bundle, provider, Interrupter())
    for position in (17, 4, 19):
        found = activations.values((BODY.hidden, "layers.1.down"), decoder, ids[: position + 1])
        assert found["layers.1.down"].shape == (1, 1, tiny_bundle.facts.wiring.hidden_width)
        if position >= 15:  # it was read by itself, as it is now
            np.testing.assert_array_equal(found[BODY.hidden].reshape(-1), decoder.hidden[position])
    for index in caches:
        np.testing.assert_array_equal(decoder.cache.first(index, len(ids)), before[index])


def test_what_is_only_in_the_cache_is_refused(tiny_bundle: Bundle) -> None:
    decoder = Decoder(tiny_bundle, CPU, Interrupter())
    for _ in decoder.prefill(IDS, 0):
        pass
    activations = Activations(tiny_bundle, CPU, Interrupter())
    with pytest.raises(VitrineError, match="kept in the cache"):
        activations.values((BODY.present(0, "key"),), decoder, np.asarray(IDS, np.int64))


def test_fault_41_where_there_is_no_room_for_a_second_session_that_is_said(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.activations.has_room_for", lambda needed: False)
    for log in loaded_engine(EngineThread, tiny_bundle):
        log.engine.send(Generate(1, IdsPrompt(IDS), SamplingSettings(), 0, 0))
        log.wait_for_stopped(1)
        log.engine.send(ReadTensor(2, TensorRef("body", BODY.hidden, position=5)))
        failed = log.wait(Failed, lambda event: event.query == 2)
        assert failed.case == "no-room-for-activations"
        assert "there is no room for it in memory" in failed.what
