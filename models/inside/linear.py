"""Products with weights, and those weights as the numbers that they mean, read where they lie.

Knows nothing about what is multiplied. Operators: MatMul, Gemm, com.microsoft MatMulNBits, weights behind Transpose,
Cast or DequantizeLinear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from models.inside.stream import Unknown
from models.observing.draft import argument, integer
from models.observing.walking import is_constant, tensor_of

FloatArray = NDArray[np.float32]

SHAPING = frozenset({"Transpose", "Reshape", "Cast", "Identity", "Squeeze", "Unsqueeze"})
"""Operators that bring numbers into another shape or type."""

_PRODUCTS = ("MatMul", "FusedMatMul", "Gemm", "MatMulNBits")
_ROWS_AT_ONCE = 1 << 22
"""Weights that are made into 32-bit numbers at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A product with weights.

    Args:
        node: that computes it.
        output: of it, its own offset added.
    """

    node: ir.Node
    output: ir.Value

    def row(self, index: int) -> FloatArray:
        """The weights of one of its outputs: ``float32 [inputs]``.

        Raises:
            Unknown: they are kept in a way that is not known.
        """
        return self._rows(index, index + 1)[0]

    def pulled_back(self, direction: FloatArray) -> FloatArray:
        """For a direction among its outputs, the one among its inputs with the same products.

        Args:
            direction: ``float32 [outputs]``.

        Returns:
            ``float32 [inputs]``, the weights' transpose times the direction.

        Raises:
            Unknown: its weights are kept in a way that is not known.
        """
        whole: FloatArray | None = None
        step = 0
        start = 0
        while start < len(direction):
            rows = self._rows(start, min(start + max(step, 1), len(direction)))
            part = direction[start : start + len(rows)] @ rows
            whole = part if whole is None else whole + part
            start += len(rows)
            step = max(_ROWS_AT_ONCE // rows.shape[1], 1)
        assert whole is not None
        return whole

    def offset(self, index: int) -> float:
        """What is added to one of its outputs."""
        place = {"Gemm": 2, "MatMulNBits": 5}.get(self.node.op_type)
        added = [] if place is None else [argument(self.node, place)]
        value = self.node.outputs[0]
        while value is not self.output:
            ((node, where),) = [(usage.node, usage.idx) for usage in value.uses()]
            added += [node.inputs[1 - where]] if node.op_type == "Add" else []
            value = node.outputs[0]
        tensors = [tensor_of(one) for one in added if one is not None]
        return sum(float(np.asarray(one.numpy(), np.float32).reshape(-1)[index]) for one in tensors)

    def _rows(self, start: int, stop: int) -> FloatArray:
        node = self.node
        if node.op_type == "MatMulNBits":
            return _block_rows(node, start, stop)
        transposed = node.op_type == "Gemm" and integer(node, "transB") == 1
        transposed |= node.op_type == "FusedMatMul" and integer(node, "transB") == 1
        scale = node.attributes["alpha"].as_float() if "alpha" in node.attributes else 1.0
        rows = _matrix(argument(node, 1), start, stop, transposed)
        return rows * np.float32(scale) if scale != 1.0 else rows


def projection_after(value: ir.Value) -> Projection:
    """The product with weights that a value goes into, whatever shape it is brought into first.

    Raises:
        Unknown: there is none.
    """
    waiting, seen = [value], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        for usage in one.uses():
            if usage.node.op_type in _PRODUCTS and usage.idx == 0:
                return Projection(usage.node, _with_offset(usage.node.outputs[0]))
            if usage.node.op_type in SHAPING and usage.idx == 0:
                waiting.append(usage.node.outputs[0])
    raise Unknown("the projection behind its heads is of a kind that is not known")


def _with_offset(value: ir.Value) -> ir.Value:
    """A product with the constant that is added to it, brought into shape."""
    while True:
        users = [(usage.node, usage.idx) for usage in value.uses()]
        if len(users) != 1:
            return value
        node, index = users[0]
        adds = node.op_type == "Add" and is_constant(node.inputs[1 - index])
        if not adds and not (node.op_type in SHAPING and index == 0):
            return value
        value = node.outputs[0]


def _matrix(value: ir.Value | None, start: int, stop: int, transposed: bool) -> FloatArray:
    """Rows of outputs of a matrix ``[inputs, outputs]``, or with `transposed` ``[outputs, inputs]``."""
    node = None if value is None else value.producer()
    if node is not None and node.op_type == "Transpose":
        return _matrix(node.inputs[0], start, stop, not transposed)
    if node is not None and node.op_type in ("Cast", "Identity"):
        return _matrix(node.inputs[0], start, stop, transposed)
    if node is not None and node.op_type == "DequantizeLinear":
        return _dequantized(node, start, stop, transposed)
    tensor = tensor_of(value)
    if tensor is None or len(tensor.shape) != 2:
        raise Unknown("its weights are kept in a way that is not known")
    return _cut(tensor.numpy(), start, stop, transposed)


def _cut(array: NDArray[Any], start: int, stop: int, transposed: bool) -> FloatArray:
    rows = array[start:stop] if transposed else array[:, start:stop].T
    return np.ascontiguousarray(rows, np.float32)


def _dequantized(node: ir.Node, start: int, stop: int, transposed: bool) -> FloatArray:
    tensors = [tensor_of(argument(node, index)) for index in range(3)]
    values, scales, zeros = tensors
    if values is None or scales is None or len(values.shape) != 2 or integer(node, "block_size"):
        raise Unknown("its weights are kept in a way that is not known")
    axis = integer(node, "axis", 1) % 2
    across = 0 if transposed else 1

    def spread(tensor: Any) -> FloatArray:
        array = np.asarray(tensor.numpy(), np.float32).reshape(-1)
        if array.size == 1:
            return array.reshape(1, 1)
        return array[start:stop, None] if axis == across else array[None, :]

    whole = _cut(values.numpy(), start, stop, transposed)
    return (whole if zeros is None else whole - spread(zeros)) * spread(scales)


def _block_rows(node: ir.Node, start: int, stop: int) -> FloatArray:
    """Rows of com.microsoft MatMulNBits, as its specification has them."""
    columns, bits, block = integer(node, "K"), integer(node, "bits", 4), integer(node, "block_size")
    tensors = [tensor_of(argument(node, index)) for index in (1, 2, 3)]
    values, scales, zeros = tensors
    if values is None or scales is None or bits not in (4, 8) or argument(node, 4) is not None:
        raise Unknown("its weights are kept in a way that is not known")
    rows, blocks = stop - start, -(-columns // block)
    whole = _unpacked(values.numpy().reshape(-1, blocks, block * bits // 8)[start:stop], bits)
    scale = np.asarray(scales.numpy().reshape(-1, blocks)[start:stop], np.float32)
    if zeros is None:
        zero = np.full((rows, blocks), float(1 << (bits - 1)), np.float32)
    elif zeros.dtype is ir.DataType.UINT8:
        packed = -(-blocks * bits // 8)
        zero = _unpacked(zeros.numpy().reshape(-1, packed)[start:stop], bits)[:, :blocks]
    else:
        zero = np.asarray(zeros.numpy().reshape(-1, blocks)[start:stop], np.float32)
    real = (whole - zero[:, :, None]) * scale[:, :, None]
    return np.ascontiguousarray(real.reshape(rows, -1)[:, :columns])


def _unpacked(packed: NDArray[np.uint8], bits: int) -> FloatArray:
    """Numbers of 4 or 8 bits, two to a byte with the lower first."""
    if bits == 8:
        return packed.astype(np.float32)
    both = np.stack([packed & 15, packed >> 4], axis=-1)
    return both.reshape(*packed.shape[:-1], -1).astype(np.float32)
