"""The graphs that are written: what they promise to whoever runs them.

Knows nothing about running them; the engine's tests do that.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import onnx_ir as ir
import pytest

from models.architectures import architecture_of
from models.architectures.decoder import DecoderConfiguration
from models.attention_site import AttentionSite
from models.gguf.reader import read_gguf
from models.graphs.decoder_graph import BODY, DecoderGraphWriter
from models.graphs.decoder_sites import attention_sites, site_arrays
from models.graphs.observation import kernel_inputs, oracle_graph, with_outputs, without_outputs
from models.graphs.precision import FULL, HALF, PRECISIONS, Precision
from models.safetensors.checkpoint import read_checkpoint
from models.tensor_source import TensorSource
from tests.models.tiny_checkpoint import (
    CONFIGURATIONS,
    HEAD_SIZE,
    HEADS,
    LAYERS,
    WINDOW,
    write_tiny_checkpoint,
)
from tests.models.tiny_gguf import write_tiny_llama

CAPACITY = 64


def write(source: TensorSource, precision: Precision, folder: Path) -> tuple[DecoderConfiguration, float]:
    """Write graphs; give the sizes and the precision's error."""
    architecture = architecture_of(source)
    sizes = architecture.configuration(source)
    seen: list[tuple[int, int]] = []
    writer = DecoderGraphWriter(sizes, precision, CAPACITY, folder)
    error = writer.write(architecture.weights(source, sizes), lambda done, total: seen.append((done, total)))
    parts = sizes.layers + 2
    assert seen == [(done, parts) for done in range(1, parts + 1)]
    return sizes, error


@pytest.fixture(scope="module", params=PRECISIONS, ids=lambda precision: precision.name)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny Llama's graphs, in every precision."""
    folder = tmp_path_factory.mktemp(request.param.name)
    source = read_gguf(write_tiny_llama(folder / "tiny.gguf"))
    _, error = write(source, request.param, folder)
    assert {"fp32": error == 0, "fp16": 0 < error < 1e-3, "int8": 1e-3 < error < 1e-2}[request.param.name]
    return folder


@pytest.fixture(scope="module", params=CONFIGURATIONS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, tuple[AttentionSite, ...]]:
    """Model type, folder with graphs, and sites, of every kind of checkpoint."""
    folder = tmp_path_factory.mktemp(request.param)
    sizes, _ = write(read_checkpoint(write_tiny_checkpoint(folder, request.param)), FULL, folder)
    return request.param, folder, attention_sites(sizes)


def kernels(graph: ir.Graph) -> list[ir.Node]:
    return [node for node in graph if node.op_type == "GroupQueryAttention"]


def test_the_body_has_a_query_a_layer_and_caches_in_and_out(folder: Path) -> None:
    graph = ir.load(folder / "body.onnx").graph
    outputs = [value.name for value in graph.outputs]
    assert outputs[0] == BODY.hidden
    assert {BODY.query(0), BODY.query(1), BODY.present(1, "value")} <= set(outputs)
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


def test_observing_differs_in_outputs_only(folder: Path) -> None:
    body = ir.load(folder / "body.onnx")
    queries = (BODY.query(0), BODY.query(1))
    plain = ir.from_proto(onnx.load_model_from_string(without_outputs(folder / "body.onnx", queries)))
    assert [node.op_type for node in plain.graph] == [node.op_type for node in body.graph]
    assert len(plain.graph.outputs) == len(body.graph.outputs) - 2


def test_graphs_are_sound(built: tuple[str, Path, tuple[AttentionSite, ...]]) -> None:
    _, folder, _ = built
    for name in ("body", "head"):
        model = onnx.load(folder / f"{name}.onnx", load_external_data=False)
        made = {value.name for value in (*model.graph.input, *model.graph.initializer)}
        for node in model.graph.node:
            assert set(node.input) <= made | {""}, node.name
            assert not made & set(node.output) - {""}, node.name
            made |= set(node.output)
        assert {value.name for value in model.graph.output} <= made
        assert len({node.name for node in model.graph.node}) == len(model.graph.node)


