"""Weights are read as the numbers that they mean, however they are kept.

Knows nothing about models: products are made here, and computed by the runtime.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx_ir as ir
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.inside.linear import projection_after
from models.inside.stream import Unknown

ROWS, COLUMNS, BLOCK = 6, 64, 32
GENERATOR = np.random.default_rng(3)


def model_with(nodes: list[onnx.NodeProto], arrays: dict[str, np.ndarray]) -> onnx.ModelProto:
    """A graph from ``x [1, tokens, columns]`` to ``y``."""
    graph = helper.make_graph(
        nodes,
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, None, COLUMNS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def floats(*shape: int) -> np.ndarray:
    return GENERATOR.standard_normal(shape).astype(np.float32)


def blocks(bits: int, zeros: bool) -> tuple[list[onnx.NodeProto], dict[str, np.ndarray]]:
    per_row = COLUMNS // BLOCK
    arrays: dict[str, Any] = {
        "b": GENERATOR.integers(0, 256, (ROWS, per_row, BLOCK * bits // 8)).astype(np.uint8),
        "scales": np.abs(floats(ROWS * per_row)),
    }
    inputs = ["x", "b", "scales"]
    if zeros:
        arrays["zeros"] = GENERATOR.integers(0, 256, ROWS * -(-per_row * bits // 8)).astype(np.uint8)
        inputs.append("zeros")
    node = helper.make_node(
        "MatMulNBits", inputs, ["y"], domain="com.microsoft",
        K=COLUMNS, N=ROWS, bits=bits, block_size=BLOCK, accuracy_level=1,
    )  # fmt: skip
    return [node], arrays


PRODUCTS: dict[str, tuple[list[onnx.NodeProto], dict[str, np.ndarray]]] = {
    "a matrix": ([helper.make_node("MatMul", ["x", "w"], ["y"])], {"w": floats(COLUMNS, ROWS)}),
    "its transpose": (
        [
            helper.make_node("Transpose", ["w"], ["t"], perm=[1, 0]),
            helper.make_node("MatMul", ["x", "t"], ["y"]),
        ],
        {"w": floats(ROWS, COLUMNS)},
    ),
    "with an offset behind it": (
        [helper.make_node("MatMul", ["x", "w"], ["p"]), helper.make_node("Add", ["o", "p"], ["y"])],
        {"w": floats(COLUMNS, ROWS), "o": floats(ROWS)},
    ),
    "Gemm": (
        [
            helper.make_node("Reshape", ["x", "flat"], ["f"]),
            helper.make_node("Gemm", ["f", "w", "o"], ["g"], transB=1, alpha=0.5),
            helper.make_node("Reshape", ["g", "back"], ["y"]),
        ],
        {
            "w": floats(ROWS, COLUMNS), "o": floats(ROWS),
            "flat": np.asarray([-1, COLUMNS]), "back": np.asarray([1, -1, ROWS]),
        },
    ),
    "dequantized by column": (
        [
            helper.make_node("DequantizeLinear", ["w", "s", "z"], ["d"], axis=1),
            helper.make_node("MatMul", ["x", "d"], ["y"]),
        ],
        {
            "w": GENERATOR.integers(-128, 128, (COLUMNS, ROWS)).astype(np.int8),
            "s": np.abs(floats(ROWS)), "z": GENERATOR.integers(-9, 9, ROWS).astype(np.int8),
        },
    ),
    "blocks of 8 bits": blocks(8, zeros=False),
    "blocks of 8 bits with zeros": blocks(8, zeros=True),
    "blocks of 4 bits": blocks(4, zeros=False),
    "blocks of 4 bits with zeros": blocks(4, zeros=True),
}  # fmt: skip


@pytest.mark.parametrize("name", PRODUCTS)
def test_rows_offsets_and_what_is_pulled_back(name: str, tmp_path: Path) -> None:
    model = model_with(*PRODUCTS[name])
    onnx.save(model, tmp_path / "product.onnx")
    options = onnxruntime.SessionOptions()
    # Optimised, it multiplies dequantized weights in 8 bits.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    state = floats(1, 1, COLUMNS)
    (truth,) = session.run(None, {"x": state})
    graph = ir.load(tmp_path / "product.onnx").graph
    projection = projection_after(graph.inputs[0])
    assert projection.output.name == "y"
    made = [float(projection.row(row) @ state[0, 0]) + projection.offset(row) for row in range(ROWS)]
    np.testing.assert_allclose(made, truth[0, 0], rtol=2e-4, atol=2e-3)
    direction = floats(ROWS)
    offsets = sum(direction[row] * projection.offset(row) for row in range(ROWS))
    np.testing.assert_allclose(
        projection.pulled_back(direction) @ state[0, 0] + offsets,
        truth[0, 0] @ direction,
        rtol=2e-4,
        atol=5e-3,
    )


def test_a_product_of_another_kind_is_unknown(tmp_path: Path) -> None:
    model = model_with([helper.make_node("Relu", ["x"], ["y"])], {})
    onnx.save(model, tmp_path / "product.onnx")
    with pytest.raises(Unknown, match="of a kind that is not known"):
        projection_after(ir.load(tmp_path / "product.onnx").graph.inputs[0])
