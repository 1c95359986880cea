"""What a graph alone tells: inputs, caches, the cut before the head, tables and parameters.

Knows nothing about running it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import onnx
import onnx_ir as ir
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.errors import ModelFileError
from models.observing.caches import match_caches
from models.observing.cut import find_cut, logits_output
from models.observing.graphs import head_nodes, prepare
from models.observing.inputs import body_inputs
from models.observing.kinds import KINDS
from models.observing.sizes import count_parameters, largest_table
from models.observing.walking import constant_shapes
from models.wiring import BodyInput, CacheTensor, Role
from tests.models.tiny_export import (
    FEED_FORWARD,
    HEAD_SIZE,
    LAYERS,
    VOCABULARY,
    WIDTH,
    TinyExport,
    tiny_model,
    unfamiliar_names,
)

KERNEL = TinyExport("group query", rotary="inside")
CONTRIB = TinyExport("contrib", key_value_heads=4, rotary="", learned_positions=310)


def graph_of(export: TinyExport | onnx.ModelProto) -> ir.Graph:
    model = ir.from_proto(export if isinstance(export, onnx.ModelProto) else tiny_model(export))
    prepare(model)
    return model.graph


def caches_of(graph: ir.Graph) -> tuple[CacheTensor, ...]:
    finders = ((node, KINDS.get((node.domain, node.op_type))) for node in graph)
    found = [finder(node) for node, finder in finders if finder is not None]
    return match_caches(graph, [site for site in found if site is not None])


@pytest.mark.parametrize("export", [TinyExport(), KERNEL, TinyExport(learned_positions=400, rotary="")])
def test_inputs_mean_the_same_by_any_name(export: TinyExport) -> None:
    known = body_inputs(graph_of(export))
    assert {one.name: one.role for one in known} == {
        "input_ids": Role.IDS,
        "attention_mask": Role.ATTENTION_MASK,
        "position_ids": Role.POSITIONS,
    }
    names = unfamiliar_names()
    other = {one.name: one.role for one in body_inputs(graph_of(replace(export, names="unfamiliar")))}
    expected = {names[one.name]: one.role for one in known}
    if export is KERNEL:  # nobody uses its positions, so that anything will do
        expected[names["position_ids"]] = Role.TOKEN_TYPES
    assert other == expected


def test_caches_are_pairs_in_the_order_of_layers() -> None:
    for export in (TinyExport(), KERNEL, TinyExport("standard", opset=23, rotary="")):
        assert caches_of(graph_of(export)) == tuple(
            CacheTensor(f"past_key_values.{layer}.{part}", f"present.{layer}.{part}", part, 2, HEAD_SIZE)  # type: ignore[arg-type]
            for layer in range(LAYERS)
            for part in ("key", "value")
        )
    assert caches_of(graph_of(CONTRIB)) == tuple(
        CacheTensor(f"past_{layer}", f"present_{layer}", "both", 4, HEAD_SIZE) for layer in range(LAYERS)
    )


def test_a_cache_that_nothing_continues_is_named() -> None:
    model = tiny_model(TinyExport())
    del model.graph.output[1]
    with pytest.raises(ModelFileError) as raised:
        caches_of(graph_of(model))
    assert raised.value.case == "cache-without-present"
    assert "key_values." in raised.value.what


@pytest.mark.parametrize("size", [0, -1])
def test_a_cache_without_size_is_named(size: int) -> None:
    model = tiny_model(TinyExport())
    for value in model.graph.input:
        if value.name.startswith("past"):
            value.type.tensor_type.shape.dim[1].dim_value = size
    with pytest.raises(ModelFileError) as raised:
        caches_of(graph_of(model))
    assert raised.value.case == "unknown-cache-shape"


@pytest.mark.parametrize(
    ("export", "operators"),
    [
        (TinyExport(), {"MatMul", "Identity"}),
        (TinyExport(head="tied"), {"MatMul", "Transpose", "Identity"}),
        (TinyExport(last_row=True), {"MatMul", "Identity"}),
        (
            TinyExport(head="int8"),
            {"DynamicQuantizeLinear", "MatMulInteger", "Cast", "Mul", "Identity"},
        ),
        (TinyExport(logits_type=TensorProto.FLOAT16), {"MatMul", "Cast"}),
    ],
)
def test_the_head_begins_where_all_that_is_left_comes_from_one_state(
    export: TinyExport, operators: set[str]
) -> None:
    graph = graph_of(export)
    logits = logits_output(graph, [tensor.present for tensor in caches_of(graph)])
    cut = find_cut(graph, logits)
    assert {node.op_type for node in head_nodes(cut, logits)} == operators
    producer = cut.state.producer()
    assert producer is not None
    assert producer.op_type == "LayerNormalization"
    assert (cut.state is cut.start) != export.last_row


@pytest.mark.parametrize(
    ("export", "rows"),
    [
        (KERNEL, 320),
        (TinyExport("group query", rotary="inside", short_tables=100), 100),
        (TinyExport(rotary="", learned_positions=77), 77),
        (TinyExport("group query", rotary=""), 4096),
    ],
)
def test_the_smallest_table_of_positions_limits_a_text(export: TinyExport, rows: int) -> None:
    graph = graph_of(export)
    assert largest_table(graph, body_inputs(graph), 4096) == rows


def test_tables_that_positions_do_not_choose_from_limit_nothing() -> None:
    model = tiny_model(TinyExport("group query", rotary=""))
    graph = model.graph
    state = next(node for node in graph.node if node.op_type == "MatMul").output[0]
    for name in ("experts", "kinds of token"):
        graph.initializer.append(numpy_helper.from_array(np.ones((3, WIDTH), np.float32), name))
    graph.initializer.append(numpy_helper.from_array(np.array([1]), "one best"))
    graph.input.append(helper.make_tensor_value_info("token_type_ids", TensorProto.INT64, ["b", "t"]))
    graph.node.extend(
        [
            helper.make_node("TopK", [state, "one best"], ["", "expert"]),
            helper.make_node("Gather", ["experts", "expert"], ["chosen"]),
            helper.make_node("Gather", ["kinds of token", "token_type_ids"], ["kind"]),
        ]
    )
    made = graph_of(model)
    inputs = body_inputs(made)
    assert BodyInput("token_type_ids", Role.TOKEN_TYPES, "int64", 2) in inputs
    assert largest_table(made, inputs, 4096) == 4096


def test_parameters_are_counted_once_and_without_tables() -> None:
    norms = (2 * LAYERS + 1) * 2 * WIDTH
    layer = 2 * WIDTH * WIDTH + 2 * WIDTH * 2 * HEAD_SIZE + 2 * WIDTH * FEED_FORWARD
    whole = norms + LAYERS * layer + 2 * VOCABULARY * WIDTH
    assert count_parameters(graph_of(KERNEL)) == whole
    tied = TinyExport("group query", rotary="inside", head="tied")
    assert count_parameters(graph_of(tied)) == whole - VOCABULARY * WIDTH
    assert count_parameters(graph_of(TinyExport("group query", rotary="inside", head="int8"))) == whole


def test_shapes_that_a_condition_chooses_from_are_told() -> None:
    graph = graph_of(TinyExport("group query", rotary="inside", short_tables=100))
    node = next(node for node in graph if node.op_type == "If")
    assert [sorted(constant_shapes(value)) for value in node.outputs] == [[(100, 8), (320, 8)]] * 2
    assert constant_shapes(node.inputs[0]) == []
    assert constant_shapes(None) == []


def test_every_kind_of_attention_is_found_in_its_export() -> None:
    operators = {(node.domain, node.op_type) for export in EXPORTS for node in graph_of(export)}
    assert set(KINDS) <= operators


EXPORTS = (
    TinyExport(),
    KERNEL,
    CONTRIB,
    TinyExport("multi-head", key_value_heads=4, rotary=""),
    TinyExport("standard", opset=23, rotary=""),
)
"""One of each kind: a new kind of attention belongs here too."""
