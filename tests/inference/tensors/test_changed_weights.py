"""Bits of weights turned over: the real model computes with them, and the file stays as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.contract import Failed, Generate, IdsPrompt, Load, Proof, Proved, ReadLogits, Stopped
from inference.loaded_model import load_model
from inference.process import EngineThread
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter
from inference.sampling.settings import SamplingSettings
from inference.tensors.contract import FlipBit, ReadTensorValue, RestoreWeights, TensorRef, WeightChanges
from models.bundle import WEIGHTS, Bundle
from models.errors import VitrineError
from tests.inference.conftest import loaded_engine
from tests.inference.event_log import EventLog
from tests.inference.observed_exports import OBSERVED, opened
from tests.models.tiny_export import write_tiny_export

DOWN = TensorRef("body", "layers.1.down.quantized")
GAIN = TensorRef("body", "final_norm.gain")
IDS = (5, 9, 11, 3)


def read(log: EventLog, generation: int = 1) -> None:
    log.engine.send(Generate(generation, IdsPrompt(IDS), SamplingSettings(), 0, 0))
    log.wait_for_stopped(generation)


def test_a_flipped_bit_changes_what_the_model_computes_and_is_undone(
    engine_log: EventLog, tiny_bundle: Bundle
) -> None:
    digest = hashlib.sha256((tiny_bundle.folder / WEIGHTS).read_bytes()).hexdigest()
    read(engine_log)
    before = engine_log.ask(ReadLogits(10, 2))
    value = engine_log.ask(ReadTensorValue(11, DOWN, 7))
    changes = engine_log.ask(FlipBit(12, DOWN, 7, 7))
    assert isinstance(changes, WeightChanges)
    (bit,) = changes.bits
    # The highest bit of eight is worth 128 steps.
    step = value.quantized.scale  # type: ignore[attr-defined]
    assert bit.before == value.value  # type: ignore[attr-defined]
    assert abs(bit.after - bit.before) == pytest.approx(128 * step, rel=1e-6)
    # Read anew, the same question has another answer.
    engine_log.engine.send(ReadLogits(17, 2))
    assert engine_log.wait(Failed, lambda event: event.query == 17).case == "position-not-read"
    read(engine_log, 2)
    changed = engine_log.ask(ReadLogits(13, 2))
    assert np.abs(changed - before).max() > 1e-4  # type: ignore[operator]
    seen = engine_log.ask(ReadTensorValue(14, DOWN, 7))
    assert (seen.value, seen.flipped) == (bit.after, 128)  # type: ignore[attr-defined]
    assert engine_log.ask(RestoreWeights(15)) == WeightChanges()
    read(engine_log, 3)
    np.testing.assert_array_equal(engine_log.ask(ReadLogits(16, 2)), before)
    assert hashlib.sha256((tiny_bundle.folder / WEIGHTS).read_bytes()).hexdigest() == digest


def test_the_same_bit_again_undoes_it_and_others_stay(engine_log: EventLog) -> None:
    first = engine_log.ask(FlipBit(20, DOWN, 7, 3))
    second = engine_log.ask(FlipBit(21, GAIN, 0, 31))
    assert len(second.bits) == 2  # type: ignore[attr-defined]
    assert second.bits[1].after == -second.bits[1].before  # type: ignore[attr-defined]
    third = engine_log.ask(FlipBit(22, DOWN, 7, 3))
    assert [one.tensor for one in third.bits] == [GAIN]  # type: ignore[attr-defined]
    assert first.bits[0].tensor == DOWN  # type: ignore[attr-defined]
    engine_log.ask(RestoreWeights(23))


def test_a_weight_that_two_graphs_share_is_changed_in_both(engine_log: EventLog) -> None:
    table = TensorRef("body", "embedding.rows")
    engine_log.ask(FlipBit(30, table, 4, 6))
    seen = engine_log.ask(ReadTensorValue(31, table, 4))
    assert seen.flipped == 64  # type: ignore[attr-defined]
    engine_log.ask(RestoreWeights(32))


@pytest.mark.parametrize(("index", "bit"), [(0, 8), (0, -1), (1 << 40, 0)])
def test_a_bit_that_is_not_there_is_refused_and_nothing_changes(
    engine_log: EventLog, index: int, bit: int
) -> None:
    engine_log.engine.send(FlipBit(40, DOWN, index, bit))
    failed = engine_log.wait(Failed, lambda event: event.query == 40)
    assert failed.case == "no-such-bit"


def test_flipping_ends_a_reply_first(engine_log: EventLog) -> None:
    engine_log.engine.send(Generate(7, IdsPrompt(IDS), SamplingSettings(), 0, 2000))
    engine_log.ask(FlipBit(50, DOWN, 7, 7))
    assert engine_log.wait(Stopped, lambda event: event.generation == 7).reason == "stopped"
    engine_log.ask(RestoreWeights(51))


def test_a_model_that_cannot_be_opened_so_is_opened_as_it_was(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 40: there may be no memory for it."""
    model = load_model(tiny_bundle.folder, "cpu", Interrupter(), lambda done, total: None)

    def refuse(bundle: Bundle, provider: Provider, interrupter: Interrupter, **options: Any) -> Decoder:
        if provider.weights:
            raise VitrineError("out-of-memory", "There is not enough memory.", "Close other programs.")
        return Decoder(bundle, provider, interrupter, **options)

    monkeypatch.setattr("inference.loaded_model.Decoder", refuse)
    try:
        with pytest.raises(VitrineError, match="not enough memory"):
            model.change_weights(FlipBit(1, DOWN, 7, 7))
        assert model.weights.bits == ()
        assert model.provider.weights == {}
        model.decoder.decode(5, 0)
        assert np.isfinite(model.decoder.last_logits(0)).all()
    finally:
        model.close()


