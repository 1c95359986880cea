"""Neurons spelled out: by hand on a small graph, and in every layer of tiny models against the runtime's values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from inference.contract import Failed, Generate, IdsPrompt, Load, ReadLogits
from inference.formula.contract import LARGEST, Formula, NeuronLayer, ReadFormula, ReadNeuronLayers
from inference.formula.formulas import Formulas
from inference.intervention import Intervention
from inference.process import EngineThread
from inference.sampling.settings import SamplingSettings
from inference.tensors.contract import FlipBit, TensorRef
from inference.tensors.inspector import Inspector
from models.bundle import Bundle
from models.errors import VitrineError
from tests.inference.event_log import EventLog
from tests.inference.exact_bundle import with_exact_products
from tests.inference.observed_exports import OBSERVED, opened_export, read, text
from tests.models.convolutional import write_convolutional
from tests.models.formula.small_graphs import inspected, small_model

IDS = tuple(range(3, 23))
POSITION = 12

# ---------------------------------------------------------------- by hand


def small(given: list[float], **made: list[float]) -> Formulas:
    """y = relu(x · w + b) with three inputs and two neurons; values that the runtime would give are told."""
    model = small_model(
        [
            helper.make_node("MatMul", ["x", "w"], ["p"], name="dense"),
            helper.make_node("Add", ["p", "b"], ["s"], name="bias"),
            helper.make_node("Relu", ["s"], ["y"], name="relu"),
        ],
        {"w": [[0.5, 1], [3, 2], [-2, 4]], "b": [0.25, -8]},
        width=3,
    )

    def observe(graph: str, names: tuple[str, ...], position: int) -> Mapping[str, NDArray[Any]]:
        values = {"x": given, **made}
        return {name: np.asarray([values[name]], np.float32) for name in names if name in values}

    return Formulas(Inspector((inspected(model),), "graph"), observe, rounds_blocks=False)


def test_a_sum_that_can_be_checked_by_hand() -> None:
    formulas = small([2, -1, 0.5], s=[-2.75, -6], y=[0, 0])
    (layer,) = formulas.layers
    assert (layer.neurons, layer.inputs, layer.offset) == (2, 3, "b")
    found = formulas.formula(ReadFormula(1, 0, 0, 0))
    # 2 · 0.5 = 1, −1 · 3 = −3, 0.5 · −2 = −1; together −3, and β = 0.25.
    assert found.indices.tolist() == [1, 0, 2]
    assert found.inputs.tolist() == [-1, 2, 0.5]
    assert found.weights.tolist() == [3, 0.5, -2]
    assert found.products.tolist() == [-3, 1, -1]
    assert (found.offset, found.sum, found.computed, found.difference) == (0.25, -2.75, -2.75, 0)
    assert (found.count, found.rest, found.magnitude) == (3, 0, 5)
    assert found.applied is not None
    assert (found.applied.name, found.applied.here, found.applied.computed) == ("ReLU", 0, 0)


def test_terms_that_are_not_listed_are_added_up() -> None:
    found = small([2, -1, 0.5], s=[-2.75, -6]).formula(ReadFormula(1, 0, 0, 0, most=1))
    assert found.products.tolist() == [-3]
    assert (found.rest, found.count, found.magnitude, found.sum) == (0, 3, 5, -2.75)


def test_the_largest_neuron_is_found_and_numbers_that_are_none_are_not() -> None:
    assert small([2, -1, 0.5], s=[-6, -2.75]).formula(ReadFormula(1, 0, LARGEST, 0)).neuron == 1
    assert small([2, -1, 0.5], s=[math.nan, -9]).formula(ReadFormula(1, 0, LARGEST, 0)).neuron == 1


@pytest.mark.parametrize("strange", [math.nan, math.inf, -math.inf])
def test_no_numbers_come_first_and_stay_what_they_are(strange: float) -> None:
    """Fault 21: NaN and infinities are shown, and nothing is raised."""
    found = small([2, strange, 0.5], s=[strange, 0]).formula(ReadFormula(1, 0, 0, 0))
    assert int(found.indices[0]) == 1
    assert not math.isfinite(found.products[0])
    assert not math.isfinite(found.sum)
    assert found.products[1:].tolist() == [1, -1]
    assert not found.rounding_explains


def test_weights_are_found_by_their_place_and_back() -> None:
    (layer,) = small([2, -1, 0.5], s=[0, 0]).layers
    # Three rows of two: the last weight of the second neuron is the last of all.
    assert layer.weight_place(1, 2) == 5
    assert layer.neuron_of_weight(5) == (1, 2)
    turned = NeuronLayer("g", "", -1, "n", neurons=2, inputs=3, row_major=True, first=4, width=9)
    assert turned.weight_place(1, 2) == 5 * 3 + 2
    assert turned.neuron_of_weight(5 * 3 + 2) == (1, 2)
    assert turned.neuron_of_weight(3 * 3) is None


@pytest.mark.parametrize(
    ("query", "case"),
    [
        (ReadFormula(1, 7, 0, 0), "no-such-layer"),
        (ReadFormula(1, -1, 0, 0), "no-such-layer"),
        (ReadFormula(1, 0, 2, 0), "no-such-neuron"),
        (ReadFormula(1, 0, -5, 0), "no-such-neuron"),
    ],
)
def test_what_is_not_there_is_named(query: ReadFormula, case: str) -> None:
    with pytest.raises(VitrineError) as raised:
        small([2, -1, 0.5], s=[0, 0]).formula(query)
    assert raised.value.case == case


# ---------------------------------------------------------------- against the runtime


@pytest.fixture
def log(engine_log: EventLog) -> EventLog:
    engine_log.engine.send(Generate(1, IdsPrompt(IDS), SamplingSettings(), 0, 4))
    engine_log.wait_for_stopped(1)
    return engine_log


def layers_of(log: EventLog) -> tuple[NeuronLayer, ...]:
    found = log.ask(ReadNeuronLayers(500))
    assert isinstance(found, tuple)
    return found


def formula(
    log: EventLog, query: int, layer: int, neuron: int, position: int = POSITION, most: int = 9999
) -> Formula:
    found = log.ask(ReadFormula(query, layer, neuron, position, most))
    assert isinstance(found, Formula)
    return found


def test_every_layer_of_blocks_adds_up_and_rounding_its_inputs_explains_the_difference(
    log: EventLog, tiny_bundle: Bundle
) -> None:
    layers = layers_of(log)
    parts = [layer.part for layer in layers if layer.block == 1]
    assert parts == [
        "query projection",
        "key projection",
        "value projection",
        "output projection",
        "gate projection",
        "up projection",
        "down projection",
    ]
    assert layers[-1].part == "head"
    for place, layer in enumerate(layers):
        for query, neuron in enumerate((0, layer.neurons - 1, LARGEST)):
            found = formula(log, 1000 + 10 * place + query, place, neuron)
            scale = max(found.magnitude, 1e-3)
            assert found.count == len(found.products) == layer.inputs
            assert found.products.sum() == pytest.approx(found.sum, abs=1e-9 * scale)
            assert (found.rounding, found.block) == ("blocks", 32)
            assert abs(found.rounded_difference or 0) <= 1e-5 * scale, (layer.part, neuron)
            assert abs(found.difference) <= 0.02 * scale
            assert found.rounding_explains


def test_with_32_bit_products_every_layer_adds_up_to_the_runtimes_value(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    exact = with_exact_products(tiny_bundle, tmp_path / "exact")
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(exact.folder), "cpu"))
        log.wait_for_loaded()
        engine.send(Generate(1, IdsPrompt(IDS), SamplingSettings(), 0, 0))
        log.wait_for_stopped(1)
        for place in range(len(layers_of(log))):
            found = formula(log, 1000 + place, place, LARGEST)
            assert found.rounding == "single"
            assert abs(found.difference) <= 1e-5 * max(found.magnitude, 1.0)
    finally:
        engine.close()


def test_a_gate_with_its_activation_and_what_goes_into_the_down_projection(log: EventLog) -> None:
    layers = layers_of(log)
    at = {layer.part: place for place, layer in enumerate(layers) if layer.block == 0}
    gate = formula(log, 1, at["gate projection"], 5)
    up = formula(log, 2, at["up projection"], 5)
    down = formula(log, 3, at["down projection"], 0)
    assert gate.applied is not None
    assert gate.applied.name == "SiLU"
    assert gate.applied.here == pytest.approx(gate.sum / (1 + math.exp(-gate.sum)))
    assert gate.applied.times == pytest.approx(up.computed, abs=1e-6)
    assert gate.applied.product == pytest.approx(gate.applied.computed * up.computed, abs=1e-6)
    # The fifth input of the down projection is what becomes of the fifth gate.
    (row,) = np.flatnonzero(down.indices == 5)
    assert down.inputs[row] == pytest.approx(gate.applied.product, abs=1e-7)


def test_the_head_spells_out_the_logits_of_the_conversation(log: EventLog) -> None:
    logits = log.ask(ReadLogits(1, POSITION))
    assert isinstance(logits, np.ndarray)
    head = len(layers_of(log)) - 1
    for query, token in enumerate((0, 17, int(logits.argmax()))):
        assert formula(log, 10 + query, head, token).computed == float(logits[token])
    assert formula(log, 20, head, LARGEST).neuron == int(logits.argmax())


def test_looking_leaves_the_conversation_as_it_was(log: EventLog) -> None:
    before = log.ask(ReadLogits(1, 19))
    formula(log, 2, 0, LARGEST, position=4)
    formula(log, 3, 3, LARGEST, position=19)
    np.testing.assert_array_equal(before, log.ask(ReadLogits(4, 19)))
    log.engine.send(Generate(2, IdsPrompt((*IDS, 40)), SamplingSettings(), 7, 6))
    log.wait_for_stopped(2)
    looked = [step.token for step in log.steps(2)]
    log.engine.send(Generate(3, IdsPrompt((99,)), SamplingSettings(), 7, 0))
    log.engine.send(Generate(4, IdsPrompt((*IDS, 40)), SamplingSettings(), 7, 6))
    log.wait_for_stopped(4)
    assert [step.token for step in log.steps(4)] == looked


def test_a_flipped_bit_is_in_the_formula_and_in_the_runtimes_value(log: EventLog) -> None:
    layers = layers_of(log)
    place = next(i for i, one in enumerate(layers) if one.part == "down projection" and one.block == 1)
    layer = layers[place]
    before = formula(log, 1, place, 3)
    index = layer.weight_place(3, int(before.indices[0]))
    log.ask(FlipBit(2, TensorRef(layer.graph, layer.weights), index, 7))
    log.generate(2, IdsPrompt(IDS), max_tokens=0)  # what the model had read is not what it would read now
    log.wait_for_stopped(2)
    after = formula(log, 3, place, 3)
    (row,) = np.flatnonzero(after.indices == before.indices[0])
    assert after.weights[row] != before.weights[0]
    assert after.computed != before.computed
    assert after.computed == pytest.approx(after.rounded_sum, abs=1e-5 * after.magnitude)


@pytest.mark.parametrize(
    ("query", "case"),
    [(ReadFormula(9, 0, 0, 400), "position-not-read"), (ReadFormula(9, 0, 1 << 40, 3), "no-such-neuron")],
)
def test_an_engine_names_what_is_not_there(log: EventLog, query: ReadFormula, case: str) -> None:
    log.engine.send(query)
    assert log.wait(Failed, lambda event: event.query == 9).case == case


def test_where_something_is_muted_only_logits_are_spelled_out(log: EventLog) -> None:
    muted = Intervention(heads=((0, 1),))
    log.engine.send(Generate(2, IdsPrompt(IDS), SamplingSettings(), 0, 0, intervention=muted))
    log.wait_for_stopped(2)
    head = len(layers_of(log)) - 1
    assert formula(log, 1, head, 5).rounding_explains
    log.engine.send(ReadFormula(2, 0, 0, POSITION))
    assert log.wait(Failed, lambda event: event.query == 2).case == "something-is-muted"


def test_while_a_reply_is_written_logits_are_spelled_out_and_the_rest_waits(engine_log: EventLog) -> None:
    head = len(layers_of(engine_log)) - 1
    engine_log.engine.send(Generate(1, IdsPrompt(IDS), SamplingSettings(), 0, 3000))
    engine_log.engine.send(ReadFormula(2, 0, 0, 5))
    engine_log.engine.send(ReadFormula(3, head, 7, 5))
    failed = engine_log.wait(Failed, lambda event: event.query == 2)
    assert failed.case == "reply-running"
    found = engine_log.wait(object, lambda event: getattr(event, "query", 0) == 3)  # type: ignore[type-var]
    assert isinstance(found.value, Formula)  # type: ignore[attr-defined]


# ---------------------------------------------------------------- exports


@pytest.mark.parametrize("name", OBSERVED)
def test_every_kind_of_export_adds_up(name: str, tmp_path: Path) -> None:
    with opened_export(tmp_path, OBSERVED[name]) as model:
        ids = text(1, 24)
        read(model, ids, 20)
        before = model.decoder.cache.first(0, 24).copy()
        layers = model.formulas.layers
        spelled = [place for place, layer in enumerate(layers) if not layer.why_not]
        assert {layer.part for layer in layers} >= {"output projection", "down projection", "head"}
        for place in spelled:
            found = model.formulas.formula(ReadFormula(1, place, LARGEST, 22))
            half = found.rounding == "half"
            left = abs(found.rounded_difference or 0 if found.rounding_explains else found.difference)
            assert left <= (4e-3 if half else 2e-5) * max(found.magnitude, 1e-2), layers[place]
        np.testing.assert_array_equal(before, model.decoder.cache.first(0, 24))


def test_the_network_of_the_talk_on_a_made_up_input(tmp_path: Path) -> None:
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(write_convolutional(tmp_path / "cnn.onnx")), "cpu"))
        log.wait_for_loaded()
        layers = layers_of(log)
        assert [layer.neurons for layer in layers] == [16 * 32 * 32, 32 * 16 * 16, 64 * 8 * 8, 128, 5]
        for place, layer in enumerate(layers):
            for query, neuron in enumerate((LARGEST, layer.neurons // 2)):
                found = formula(log, 10 * place + query, place, neuron)
                assert abs(found.difference) <= 1e-6
                assert found.offset is not None
                assert (found.applied is None) == (layer.name == "dense_1/MatMul")
    finally:
        engine.close()
