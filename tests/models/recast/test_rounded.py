"""Emulated formats round weights and values as ml_dtypes does, bit for bit, and nothing else."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.number_formats import FLOAT_FORMATS
from models.recast.dense import dense_graph
from models.recast.rounded import ELEMENT_OF, round_graph, values_of
from tests.models.recast.small_graphs import graph_of, never, run

FORMATS = {one.name: one for one in FLOAT_FORMATS if one.name in ELEMENT_OF}
DTYPES = {"FP16": np.dtype(np.float16), "BF16": np.dtype(ml_dtypes.bfloat16)}
IDS = np.array([[2, 0, 5]], np.int64)
GENERATOR = np.random.default_rng(0)


def floats(*shape: int) -> NDArray[np.float32]:
    return GENERATOR.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("name", FORMATS)
def test_weights_and_what_operators_put_out_are_rounded_bit_for_bit(name: str) -> None:
    """Two products of rounded numbers fit into 32 bits exactly, so their sum is the same whoever adds them up."""
    table, matrix, offset = floats(8, 2), floats(2, 5), floats(5)
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["x"]),
        helper.make_node("MatMul", ["x", "matrix"], ["product"]),
        helper.make_node("Add", ["product", "offset"], ["y"]),
    ]
    graph = dense_graph(graph_of(nodes, {"table": table, "matrix": matrix, "offset": offset}))
    round_graph(graph, FORMATS[name], "ids", never)

    def rounded(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return values.astype(DTYPES[name]).astype(np.float32)

    product = rounded(rounded(table)[IDS] @ rounded(matrix))
    expected = rounded(product + rounded(offset))
    found = run(graph, ids=IDS)
    np.testing.assert_array_equal(found.view(np.uint32), expected.view(np.uint32))
    assert not np.array_equal(found, table[IDS] @ matrix + offset)


def test_what_does_not_depend_on_the_tokens_stays() -> None:
    """Angles grow with positions, and 1,001 is none of BF16's numbers; sines that values meet are rounded."""
    frequencies, table, sines = floats(1, 4), floats(8, 4), floats(2000, 4)
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["x"]),
        helper.make_node("Cast", ["positions"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["wide", "frequencies"], ["angles"]),
        helper.make_node("Cos", ["angles"], ["cosines"]),
        helper.make_node("Mul", ["x", "cosines"], ["turned"]),
        helper.make_node("Gather", ["sines", "rows"], ["looked_up"]),
        helper.make_node("Mul", ["turned", "looked_up"], ["y"]),
    ]
    arrays = {"table": table, "frequencies": frequencies, "sines": sines}
    kinds = {"ids": TensorProto.INT64, "positions": TensorProto.INT64, "rows": TensorProto.INT64}
    graph = dense_graph(graph_of(nodes, arrays, inputs=kinds))
    round_graph(graph, FORMATS["BF16"], "ids", never)
    assert set(graph.weights) == {"table", "sines"}
    every, computed = values_of(graph_of(nodes, arrays, inputs=kinds).model.graph, "ids")
    assert (every, computed) == ({"x", "turned", "y"}, {"turned", "y"})


def test_a_head_begins_with_hidden_states() -> None:
    nodes = [helper.make_node("MatMul", ["hidden", "matrix"], ["y"])]
    graph = dense_graph(graph_of(nodes, {"matrix": floats(4, 6)}, inputs={"hidden": TensorProto.FLOAT}))
    round_graph(graph, FORMATS["FP16"], "hidden", never)
    found = run(graph, hidden=floats(1, 3, 4))
    np.testing.assert_array_equal(found, found.astype(np.float16).astype(np.float32))


def test_sizes_and_comparisons_are_no_values() -> None:
    """They are whole numbers, which a conversion would break."""
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["x"]),
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Greater", ["x", "zero"], ["positive"]),
        helper.make_node("Where", ["positive", "x", "zero"], ["kept"]),
        helper.make_node("Reshape", ["kept", "shape"], ["y"]),
    ]
    arrays = {"table": floats(8, 4), "zero": np.zeros(1, np.float32)}
    graph = dense_graph(graph_of(nodes, arrays))
    round_graph(graph, FORMATS["BF16"], "ids", never)
    expected = np.maximum(arrays["table"].astype(ml_dtypes.bfloat16).astype(np.float32)[IDS], 0)
    np.testing.assert_array_equal(run(graph, ids=IDS), expected)


def test_it_can_be_stopped_between_weights() -> None:
    graph = dense_graph(
        graph_of([helper.make_node("Gather", ["table", "ids"], ["y"])], {"table": floats(8, 4)})
    )

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        round_graph(graph, FORMATS["BF16"], "ids", stop)
