"""Matrices in blocks of 8 and 4 bits compute what their rounded numbers say; what is no such matrix stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.number_formats import INTEGER_FORMATS
from models.recast.blocks import block_graph
from models.recast.dense import dense_graph
from tests.models.recast.small_graphs import graph_of, never, run

K, N = 64, 12
GENERATOR = np.random.default_rng(1)
FORMATS = {one.bits: one for one in INTEGER_FORMATS}
HIDDEN = {"x": TensorProto.FLOAT}


def floats(*shape: int) -> NDArray[np.float32]:
    return GENERATOR.standard_normal(shape).astype(np.float32)


PRODUCTS: dict[str, tuple[list[Any], dict[str, NDArray[np.float32]], bool]] = {
    "a matrix": ([helper.make_node("MatMul", ["x", "w"], ["y"])], {"w": floats(K, N)}, True),
    "a transposed matrix": (
        [helper.make_node("FusedMatMul", ["x", "w"], ["y"], domain="com.microsoft", transB=1)],
        {"w": floats(N, K)},
        False,
    ),
    "with an offset": (
        [helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1)],
        {"w": floats(N, K), "b": floats(N)},
        False,
    ),
}


@pytest.mark.parametrize("bits", FORMATS)
@pytest.mark.parametrize("kind", PRODUCTS)
def test_a_product_is_that_of_the_rounded_numbers(kind: str, bits: int) -> None:
    """Within what rounding the other side to 8 bits changes, which is far less than 4 bits do."""
    nodes, arrays, transposed = PRODUCTS[kind]
    inspected = graph_of(nodes, arrays, inputs=HIDDEN)
    graph = dense_graph(inspected)
    assert block_graph(graph, bits, never) == {"w"}
    assert graph.model.graph.node[0].op_type == "MatMulNBits"
    x = floats(5, K)
    matrix = arrays["w"].T if transposed else arrays["w"]
    rounded = FORMATS[bits].rounded(np.ascontiguousarray(matrix))
    expected = x @ rounded.T + arrays.get("b", 0)
    found = run(graph, x=x)
    scale = float(np.sqrt(np.square(expected).mean()))
    assert float(np.sqrt(np.square(found - expected).mean())) < 0.01 * scale
    whole = run(inspected, x=x)
    apart = float(np.sqrt(np.square(found - whole).mean()))
    assert apart < 0.02 * scale if bits == 8 else 0.05 * scale < apart < 0.2 * scale


@pytest.mark.parametrize("bits", FORMATS)
def test_embeddings_are_looked_up_in_blocks(bits: int) -> None:
    table, ids = floats(9, K), np.array([[8, 0, 3]], np.int64)
    graph = dense_graph(graph_of([helper.make_node("Gather", ["table", "ids"], ["y"])], {"table": table}))
    assert block_graph(graph, bits, never) == {"table"}
    np.testing.assert_array_equal(run(graph, ids=ids), FORMATS[bits].rounded(table)[ids])


@pytest.mark.parametrize(
    "node",
    [
        helper.make_node("MatMul", ["w", "x"], ["y"]),
        helper.make_node("Gemm", ["x", "w"], ["y"], alpha=2.0),
        helper.make_node("Gemm", ["x", "w"], ["y"], transA=1),
        helper.make_node("Add", ["x", "w"], ["y"]),
    ],
    ids=["the matrix first", "a factor", "the other side transposed", "no product"],
)
def test_what_blocks_cannot_compute_stays(node: Any) -> None:
    x = floats(K, K)
    inspected = graph_of([node], {"w": floats(K, K)}, inputs=HIDDEN)
    graph = dense_graph(inspected)
    assert block_graph(graph, 8, never) == set()
    np.testing.assert_array_equal(run(graph, x=x), run(inspected, x=x))


def test_rows_that_are_no_whole_blocks_stay() -> None:
    graph = dense_graph(
        graph_of([helper.make_node("MatMul", ["x", "w"], ["y"])], {"w": floats(33, 4)}, inputs=HIDDEN)
    )
    assert block_graph(graph, 4, never) == set()


def test_a_matrix_that_two_products_read_is_kept_once() -> None:
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["z"]),
        helper.make_node("MatMul", ["z", "w"], ["y"]),
    ]
    graph = dense_graph(graph_of(nodes, {"w": floats(K, K)}, inputs=HIDDEN))
    block_graph(graph, 4, never)
    assert len(graph.weights) == 2
    assert {one.name for one in graph.model.graph.initializer} == set(graph.weights)
