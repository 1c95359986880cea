"""The graphs that are written: what they promise to whoever runs them.

Knows nothing about running them; the engine's tests do that.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx_ir as ir
import pytest

from models.architectures import architecture_of
from models.gguf.reader import read_gguf
from models.graphs.decoder_graph import BODY, DecoderGraphWriter
from models.graphs.observation import oracle_graph, unobserved_graph
from models.graphs.precision import PRECISIONS, Precision
from models.graphs.weight_file import WeightFile
from tests.models.tiny_gguf import write_tiny_llama


@pytest.fixture(scope="module", params=PRECISIONS, ids=lambda precision: precision.name)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny model's graphs, in every precision."""
    precision: Precision = request.param
    folder = tmp_path_factory.mktemp(precision.name)
    file = read_gguf(write_tiny_llama(folder / "tiny.gguf"))
    architecture = architecture_of(file)
    sizes = architecture.configuration(file)
    seen: list[tuple[int, int]] = []
    writer = DecoderGraphWriter(sizes, precision, 64, folder)
    writer.write(architecture.weights(file, sizes), lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == [1, 2, 3, 4]
    assert {total for _, total in seen} == {4}
    return folder


def test_the_body_has_a_query_a_layer_and_caches_in_and_out(folder: Path) -> None:
    graph = ir.load(folder / "body.onnx").graph
    outputs = {value.name for value in graph.outputs}
    assert {BODY.hidden, BODY.query(0), BODY.query(1), BODY.present(1, "value")} <= outputs
    inputs = {value.name for value in graph.inputs}
    assert {BODY.ids, BODY.last_positions, BODY.total_length, BODY.past(0, "key")} <= inputs


def test_the_tied_head_and_the_embedding_are_the_same_bytes(folder: Path) -> None:
    body, head = (ir.load(folder / f"{name}.onnx").graph for name in ("body", "head"))
    places = [
        {
            value.const_value.offset
            for value in graph.initializers.values()
            if isinstance(value.const_value, ir.ExternalTensor)
        }
        for graph in (body, head)
    ]
    assert places[1] <= places[0]


def test_weights_start_at_pages_and_are_referred_to_without_a_folder(folder: Path) -> None:
    for value in ir.load(folder / "body.onnx").graph.initializers.values():
        tensor = value.const_value
        assert isinstance(tensor, ir.ExternalTensor)
        assert tensor.location == "weights.bin"
        assert tensor.offset is not None
        assert tensor.offset % 4096 == 0


def test_unobserved_differs_in_outputs_only(folder: Path) -> None:
    body = ir.load(folder / "body.onnx")
    plain = ir.from_proto(_parsed(unobserved_graph(folder / "body.onnx", (BODY.query(0), BODY.query(1)))))
    assert [node.op_type for node in plain.graph] == [node.op_type for node in body.graph]
    assert len(plain.graph.outputs) == len(body.graph.outputs) - 2


def test_the_oracle_has_the_attention_kernels_alone(folder: Path) -> None:
    oracle = ir.from_proto(_parsed(oracle_graph(folder / "body.onnx"))).graph
    assert [node.op_type for node in oracle] == ["GroupQueryAttention"] * 2
    assert [value.name for value in oracle.outputs] == ["oracle.0", "oracle.1"]
    assert BODY.query(1) in {value.name for value in oracle.inputs}


def test_arrays_can_be_shared_under_another_shape(tmp_path: Path) -> None:
    with WeightFile(tmp_path / "weights.bin") as file:
        file.add("first", np.zeros(3, np.uint8))
        value = file.add("second", np.arange(6, dtype=np.float32))
        again = file.share("again", value, [2, 3])
    assert again.const_value is not None
    np.testing.assert_array_equal(again.const_value.numpy(), [[0, 1, 2], [3, 4, 5]])


def _parsed(serialised: bytes):  # type: ignore[no-untyped-def]
    import onnx

    return onnx.load_model_from_string(serialised)