def test_fault_40_where_it_cannot_be_opened_as_it_was_either_there_is_no_model_any_more(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    for log in loaded_engine(EngineThread, tiny_bundle):
        read(log)

        def refuse(*_: Any, **options: Any) -> Decoder:
            raise VitrineError("out-of-memory", "There is not enough memory.", "Close other programs.")

        monkeypatch.setattr("inference.loaded_model.Decoder", refuse)
        log.engine.send(FlipBit(1, DOWN, 7, 7))
        assert log.wait(Failed, lambda event: event.query == 1).case == "out-of-memory"
        log.engine.send(ReadLogits(2, 2))
        assert log.wait(Failed, lambda event: event.query == 2).case == "no-model"


def test_fault_41_a_weight_that_there_is_no_room_to_copy_stays(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model(tiny_bundle.folder, "cpu", Interrupter(), lambda done, total: None)
    monkeypatch.setattr("inference.tensors.changed_weights.has_room_for", lambda needed: False)
    try:
        with pytest.raises(
            VitrineError, match=r"layers\.1\.down\.quantized” has .* no room for a copy of it"
        ):
            model.change_weights(FlipBit(1, DOWN, 7, 7))
        assert model.weights.bits == ()
        model.decoder.decode(5, 0)
    finally:
        model.close()


def test_fault_53_where_the_file_is_gone_nothing_is_flipped_and_the_model_goes_on(tmp_path: Path) -> None:
    folder = write_tiny_export(tmp_path, OBSERVED["decomposed, weights elsewhere"])
    with opened(folder) as model:
        tensor = next(one for one in model.inspector.tensors() if one.file and one.parameters)
        for file in tmp_path.rglob("*"):
            if file.is_file() and file.suffix == ".onnx":
                file.unlink()
        with pytest.raises(VitrineError) as raised:
            model.change_weights(FlipBit(1, TensorRef(tensor.graph, tensor.name), 0, 0))
        assert raised.value.case == "source-missing"
        assert model.weights.bits == ()
        model.decoder.decode(5, 0)
        assert np.isfinite(model.decoder.last_logits(0)).all()


def test_the_proof_is_of_the_model_in_its_files(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bit that is flipped before there was time for it must not be kept as proved beside the bundle."""
    proved: list[Provider] = []

    def prove(bundle: Bundle, provider: Provider, *_: Any, **options: Any) -> Proof:
        proved.append(provider)
        return Proof("reconstructed", 0.0, 0.0, 1, "")

    monkeypatch.setattr("inference.engine.known_proof", lambda bundle, provider: None)
    monkeypatch.setattr("inference.engine.keep_proof", lambda bundle, provider, proof: None)
    monkeypatch.setattr("inference.engine.prove", prove)
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(tiny_bundle.folder), "cpu"))
        engine.send(FlipBit(1, DOWN, 7, 7))
        log.wait(Proved)
        assert [one.weights for one in proved] == [{}]
    finally:
        engine.close()
