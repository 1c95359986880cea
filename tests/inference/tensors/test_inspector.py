"""Questions about the tensors of a model, answered by a real bundle and by a file that is no language model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from inference.contract import Failed, Load, ReadLogits
from inference.performance.costs import read_costs
from inference.process import EngineThread
from inference.tensors.contract import (
    Anatomy,
    FormatErrors,
    ReadFormatErrors,
    ReadLayers,
    ReadTensorArray,
    ReadTensors,
    ReadTensorSlice,
    ReadTensorStatistics,
    ReadTensorValue,
    TensorArray,
    TensorRef,
    TensorStatistics,
    TensorValue,
)
from inference.tensors.inspector import PART, Inspector
from models.anatomy.parts import Part
from models.block_quantization import dequantize_8bit_blocks
from models.bundle import Bundle
from models.errors import VitrineError
from models.weights.inspected_graph import bundle_graphs, file_graphs
from tests.inference.event_log import EventLog
from tests.models.convolutional import PARAMETERS, write_convolutional
from tests.models.tiny_export import TinyExport, write_tiny_export

DOWN = "layers.1.down.quantized"


@pytest.fixture
def inspector(tiny_bundle: Bundle) -> Inspector:
    return Inspector(bundle_graphs(tiny_bundle), "file", bundle=tiny_bundle)


def always() -> bool:
    return True


def kept(inspector: Inspector, name: str) -> np.ndarray:
    """The numbers that a quantized matrix of the body means, worked out from its arrays."""
    weights = inspector.graphs["body"].weights
    stem = name.removesuffix(".quantized")
    quantized, scales = weights[name].stored, weights[f"{stem}.scales"].stored
    return dequantize_8bit_blocks(
        quantized.values(0, quantized.count).reshape(quantized.shape),
        scales.values(0, scales.count).reshape(scales.shape),
    )


def test_parameters_of_all_layers_are_those_of_the_model(inspector: Inspector, tiny_bundle: Bundle) -> None:
    anatomy = inspector.anatomy()
    assert anatomy.parameters == tiny_bundle.facts.parameters
    blocks = [one for one in anatomy.entries if one.kind == "block"]
    assert len(blocks) == tiny_bundle.facts.layers
    assert anatomy.flops is not None
    assert anatomy.flops > 2 * sum(one.parameters for one in blocks)
    assert [one.part for one in anatomy.entries if one.parent < 0 and one.part][:1] == ["embedding"]
    assert all(one.parent < index for index, one in enumerate(anatomy.entries))


def test_operations_of_all_layers_are_those_of_a_token_with_nothing_before_it(
    inspector: Inspector, tiny_bundle: Bundle
) -> None:
    """What Performance counts at a length is that and attention's share, which alone grows."""
    alone, later = read_costs(tiny_bundle, 1), read_costs(tiny_bundle, 40)
    assert inspector.anatomy().flops == alone.flops
    grown = [
        (before.part, after.flops - before.flops)
        for before, after in zip(alone.parts, later.parts, strict=True)
        if after.flops != before.flops
    ]
    assert grown
    assert {part for part, _ in grown} == {Part.ATTENTION.value}
    assert later.flops == alone.flops + sum(more for _, more in grown)


def test_bytes_that_two_weights_share_are_counted_once(inspector: Inspector) -> None:
    tensors = {one.name: one for one in inspector.tensors()}
    shared = [one for one in tensors.values() if one.same_as]
    assert {one.graph for one in shared} <= {"head"}
    assert all(one.parameters == 0 for one in shared)
    assert tensors["rotary.0.cosines"].parameters == 0


