"""A graph is read without its weights, which stay where they are and can be found there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from models.exports.outline import PlacedTensor, read_outline
from tests.models.exports.small_models import (
    WIDTH,
    external,
    many_places,
    model,
    node,
    numbers,
    saved,
    weight,
)


def constants(graph: ir.Graph) -> dict[str, ir.TensorProtocol]:
    """All tensors of a graph and the graphs in it by name; those of constants by the name of their value."""
    found = {}
    for one in (graph, *graph.subgraphs()):
        found |= {name: value.const_value for name, value in one.initializers.items()}
    for operator in graph.all_nodes():
        if operator.op_type == "Constant":
            found[operator.outputs[0].name] = operator.attributes["value"].value
    return found


def test_large_weights_are_left_in_the_file_and_can_be_read_there(tmp_path: Path) -> None:
    path = saved(tmp_path / "model.onnx", many_places())
    outline = read_outline(path)
    found = constants(outline.model.graph)
    expected = {"raw": 0, "typed": 1, "inner": 2, "fixed": 3}
    for name, seed in expected.items():
        assert isinstance(found[name], PlacedTensor)
        assert np.array_equal(found[name].numpy(), numbers(seed, WIDTH))
        assert found[name].location == "model.onnx"
    assert not isinstance(found["zero"], PlacedTensor)
    assert np.array_equal(found["whole"].numpy(), np.arange(WIDTH))
    assert len(ir.to_proto(outline.model).SerializeToString()) < 4000
    assert outline.folder == tmp_path.resolve()
    assert [file.path for file in outline.files] == [path]
    assert outline.weight_bytes == {"FLOAT": 4 * 4 * WIDTH + 4, "INT64": 8 * WIDTH}
    assert (outline.ir_version, outline.opset_imports, outline.producer) == (10, {"": 21}, "tests")


def test_nothing_but_the_weights_is_lost(tmp_path: Path) -> None:
    made = many_places()
    outline = read_outline(saved(tmp_path / "model.onnx", made))
    for tensor in constants(outline.model.graph).values():
        assert tensor.shape in ([WIDTH], [])
    derived = ir.to_proto(outline.model)
    assert [one.op_type for one in derived.graph.node] == [one.op_type for one in made.graph.node]
    assert list(derived.graph.input) == list(made.graph.input)
    assert list(derived.graph.output) == list(made.graph.output)


def test_weights_beside_the_graph_are_found(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "model.data").write_bytes(b"odd" + numbers(7, WIDTH).tobytes())
    made = model(
        [node("Add", ["x", "w"], ["s"]), node("Mul", ["s", "v"])],
        [external("w", "weights/model.data", 3), weight("v")],
    )
    outline = read_outline(saved(tmp_path / "model.onnx", made))
    found = constants(outline.model.graph)
    assert np.array_equal(found["w"].numpy(), numbers(7, WIDTH))
    assert (found["w"].location, found["v"].location) == ("weights/model.data", "model.onnx")
    assert [file.path.name for file in outline.files] == ["model.data", "model.onnx"]
    assert [file.size for file in outline.files] == [file.path.stat().st_size for file in outline.files]


@pytest.mark.parametrize("length", [None, 4 * WIDTH])
@pytest.mark.parametrize("offset", [None, 0])
def test_offset_and_length_may_be_left_out(tmp_path: Path, offset: int | None, length: int | None) -> None:
    (tmp_path / "model.data").write_bytes(numbers(7, WIDTH).tobytes())
    made = model([node("Add", ["x", "w"])], [external("w", "model.data", offset, length)])
    outline = read_outline(saved(tmp_path / "model.onnx", made))
    assert np.array_equal(constants(outline.model.graph)["w"].numpy(), numbers(7, WIDTH))


def test_a_graph_without_large_weights_needs_no_file(tmp_path: Path) -> None:
    outline = read_outline(saved(tmp_path / "model.onnx", model([node("Relu", ["x"])])))
    assert outline.files == ()
    assert outline.folder == tmp_path.resolve()
    assert outline.weight_bytes == {}


def test_what_is_for_training_is_left_out(tmp_path: Path) -> None:
    made = model([node("Relu", ["x"])])
    made.training_info.add().algorithm.CopyFrom(made.graph)
    assert len(onnx.ModelProto.FromString(made.SerializeToString()).training_info) == 1
    outline = read_outline(saved(tmp_path / "model.onnx", made))
    assert not ir.to_proto(outline.model).training_info
