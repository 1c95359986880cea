"""Quantized matrices: what is stored and what it means, by hand, for each operator that has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from models.weights.block_matrix import BlockMatrix
from models.weights.inspected_graph import file_graphs


def packed(fields: NDArray[np.int64], bits: int) -> NDArray[np.uint8]:
    """Fields of the last axis in bytes, the first in the lowest bits."""
    per_byte = 8 // bits
    groups = fields.reshape(*fields.shape[:-1], -1, per_byte)
    return (groups << (np.arange(per_byte) * bits)).sum(axis=-1).astype(np.uint8)


def matrix_of(path: Path, node: dict, arrays: dict[str, NDArray]) -> BlockMatrix | None:
    """The quantized matrix in a graph of one node."""
    inputs = node.pop("inputs")
    made = helper.make_node(node.pop("kind"), inputs, ["y"], **node)
    tensors = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    value = helper.make_tensor_value_info
    outside = [value(name, 1, None) for name in inputs if name and name not in arrays]
    graph = helper.make_graph([made], "g", outside, [value("y", 1, None)], initializer=tensors)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    path.write_bytes(helper.make_model(graph, opset_imports=opsets).SerializeToString())
    (inspected,) = file_graphs(path)
    return next((one.matrix for one in inspected.weights.values() if one.matrix is not None), None)


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("points", [True, False])
def test_blocks_of_a_product(tmp_path: Path, bits: int, points: bool) -> None:
    rows, columns, block = 5, 40, 16  # the third block of a row has 8 columns, and 8 that fill it up
    random = np.random.default_rng(bits)
    fields = random.integers(0, 1 << bits, (rows, 3, block))
    scales = random.normal(size=(rows, 3)).astype(np.float32)
    zeros = random.integers(0, 1 << bits, (rows, 4)) if points else np.full((rows, 4), 1 << bits - 1)
    arrays = {"b": packed(fields, bits), "s": scales.reshape(-1)}
    if points:
        kept = zeros[:, :3] if bits == 8 else zeros
        arrays["z"] = packed(kept, bits).reshape(-1)
        if bits == 2:
            arrays["z"] = packed(zeros, bits).reshape(-1)
    matrix = matrix_of(
        tmp_path / "m.onnx",
        {
            "kind": "MatMulNBits",
            "domain": "com.microsoft",
            "inputs": ["x", "b", "s", *(["z"] if points else [])],
            "K": columns,
            "N": rows,
            "bits": bits,
            "block_size": block,
        },
        arrays,
    )
    assert matrix is not None
    assert matrix.shape == (rows, columns)
    meant = (
        ((fields - zeros[:, :3, None]) * scales[:, :, None]).astype(np.float32).reshape(rows, -1)[:, :columns]
    )
    np.testing.assert_allclose(matrix.numbers(0, rows * columns).reshape(rows, columns), meant, rtol=1e-6)
    np.testing.assert_array_equal(matrix.numbers(37, 43), matrix.numbers(0, 200)[37:43])
    entry = matrix.entry(columns + 33)
    assert (entry.integer, entry.zero_point) == (fields[1, 2, 1], zeros[1, 2])
    assert entry.value == pytest.approx(meant[1, 33], rel=1e-6)
    byte, bit = matrix.stored_bit(columns + 33)
    assert int(arrays["b"].reshape(-1)[byte]) >> bit & ((1 << bits) - 1) == entry.integer


def test_rows_of_a_table(tmp_path: Path) -> None:
    fields = np.arange(4 * 32).reshape(4, 32) % 16
    scales = np.array([[1, 2], [3, 4], [5, 6], [7, 8]], np.float32)
    matrix = matrix_of(
        tmp_path / "m.onnx",
        {
            "kind": "GatherBlockQuantized",
            "domain": "com.microsoft",
            "inputs": ["b", "ids", "s"],
            "gather_axis": 0,
            "quantize_axis": 1,
            "block_size": 16,
            "bits": 4,
        },
        {"b": packed(fields, 4), "s": scales},
    )
    assert matrix is not None
    expected = (fields - 8) * np.repeat(scales, 16, axis=1)
    np.testing.assert_array_equal(matrix.numbers(0, 128).reshape(4, 32), expected)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_scale_for_each_row_or_column(tmp_path: Path, axis: int) -> None:
    values = np.arange(12, dtype=np.int8).reshape(3, 4)
    scales = np.arange(1, 4 if axis == 0 else 5, dtype=np.float32)
    zeros = np.ones(len(scales), np.int8)
    matrix = matrix_of(
        tmp_path / "m.onnx",
        {"kind": "DequantizeLinear", "inputs": ["b", "s", "z"], "axis": axis},
        {"b": values, "s": scales, "z": zeros},
    )
    assert matrix is not None
    expected = (values.astype(np.float32) - 1) * (scales[:, None] if axis == 0 else scales[None])
    np.testing.assert_array_equal(matrix.numbers(0, 12).reshape(3, 4), expected)
    assert matrix.entry(5).value == expected[1, 1]


@pytest.mark.parametrize("axis", [0, 1])
def test_blocks_of_a_dequantized_matrix(tmp_path: Path, axis: int) -> None:
    values = np.arange(32, dtype=np.uint8).reshape(4, 8)
    shape = (2, 8) if axis == 0 else (4, 2)
    scales = np.arange(1, 17, dtype=np.float32)[: shape[0] * shape[1]].reshape(shape)
    matrix = matrix_of(
        tmp_path / "m.onnx",
        {"kind": "DequantizeLinear", "inputs": ["b", "s"], "axis": axis, "block_size": 2 if axis == 0 else 4},
        {"b": values, "s": scales},
    )
    assert matrix is not None
    wide = np.repeat(scales, 2 if axis == 0 else 4, axis=axis)
    np.testing.assert_array_equal(matrix.numbers(0, 32).reshape(4, 8), values.astype(np.float32) * wide)


def test_what_does_not_fit_is_shown_as_it_is_stored(tmp_path: Path) -> None:
    matrix = matrix_of(
        tmp_path / "m.onnx",
        {
            "kind": "MatMulNBits",
            "domain": "com.microsoft",
            "inputs": ["x", "b", "s"],
            "K": 1 << 40,
            "N": 5,
            "bits": 4,
            "block_size": 16,
        },
        {"b": np.zeros((5, 1, 8), np.uint8), "s": np.ones(5, np.float32)},
    )
    assert matrix is None