def test_quantized_blocks_are_shown_as_stored_and_as_what_they_mean(inspector: Inspector) -> None:
    meant = kept(inspector, DOWN)
    (info,) = (one for one in inspector.tensors() if one.name == DOWN)
    assert info.meant_shape == meant.shape
    assert (info.block, info.quantized_bits, info.element) == (32, 8, "UINT8")
    ref = TensorRef("body", DOWN)
    part = inspector.slice(ReadTensorSlice(1, ref, (), (2, 5), (1, 40), 100, 100))
    np.testing.assert_array_equal(part.values, meant[2:5, 1:40])
    found = inspector.value(ref, 3 * meant.shape[1] + 33)
    assert found.quantized is not None
    assert found.value == meant[3, 33]
    assert found.pattern == found.quantized.integer
    assert found.magnitude == np.abs(meant[3, 32:64]).max()
    stored = inspector.value(TensorRef("body", DOWN, stored=True), 3 * meant.shape[1] + 33)
    assert (stored.value, stored.element) == (found.quantized.integer, "UINT8")


def test_slices_are_thinned_out_evenly_and_say_which_rows_they_have(inspector: Inspector) -> None:
    meant = kept(inspector, DOWN)
    rows, columns = meant.shape
    part = inspector.slice(ReadTensorSlice(1, TensorRef("body", DOWN), (), (0, rows), (0, columns), 10, 7))
    assert len(part.rows) <= 10
    assert len(part.columns) <= 7
    np.testing.assert_array_equal(part.values, meant[np.ix_(part.rows, part.columns)])
    assert part.shape == meant.shape


def test_statistics_come_bit_by_bit_and_are_those_of_numpy(inspector: Inspector) -> None:
    ref = TensorRef("body", "embedding.rows")
    first = inspector.statistics(ref, lambda: False)
    assert first.done == min(PART, first.total)
    while not (found := inspector.statistics(ref, lambda: False)).complete:
        pass
    values = inspector.array(ref, 0).values.astype(np.float64)
    assert (found.minimum, found.maximum) == (values.min(), values.max())
    assert found.mean == pytest.approx(values.mean(), abs=1e-9)
    assert found.deviation == pytest.approx(values.std())
    assert found.counts.sum() == values.size


def test_errors_by_format_of_a_tensor_and_of_the_whole_model(
    inspector: Inspector, tiny_bundle: Bundle
) -> None:
    one = inspector.format_errors(TensorRef("body", DOWN), always)
    by_name = {each.name: each for each in one.formats}
    values = kept(inspector, DOWN).astype(np.float64)
    half = values.astype(np.float16).astype(np.float64)
    expected = np.sqrt(np.square(half - values).sum() / np.square(values).sum())
    assert by_name["FP16"].relative == pytest.approx(expected, rel=1e-6)
    assert by_name["FP32"].relative == 0
    assert by_name["INT8"].relative < 1e-6  # they are kept so
    assert by_name["INT4"].relative > by_name["FP8 E4M3"].relative
    whole = inspector.format_errors(None, always)
    assert whole.complete
    assert whole.total == tiny_bundle.facts.parameters


@pytest.mark.parametrize(
    ("ask", "case"),
    [
        (lambda one: one.value(TensorRef("body", "nothing\u202e"), 0), "no-such-tensor"),
        (lambda one: one.value(TensorRef("body", DOWN), 1 << 40), "no-such-value"),
        (lambda one: one.nodes(10_000), "no-such-layer"),
        (lambda one: one.value(TensorRef("body", "hidden", position=3), 0), "nothing-runs"),
        (
            lambda one: one.slice(ReadTensorSlice(1, TensorRef("body", DOWN), (1,), (0, 1), (0, 1), 1, 1)),
            "no-such-slice",
        ),
    ],
)
def test_what_is_not_there_is_named(
    inspector: Inspector, ask: Callable[[Inspector], object], case: str
) -> None:
    with pytest.raises(VitrineError) as raised:
        ask(inspector)
    assert raised.value.case == case
    assert "\u202e" not in raised.value.what


def test_arrays_can_be_saved_piece_by_piece(inspector: Inspector) -> None:
    piece = inspector.array(TensorRef("body", DOWN), 5)
    np.testing.assert_array_equal(piece.values, kept(inspector, DOWN).reshape(-1)[5:])
    assert (piece.start, piece.total) == (5, piece.values.size + 5)


