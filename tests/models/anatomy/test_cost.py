"""What nodes cost, counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.anatomy.cost import Cost, RunSize, decode_costs, node_costs, total_cost
from models.anatomy.shapes import ValueType, value_types
from models.bundle import Bundle
from tests.models.graph_writer import GraphWriter

FLOAT = TensorProto.FLOAT


def model(graph: GraphWriter, opset: int = 21) -> onnx.ModelProto:
    """What was written, as a model."""
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "tiny",
            graph.inputs,
            graph.outputs,
            [onnx.numpy_helper.from_array(array, name) for name, array in graph.arrays.items()],
        ),
        opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)],
    )


def costs(graph: GraphWriter, size: RunSize | None = None, **inputs: NDArray[Any]) -> dict[str, Cost]:
    """By operator, of a graph whose operators are all known."""
    counted = node_costs(model(graph), inputs, size)
    assert all(one.known for one in counted)
    return {one.operator: one.cost for one in counted}


def test_a_product_a_norm_and_a_sum() -> None:
    """[2, 8] times [8, 4]: 2 · 2 · 4 · 8 operations; the weights are 8 · 4 numbers of 4 bytes."""
    graph = GraphWriter(0, "float32")
    value = graph.input("x", FLOAT, ["rows", 8])
    normed = graph.make("LayerNormalization", value, graph.weight("gain", 8), graph.weight("shift", 8))
    product = graph.make("MatMul", normed, graph.weight("matrix", 8, 4))
    graph.make("Add", product, graph.weight("offset", 4))

    counted = costs(graph, x=np.zeros((2, 8), np.float32))

    assert counted["MatMul"] == Cost(128, 128, 0, (16 + 8) * 4)
    assert counted["LayerNormalization"] == Cost(7 * 16, 64, 0, 2 * 16 * 4)
    assert counted["Add"] == Cost(8, 16, 0, 2 * 8 * 4)


def test_eight_bit_blocks_count_in_the_bytes_they_are_kept_in() -> None:
    """64 by 32 numbers in blocks of 32: 2,048 bytes and 64 scales of 4."""
    graph = GraphWriter(0, "float32")
    value = graph.input("x", FLOAT, [1, 1, 32])
    blocks = graph.constant("blocks", np.zeros((64, 1, 32)), np.uint8)
    scales = graph.constant("scales", np.ones(64), np.float32)
    graph.make(
        "MatMulNBits",
        value,
        blocks,
        scales,
        domain="com.microsoft",
        K=32,
        N=64,
        bits=8,
        block_size=32,
    )

    counted = costs(graph, x=np.zeros((1, 1, 32), np.float32))

    assert counted["MatMulNBits"] == Cost(2 * 32 * 64, 2048 + 256, 0, (32 + 64) * 4)


def test_of_a_table_only_the_rows_that_are_looked_up_count() -> None:
    """Three rows of five 2-byte numbers out of a hundred."""
    graph = GraphWriter(0, "float16")
    ids = graph.input("ids", TensorProto.INT64, [1, "tokens"])
    graph.make("Gather", graph.weight("table", 100, 5), ids)

    counted = costs(graph, ids=np.zeros((1, 3), np.int64))

    assert counted["Gather"] == Cost(0, 30, 0, 3 * 8 + 30)


def test_an_attention_kernel_that_appends_in_place() -> None:
    """Four query heads of 16 on two key heads, the tenth position in a cache of 32."""
    graph = GraphWriter(0, "float32")
    packed = graph.input("x", FLOAT, [1, 1, 128])
    past = [graph.input(f"past.{part}", FLOAT, [1, 2, 32, 16]) for part in ("key", "value")]
    lengths = graph.input("last", TensorProto.INT32, [1]), graph.input("total", TensorProto.INT32, [])
    tables = [graph.weight(name, 32, 8) for name in ("cosines", "sines")]
    graph.make(
        "GroupQueryAttention",
        packed,
        "",
        "",
        *past,
        *lengths,
        *tables,
        outputs=["out", "present.key", "present.value"],
        domain="com.microsoft",
        num_heads=4,
        kv_num_heads=2,
        do_rotary=1,
    )
    names = [frozenset(f"{when}.{part}" for part in ("key", "value")) for when in ("past", "present")]
    cache = np.zeros((1, 2, 32, 16), np.float32)

    counted = costs(
        graph,
        RunSize(1, 10, *names, in_place=True),
        x=np.zeros((1, 1, 128), np.float32),
        last=np.asarray([9], np.int32),
        total=np.asarray(10, np.int32),
        **{"past.key": cache, "past.value": cache},
    )

    position = 2 * 2 * 16 * 4  # keys and values of two heads
    assert counted["GroupQueryAttention"] == Cost(
        flops=4 * 4 * 16 * 10 + 4 * 4 * 10 + 3 * (4 + 2) * 16,
        weight_bytes=2 * 8 * 4,
        cache_bytes=11 * position,
        activation_bytes=(128 + 64) * 4 + 4 + 4,
    )


def test_a_window_bounds_what_is_seen() -> None:
    """Of a hundred positions the newest eight."""
    graph = GraphWriter(0, "float32")
    value = graph.input("x", FLOAT, [1, 1, 192])
    graph.make(
        "GroupQueryAttention", value, "", "", domain="com.microsoft",
        num_heads=4, kv_num_heads=4, local_window_size=8,
    )  # fmt: skip

    counted = costs(graph, RunSize(1, 100), x=np.zeros((1, 1, 192), np.float32))

    assert counted["GroupQueryAttention"].flops == 4 * 4 * 16 * 8 + 4 * 4 * 8


def test_several_tokens_see_each_those_before_them() -> None:
    """Three after two: 3 + 4 + 5 pairs."""
    assert RunSize(3, 5).causal_pairs == 12


def test_a_convolutional_network_is_counted_too() -> None:
    """Filters of 3 × 3 over one channel, four of them, 26 × 26 places; pooling by two; a dense layer of ten."""
    graph = GraphWriter(0, "float32")
    image = graph.input("image", FLOAT, [1, 1, 28, 28])
    made = graph.make("Conv", image, graph.weight("filters", 4, 1, 3, 3), kernel_shape=[3, 3])
    pooled = graph.make("MaxPool", made, kernel_shape=[2, 2], strides=[2, 2])
    flat = graph.make("Flatten", pooled)
    graph.make("Gemm", flat, graph.weight("dense", 4 * 13 * 13, 10), graph.weight("offset", 10))

    counted = costs(graph, image=np.zeros((1, 1, 28, 28), np.float32))

    assert counted["Conv"].flops == 2 * 4 * 26 * 26 * 9
    assert counted["MaxPool"].flops == 4 * 13 * 13 * 4
    assert counted["Flatten"] == Cost()
    assert counted["Gemm"].flops == 2 * 676 * 10


def test_what_follows_from_weights_alone_costs_nothing() -> None:
    """The runtime computes it once."""
    graph = GraphWriter(0, "float32")
    turned = graph.make("Transpose", graph.weight("matrix", 4, 8))
    graph.make("MatMul", graph.input("x", FLOAT, [1, 8]), turned)

    counted = costs(graph, x=np.zeros((1, 8), np.float32))

    assert counted["Transpose"] == Cost()
    assert counted["MatMul"] == Cost(64, 128, 0, (8 + 4) * 4)


def test_an_operator_that_nobody_knows_is_said_to_be_unknown() -> None:
    """And so is what comes after it."""
    graph = GraphWriter(0, "float32")
    strange = graph.make("Wonder", graph.input("x", FLOAT, [1, 8]), domain="com.example")
    graph.make("Add", strange, strange)

    counted = node_costs(model(graph), {"x": np.zeros((1, 8), np.float32)})

    assert [one.known for one in counted] == [False, False]


def test_shapes_that_are_computed_are_followed() -> None:
    """Reshape to [length / 2, 2, 4], the length out of the input's own shape; nodes need not be in order."""
    graph = GraphWriter(0, "float32")
    value = graph.input("x", FLOAT, ["length", 4])
    length = graph.make("Gather", graph.make("Shape", value), graph.constant("zero", [0]))
    half = graph.make("Div", length, graph.constant("two", [2]))
    shape = graph.make("Concat", half, graph.constant("rest", [2, 4]), axis=0)
    shaped = graph.make("Reshape", value, shape)
    graph.nodes.reverse()

    types = value_types(model(graph), {"x": np.zeros((6, 4), np.float32)})

    assert types[shaped] == ValueType(FLOAT, (3, 2, 4))


