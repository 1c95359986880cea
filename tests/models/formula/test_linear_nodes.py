"""Products with weights are read as what they compute, whatever operator computes them."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import helper

from models.formula.following import Ways
from models.formula.linear_nodes import LinearNode, LinearNodes, Unknown, row_of_weights
from models.weights.inspected_graph import InspectedGraph
from tests.models.formula.small_graphs import MICROSOFT, inspected, small_model

MATRIX = [[1, 2, 3], [4, 5, 6]]
"""Of two inputs and three outputs; the neuron in the middle has the weights 2 and 5."""


def read(
    nodes: list[onnx.NodeProto], weights: dict[str, object], index: int = 0
) -> tuple[LinearNode, InspectedGraph]:
    graph = inspected(small_model(nodes, weights))
    return LinearNodes(graph.model.graph, graph.weights).read(index), graph


def weights_of(node: LinearNode, graph: InspectedGraph, output: int) -> list[float]:
    found: list[float] = row_of_weights(node, graph.weights[node.weights], output).tolist()
    return found


def test_a_product_and_the_offset_that_is_added_behind_it() -> None:
    node, graph = read(
        [helper.make_node("MatMul", ["x", "w"], ["p"]), helper.make_node("Add", ["p", "b"], ["y"])],
        {"w": MATRIX, "b": [0.5, 0.25, 0.125]},
    )
    assert (node.outputs, node.inputs, node.given, node.made, node.offset) == (3, 2, "x", "y", "b")
    assert weights_of(node, graph, 1) == [2, 5]


def test_a_sum_of_two_values_is_no_offset() -> None:
    node, _ = read(
        [
            helper.make_node("MatMul", ["x", "w"], ["p"]),
            helper.make_node("MatMul", ["x", "w"], ["q"]),
            helper.make_node("Add", ["p", "q"], ["y"]),
        ],
        {"w": MATRIX},
    )
    assert (node.made, node.offset) == ("p", "")


def test_a_gemm_with_its_factors() -> None:
    node, graph = read(
        [helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1, alpha=2.0, beta=3.0)],
        {"w": np.asarray(MATRIX, np.float32).T.copy(), "b": [1, 1, 1]},
    )
    assert (node.factor, node.offset, node.offset_factor, node.transposed) == (2.0, "b", 3.0, True)
    assert weights_of(node, graph, 1) == [2, 5]


@pytest.mark.parametrize("turns", [1, 2])
def test_weights_behind_transposes(turns: int) -> None:
    matrix = np.asarray(MATRIX, np.float32)
    nodes = [helper.make_node("Transpose", [f"w{turn}"], [f"w{turn + 1}"]) for turn in range(turns)]
    nodes.append(helper.make_node("MatMul", ["x", f"w{turns}"], ["y"]))
    node, graph = read(nodes, {"w0": matrix.T.copy() if turns == 1 else matrix}, index=turns)
    assert (node.outputs, node.inputs) == (3, 2)
    assert weights_of(node, graph, 1) == [2, 5]


def test_quantized_weights_as_the_numbers_they_mean() -> None:
    node, graph = read(
        [
            helper.make_node("DequantizeLinear", ["q", "s", "z"], ["w"], axis=1),
            helper.make_node("MatMul", ["x", "w"], ["y"]),
        ],
        {
            "q": np.array([[1, 2, 3], [4, 5, 6]], np.int8),
            "s": np.array([1, 0.5, 1], np.float32),
            "z": np.array([0, 1, 0], np.int8),
        },
        index=1,
    )
    assert weights_of(node, graph, 1) == [(2 - 1) * 0.5, (5 - 1) * 0.5]


@pytest.mark.parametrize(("level", "block"), [(0, 0), (1, 0), (4, 16)])
def test_blocks_round_their_inputs_at_accuracy_level_4(level: int, block: int) -> None:
    quantized = np.full((3, 1, 16), 128, np.uint8)
    quantized[1, 0, :2] = (130, 133)
    node, graph = read(
        [
            helper.make_node(
                "MatMulNBits",
                ["x", "q", "s"],
                ["y"],
                domain=MICROSOFT,
                K=16,
                N=3,
                bits=8,
                block_size=16,
                accuracy_level=level,
            )
        ],
        {"q": quantized, "s": np.ones((3, 1), np.float32)},
    )
    assert node.rounding_block == block
    assert weights_of(node, graph, 1) == [2, 5, *[0.0] * 14]


@pytest.mark.parametrize(
    ("node", "weights", "why"),
    [
        (helper.make_node("Gemm", ["x", "w"], ["y"], transA=1), {"w": MATRIX}, "turns what it is given"),
        (helper.make_node("MatMul", ["x", "w"], ["y"]), {"w": [MATRIX]}, "no matrix"),
        (
            helper.make_node("MatMulInteger", ["x", "w"], ["y"]),
            {"w": np.ones((2, 3), np.int8)},
            "MatMulInteger multiplies whole numbers",
        ),
        (
            helper.make_node("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER"),
            {"w": np.ones((1, 1, 3, 3), np.float32)},
            "how it pads",
        ),
    ],
    ids=lambda value: value.op_type if isinstance(value, onnx.NodeProto) else "",
)
def test_what_cannot_be_spelled_out_is_said_plainly(
    node: onnx.NodeProto, weights: dict[str, object], why: str
) -> None:
    with pytest.raises(Unknown, match=why):
        read([node], weights)


def test_what_multiplies_no_weights_has_no_neurons() -> None:
    graph = inspected(small_model([helper.make_node("MatMul", ["x", "x"], ["y"])], {}))
    assert not LinearNodes(graph.model.graph, graph.weights).multiplies(0)


def ways(nodes: list[onnx.NodeProto], weights: dict[str, object]) -> tuple[Ways, LinearNodes]:
    graph = inspected(small_model(nodes, weights))
    linear = LinearNodes(graph.model.graph, graph.weights)
    return Ways(graph.model.graph, linear, graph.weights), linear


def test_a_gate_is_activated_and_multiplied_with_what_lies_beside_it() -> None:
    found, linear = ways(
        [
            helper.make_node("MatMul", ["x", "w"], ["p"]),
            helper.make_node("Split", ["p"], ["gate", "up"], axis=-1, num_outputs=2),
            helper.make_node("QuickGelu", ["gate"], ["active"], domain=MICROSOFT, alpha=1.0),
            helper.make_node("Mul", ["active", "up"], ["y"]),
        ],
        {"w": np.ones((2, 4), np.float32)},
    )
    gate, up = found.stretches(linear.read(0))
    assert ((gate.start, gate.stop), (up.start, up.stop)) == ((0, 2), (2, 4))
    way = found.following(gate.value)
    assert way.function is not None
    assert (way.function.name, way.applied, way.times, way.product) == ("SiLU", "active", "up", "y")
    beside = found.following(up.value)
    assert (beside.function, beside.times, beside.product) == (None, "active", "y")


def test_silu_in_two_operators_is_known() -> None:
    found, _ = ways(
        [
            helper.make_node("MatMul", ["x", "w"], ["p"]),
            helper.make_node("Sigmoid", ["p"], ["s"]),
            helper.make_node("Mul", ["p", "s"], ["y"]),
        ],
        {"w": MATRIX},
    )
    way = found.following("p")
    assert way.function is not None
    assert (way.function.name, way.applied, way.times) == ("SiLU", "y", "")


def test_logits_kept_within_a_bound() -> None:
    found, _ = ways(
        [
            helper.make_node("MatMul", ["x", "w"], ["p"]),
            helper.make_node("Div", ["p", "cap"], ["d"]),
            helper.make_node("Tanh", ["d"], ["t"]),
            helper.make_node("Mul", ["t", "cap"], ["y"]),
        ],
        {"w": MATRIX, "cap": np.array(30, np.float32)},
    )
    way = found.softcap("p")
    assert way.function is not None
    assert (way.function.name, way.function.parameter, way.applied) == ("soft cap", 30.0, "y")
    assert way.function(30.0) == pytest.approx(30 * np.tanh(1.0))
