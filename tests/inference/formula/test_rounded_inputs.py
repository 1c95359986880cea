"""The runtime's own product of 8-bit numbers with single ones shows what it makes of its inputs."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from inference.formula.formulas import INT8
from inference.runtime.session import Interrupter, Session
from models.block_quantization import ZERO_POINT
from tests.inference.runtime.on_device import CPU

BLOCK = 32


def single_ones() -> bytes:
    """``y = x`` but for what the product rounds: each weight matrix row is a single one."""
    ones = np.full((BLOCK, 1, BLOCK), ZERO_POINT, np.uint8)
    ones[np.arange(BLOCK), 0, np.arange(BLOCK)] += 1
    node = helper.make_node(
        "MatMulNBits", ["x", "weights", "scales"], ["y"], domain="com.microsoft",
        K=BLOCK, N=BLOCK, bits=8, block_size=BLOCK, accuracy_level=4,
    )  # fmt: skip
    values = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["rows", BLOCK]) for name in ("x", "y")
    ]
    kept = {"weights": ones, "scales": np.ones((BLOCK, 1), np.float32)}
    graph = helper.make_graph(
        [node], "ones", values[:1], values[1:], [numpy_helper.from_array(kept[name], name) for name in kept]
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString())


@pytest.mark.parametrize("rows", [1, 64])
def test_inputs_are_rounded_as_the_kernel_rounds_them_and_halves_too(rows: int) -> None:
    made = np.random.default_rng(1)
    inputs = (made.standard_normal((64 * 40, BLOCK)) * made.uniform(0.1, 20, (64 * 40, 1))).astype(np.float32)
    # One in each row lies half a step between two whole numbers, as nearly as 32 bits have it.
    largest = np.abs(inputs).max(axis=1)
    inputs[:, 0] = np.where(
        np.abs(inputs[:, 0]) == largest,
        inputs[:, 0],
        ((made.integers(-126, 126, len(inputs)) + 0.5) * largest.astype(np.float64) / 127).astype(np.float32),
    )
    session = Session(single_ones(), CPU, Interrupter())
    parts = [session.run(["y"], {"x": inputs[at : at + rows]})[0] for at in range(0, len(inputs), rows)]

    def whole(values: np.ndarray) -> np.ndarray:
        return np.rint(values / largest[:, None] * 127)

    kernels = whole(np.concatenate(parts))
    np.testing.assert_array_equal(whole(INT8.rounded_as_input(inputs, BLOCK)), kernels)
    assert (whole(INT8.rounded(inputs)) != kernels).any(), "the halves tell the two ways apart"
