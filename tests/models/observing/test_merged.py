"""Taking one branch of a condition out of a graph: names, weights and outputs, whatever they are."""

from __future__ import annotations

import numpy as np
import onnx
import onnx_ir as ir
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from models.observing.merged import take_branch_with_past

FLOATS = TensorProto.FLOAT


def value(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, FLOATS, [3])


def weight(name: str, *numbers: float) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(numbers, np.float32), name)


def joined(condition: str = "use_cache_branch", *more_outputs: str) -> onnx.ModelProto:
    """Outputs: something computed, a weight, and the first again."""
    nodes = [
        helper.make_node("Add", ["a", "w"], ["sum"]),
        helper.make_node("Mul", ["sum", "around"], ["product"]),
    ]
    nodes.append(helper.make_node("Sub", ["product", "v"], ["made"]))
    then = helper.make_graph(
        nodes,
        "then",
        [],
        [value("made"), value("w"), value("made")],
        [weight("w", 1, 1, 1)],
    )
    left = [helper.make_node("Neg", [name], [f"less {name}"]) for name in ("around", "b", "a")]
    other = helper.make_graph(left, "else", [], [value(f"less {name}") for name in ("around", "b", "a")])
    outer = [
        helper.make_node("Identity", [condition], ["chosen"]),
        helper.make_node("Abs", ["a"], ["around"]),
        helper.make_node("If", ["chosen"], ["x", "y", "z"], then_branch=then, else_branch=other),
        helper.make_node("Exp", ["a"], ["beside"]),
    ]
    inputs = [value("a"), helper.make_tensor_value_info(condition, TensorProto.BOOL, [1])]
    outputs = [value(name) for name in ("z", "x", "y", *more_outputs)]
    graph = helper.make_graph(outer, "joined", inputs, outputs, [weight("v", 2, 3, 4), weight("b", 5, 6, 7)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def taken(model: onnx.ModelProto) -> ir.Model:
    made = ir.from_proto(model)
    take_branch_with_past(made)
    return made


def test_the_branch_computes_what_the_condition_did() -> None:
    model = joined()
    made = taken(model)
    assert "If" not in [node.op_type for node in made.graph]
    assert [one.name for one in made.graph.outputs] == ["z", "x", "y"]
    given = {"a": np.array([-1, 2, 5], np.float32), "use_cache_branch": np.array([True])}
    expected = ReferenceEvaluator(model).run(None, given)
    found = ReferenceEvaluator(ir.to_proto(made)).run(None, given)
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_is_left_out_uses_nothing_any_more() -> None:
    made = taken(joined())
    around = next(node for node in made.graph if node.op_type == "Abs").outputs[0]
    assert {usage.node.op_type for usage in around.uses()} == {"Mul"}


def test_other_conditions_stay() -> None:
    for model in (joined("flag"), joined("use_cache_branch", "beside")):
        assert "If" in [node.op_type for node in taken(model).graph]