@pytest.mark.parametrize(
    ("element", "shape", "nbytes"),
    [
        (TensorProto.INT4, (3,), 2),
        (TensorProto.FLOAT16, (), 2),
        (TensorProto.STRING, (7,), 0),
        (TensorProto.FLOAT8E4M3FN, (0, 4), 0),
    ],
)
def test_bytes_of_types(element: int, shape: tuple[int, ...], nbytes: int) -> None:
    """Half bytes are rounded up; a scalar is one number; strings and nothing are nothing."""
    assert ValueType(element, shape).nbytes == nbytes


def test_a_whole_decoder(tiny_bundle: Bundle) -> None:
    """The tiny Llama: two layers, width 64, MLP 128, 4 and 2 heads of 16, in 8-bit blocks of 32.

    Products: packed 64 × 128, output 64 × 64, gate and up 64 × 256, down 128 × 64, each layer; numbers in blocks
    take 1 + 4/32 bytes.
    """
    body, head = decode_costs(tiny_bundle, 10)
    assert all(one.known for one in (*body, *head))
    products = 64 * 128 + 64 * 64 + 64 * 256 + 128 * 64
    cost = total_cost(body)

    flops_of = {one.name: one.cost.flops for one in body}
    assert sum(flops_of[f"layers.1.{name}"] for name in PRODUCTS) == 2 * products
    # Four norms of a layer's two with their sum, the first without, and the last.
    norms = 4 * 64 + 4 * 5 * 64
    attention = 4 * 4 * 16 * 10 + 4 * 4 * 10 + 3 * 6 * 16
    activation = 2 * 128
    assert cost.flops == 2 * (2 * products + attention + activation) + norms

    row = 64 + 2 * 4  # of the embedding, with its scales
    gains = 5 * 64 * 4
    tables = 2 * 2 * 8 * 4
    assert cost.weight_bytes == 2 * products * 9 // 8 + row + gains + tables
    assert cost.cache_bytes == 2 * 11 * 2 * 2 * 16 * 4

    vocabulary = tiny_bundle.facts.vocabulary
    assert total_cost(head).flops == 2 * 64 * vocabulary
    assert total_cost(head).weight_bytes == vocabulary * 64 * 9 // 8


PRODUCTS = ("query_key_value", "attention_output", "feed_forward_in", "down")