def test_a_file_that_is_no_language_model_has_tensors_of_four_dimensions(tmp_path: Path) -> None:
    inspector = Inspector(file_graphs(write_convolutional(tmp_path / "cnn.onnx")), "file")
    ref = TensorRef("graph", "conv2d_1/kernel")
    (info,) = (one for one in inspector.tensors() if one.name == ref.name)
    assert (info.shape, info.parameters) == ((32, 16, 3, 3), 32 * 16 * 9)
    part = inspector.slice(ReadTensorSlice(1, ref, (3, 2), (0, 3), (0, 3), 9, 9))
    flat = inspector.array(ref, 0).values.reshape(info.shape)
    np.testing.assert_array_equal(part.values, flat[3, 2])
    assert sum(one.parameters for one in inspector.tensors()) == sum(PARAMETERS.values())


def test_an_engine_answers_about_its_model(engine_log: EventLog) -> None:
    assert isinstance(engine_log.ask(ReadLayers(1)), Anatomy)
    assert engine_log.ask(ReadTensors(2))
    found = engine_log.ask(ReadTensorStatistics(3, TensorRef("body", "embedding.rows")))
    assert isinstance(found, TensorStatistics)
    assert isinstance(engine_log.ask(ReadFormatErrors(4, None)), FormatErrors)
    piece = engine_log.ask(ReadTensorArray(5, TensorRef("body", DOWN), 0))
    assert isinstance(piece, TensorArray)
    assert piece.values.size == piece.total


def test_an_engine_opens_a_file_that_is_no_language_model(tmp_path: Path) -> None:
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(write_convolutional(tmp_path / "cnn.onnx")), "cpu"))
        loaded = log.wait_for_loaded()
        assert "tokenizer" in loaded.inside_only
        assert (loaded.name, loaded.parameters) == ("cnn", sum(PARAMETERS.values()))
        assert isinstance(log.ask(ReadTensorValue(1, TensorRef("graph", "dense/bias"), 3)), TensorValue)
        engine.send(ReadLogits(2, 0))
        failed = log.wait(Failed)
        assert (failed.case, failed.query, failed.what) == ("inside-only", 2, loaded.inside_only)
    finally:
        engine.close()


@pytest.mark.parametrize(
    "export", [TinyExport(further_input="temperature"), TinyExport(cache_type=TensorProto.BFLOAT16)]
)
def test_fault_19_what_there_can_be_no_chat_with_is_looked_into(tmp_path: Path, export: TinyExport) -> None:
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(write_tiny_export(tmp_path, export)), "cpu"))
        assert log.wait_for_loaded().inside_only
        anatomy = log.ask(ReadLayers(1))
        tensors = log.ask(ReadTensors(2))
        assert isinstance(anatomy, Anatomy)
        assert anatomy.parameters == sum(one.parameters for one in tensors)  # type: ignore[attr-defined]
    finally:
        engine.close()


def test_fault_53_a_file_that_went_while_it_is_looked_into_is_named(tmp_path: Path) -> None:
    path = write_convolutional(tmp_path / "cnn.onnx")
    inspector = Inspector(file_graphs(path), "file")
    ref = TensorRef("graph", "dense/kernel")
    path.unlink()
    with pytest.raises(VitrineError, match=r"“cnn\.onnx” cannot be read"):
        inspector.statistics(ref, always)
    write_convolutional(path)
    assert inspector.statistics(ref, always).complete


def test_a_damaged_file_is_refused_all_the_same(tmp_path: Path) -> None:
    """Fault 16: an operator that is not known is named, whatever the graph is for."""
    path = write_convolutional(tmp_path / "cnn.onnx")
    path.write_bytes(path.read_bytes().replace(b"MaxPool", b"MexPool"))
    engine = EngineThread()
    try:
        log = EventLog(engine)
        engine.send(Load(str(path), "cpu"))
        assert "MexPool" in log.wait(Failed).what
    finally:
        engine.close()