def test_sites_say_what_the_kernels_do(built: tuple[str, Path, tuple[AttentionSite, ...]]) -> None:
    model_type, folder, sites = built
    graph = ir.load(folder / "body.onnx").graph
    outputs = {value.name: value for value in graph.outputs}
    assert [site.layer for site in sites] == list(range(LAYERS))
    for site, kernel in zip(sites, kernels(graph), strict=True):
        attributes = {name: one.value for name, one in kernel.attributes.items()}
        assert kernel.name == site.kernel
        assert attributes["num_heads"] == site.heads
        assert attributes["kv_num_heads"] == site.key_value_heads
        assert attributes["scale"] == pytest.approx(site.scale)
        assert attributes.get("local_window_size") == site.window
        assert attributes.get("softcap", 0.0) == site.softcap
        assert attributes["do_rotary"] == (site.rotary is not None)
        if site.rotary is not None:
            tables = [value.name for value in kernel.inputs[7:9] if value is not None]
            assert tables == [f"{site.rotary}.cosines", f"{site.rotary}.sines"]
        assert kernel.inputs[0] is outputs[site.query]
        shape = outputs[site.query].shape
        assert shape is not None
        assert shape[2] == site.width
        assert site.width >= HEADS * HEAD_SIZE
    windows = {site.window for site in sites}
    assert (WINDOW in windows) == (model_type in ("mistral", "gemma2", "gemma3_text", "phi3"))


def test_the_oracle_has_the_attention_kernels_alone(
    built: tuple[str, Path, tuple[AttentionSite, ...]],
) -> None:
    _, folder, sites = built
    body = folder / "body.onnx"
    inputs = kernel_inputs(body, sites)
    assert {BODY.query(1), BODY.last_positions, BODY.past(0, "key")} <= set(inputs)
    types = {
        name: "int32" if name in (BODY.last_positions, BODY.total_length) else "float32" for name in inputs
    }
    oracle = ir.from_proto(onnx.load_model_from_string(oracle_graph(body, sites, types))).graph
    assert [node.op_type for node in oracle] == ["GroupQueryAttention"] * LAYERS
    assert [value.name for value in oracle.outputs] == [f"oracle.{layer}" for layer in range(LAYERS)]
    # What is no output of the body can be made one.
    more = onnx.load_model_from_string(with_outputs(body, inputs))
    assert set(inputs) <= {value.name for value in (*more.graph.output, *more.graph.input)}


def test_a_window_that_nothing_leaves_is_left_out(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "mistral", sliding_window=CAPACITY)
    write(read_checkpoint(tmp_path), FULL, tmp_path)
    attributes = [kernel.attributes for kernel in kernels(ir.load(tmp_path / "body.onnx").graph)]
    assert not any("local_window_size" in one for one in attributes)


def test_the_residual_stream_of_gemma_is_wide_in_half_precision(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "gemma3_text")
    write(read_checkpoint(tmp_path), HALF, tmp_path)
    graph = ir.load(tmp_path / "body.onnx").graph
    wide, narrow = ir.DataType.FLOAT, ir.DataType.FLOAT16
    gains = {name: value.dtype for name, value in graph.initializers.items() if name.endswith(".gain")}
    of_heads = {name for name in gains if "query_norm" in name or "key_norm" in name}
    assert {gains[name] for name in of_heads} == {narrow}
    assert {gains[name] for name in gains.keys() - of_heads} == {wide}
    assert {value.dtype for value in graph.outputs} == {narrow}


def test_the_arrays_that_sites_name(tmp_path: Path) -> None:
    source = read_checkpoint(write_tiny_checkpoint(tmp_path, "gemma3_text"))
    sizes = architecture_of(source).configuration(source)
    arrays = site_arrays(sizes, CAPACITY)
    assert {site.rotary for site in attention_sites(sizes)} == {"rotary.0", "rotary.1"}
    assert {name: array.shape for name, array in arrays.items()} == {
        f"rotary.{number}.{kind}": (CAPACITY, HEAD_SIZE // 2)
        for number in (0, 1)
        for kind in ("cosines", "sines")
    }
