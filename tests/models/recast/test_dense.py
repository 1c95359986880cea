"""Quantized graphs are read as the numbers that they mean; what cannot be is refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.errors import ModelFileError
from models.recast.dense import dense_graph, in_memory, numbers_of
from models.weights.inspected_graph import InspectedGraph
from tests.models.recast.small_graphs import graph_of, never, run

K, N, BLOCK = 64, 6, 32
GENERATOR = np.random.default_rng(2)
HIDDEN = {"x": TensorProto.FLOAT}


def floats(*shape: int) -> NDArray[np.float32]:
    return GENERATOR.standard_normal(shape).astype(np.float32)


def product(bits: int, *, offset: bool) -> InspectedGraph:
    arrays: dict[str, NDArray[Any]] = {
        "w": GENERATOR.integers(0, 256, (N, K // BLOCK, BLOCK * bits // 8)).astype(np.uint8),
        "scales": np.abs(floats(N * K // BLOCK)) / 100,
    }
    inputs = ["x", "w", "scales"]
    if offset:
        arrays["b"] = floats(N)
        inputs += ["", "", "b"]
    node = helper.make_node(
        "MatMulNBits", inputs, ["y"], name="product", domain="com.microsoft",
        K=K, N=N, bits=bits, block_size=BLOCK, accuracy_level=1,
    )  # fmt: skip
    return graph_of([node], arrays, inputs=HIDDEN)


def dequantized() -> InspectedGraph:
    arrays: dict[str, NDArray[Any]] = {
        "q": GENERATOR.integers(-128, 128, (K, N)).astype(np.int8),
        "s": np.abs(floats(N)) / 100,
    }
    nodes = [
        helper.make_node("DequantizeLinear", ["q", "s"], ["w"], axis=1),
        helper.make_node("MatMul", ["x", "w"], ["y"]),
    ]
    return graph_of(nodes, arrays, inputs=HIDDEN)


def with_numbers(inspected: InspectedGraph) -> Any:
    """The graph with its numbers in memory."""
    graph = dense_graph(inspected)
    assert not graph.unchanged
    for name, source in graph.learnt.items():
        graph.weights[name] = in_memory(name, numbers_of(source, never))
    return graph


@pytest.mark.parametrize(
    "inspected",
    [product(8, offset=False), product(4, offset=True), dequantized()],
    ids=["8 bits", "4 bits and an offset", "a node that dequantizes"],
)
def test_the_same_product_comes_out_of_the_numbers(inspected: InspectedGraph) -> None:
    graph, x = with_numbers(inspected), floats(1, 3, K)
    kinds = {one.op_type for one in graph.model.graph.node}
    assert not kinds & {"MatMulNBits", "DequantizeLinear"}
    np.testing.assert_allclose(run(graph, x=x), run(inspected, x=x), rtol=1e-4, atol=1e-4)


def test_the_same_rows_are_looked_up() -> None:
    arrays: dict[str, NDArray[Any]] = {
        "q": GENERATOR.integers(0, 256, (5, K)).astype(np.uint8),
        "s": np.abs(floats(5, K // BLOCK)),
    }
    node = helper.make_node(
        "GatherBlockQuantized", ["q", "ids", "s"], ["y"], domain="com.microsoft",
        gather_axis=0, quantize_axis=1, block_size=BLOCK, bits=8,
    )  # fmt: skip
    inspected, ids = graph_of([node], arrays), np.array([[4, 1]], np.int64)
    np.testing.assert_array_equal(run(with_numbers(inspected), ids=ids), run(inspected, ids=ids))


def test_a_graph_of_numbers_stays_as_it_is() -> None:
    inspected = graph_of([helper.make_node("MatMul", ["x", "w"], ["y"])], {"w": floats(K, N)}, inputs=HIDDEN)
    graph = dense_graph(inspected)
    assert graph.unchanged
    assert (set(graph.learnt), graph.weights) == ({"w"}, {})
    assert graph.model.SerializeToString() == inspected.model.SerializeToString()
    assert graph.model is not inspected.model


@pytest.mark.parametrize(
    ("node", "arrays", "case", "named"),
    [
        (
            helper.make_node("DynamicQuantizeLinear", ["x"], ["y", "scale", "zero"]),
            {},
            "rounding-operator",
            "DynamicQuantizeLinear",
        ),
        (
            helper.make_node("MatMul", ["x", "w"], ["y"]),
            {"w": np.ones((K, N), np.float16)},
            "narrow-graph",
            "FP16",
        ),
        (
            helper.make_node(
                "MatMulNBits", ["x", "w", "s"], ["y"], domain="com.microsoft",
                K=K, N=N, bits=3, block_size=BLOCK,
            ),
            {"w": np.ones((N, 2, 12), np.uint8), "s": np.ones(2 * N, np.float32)},
            "rounding-operator",
            "MatMulNBits",
        ),
    ],
    ids=["an operator that rounds", "a graph in 16 bits", "blocks of 3 bits"],
)  # fmt: skip
def test_what_has_no_numbers_is_refused_by_name(
    node: Any, arrays: dict[str, NDArray[Any]], case: str, named: str
) -> None:
    """Faults 10, 12 and 19: said before any work is done."""
    with pytest.raises(ModelFileError) as raised:
        dense_graph(graph_of([node], arrays, inputs=HIDDEN))
    assert raised.value.case == case
    assert named in raised.value.what
