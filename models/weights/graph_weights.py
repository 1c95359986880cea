"""All weights of a graph: where they lie, and which of them are quantized parts of a matrix.

Knows nothing about where a graph comes from; somebody says where its references lead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import onnx
from onnx import helper

from models.anatomy.operators import TABLES_OF_KERNELS
from models.weights.block_matrix import BlockMatrix
from models.weights.element_types import ELEMENT_TYPES
from models.weights.stored_tensor import FilePlace, StoredTensor, inner_values

Locate = Callable[[onnx.TensorProto], FilePlace]
"""Where the bytes of a tensor lie that the graph only refers to."""


@dataclass(frozen=True, slots=True, eq=False)
class Weight:
    """One weight.

    Args:
        stored: as it lies in the file.
        matrix: the numbers that it means, where it is the whole numbers of a quantized matrix.
        part_of: of scales and zero points, the name of the whole numbers they belong to.
        table: whether it is a table of rotations, which is computed and not learnt.
    """

    stored: StoredTensor
    matrix: BlockMatrix | None = None
    part_of: str | None = None
    table: bool = False

    @property
    def parameters(self) -> int:
        """How many numbers in it were learnt; single numbers belong to the formula."""
        learnt = self.stored.element.group == "float" or self.matrix is not None
        if not learnt or self.part_of is not None or self.table or not self.numbers.shape:
            return 0
        return math.prod(self.numbers.shape)

    @property
    def numbers(self) -> StoredTensor | BlockMatrix:
        """What holds the numbers it means."""
        return self.stored if self.matrix is None else self.matrix


def graph_weights(model: onnx.ModelProto, locate: Locate) -> dict[str, Weight]:
    """The weights of a graph, in its order, without those that have a type that is not known.

    Args:
        model: the graph, without its weights.
        locate: finds those.

    Raises:
        ModelFileError: one that lies in the graph does not fit its shape.
    """
    stored = {one.name: one for one in _stored_tensors(model, locate)}
    weights = {name: Weight(one) for name, one in stored.items()}
    for node in model.graph.node:
        for place in TABLES_OF_KERNELS.get(node.op_type, ()):
            if place < len(node.input) and node.input[place] in weights:
                weights[node.input[place]] = Weight(stored[node.input[place]], table=True)
        matrix = _matrix_of(node, stored)
        if matrix is None or weights[matrix.stored.name].matrix is not None:
            continue
        weights[matrix.stored.name] = Weight(matrix.stored, matrix)
        for part in (matrix.scales, matrix.zero_points):
            if part is not None:
                weights[part.name] = Weight(part, part_of=matrix.stored.name)
    return weights


def _stored_tensors(model: onnx.ModelProto, locate: Locate) -> Iterator[StoredTensor]:
    for tensor in _tensors(model.graph):
        element = ELEMENT_TYPES.get(tensor.data_type)
        if element is None:
            continue
        shape = tuple(tensor.dims)
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            yield StoredTensor(tensor.name, element, shape, place=locate(tensor))
        else:
            yield StoredTensor(tensor.name, element, shape, inner=inner_values(tensor))


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    """Initializers, of graphs within too, and what constants refer to."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _tensors(attribute.g)
            external = attribute.t.data_location == onnx.TensorProto.EXTERNAL
            if node.op_type == "Constant" and attribute.HasField("t") and external:
                named = onnx.TensorProto()
                named.CopyFrom(attribute.t)
                named.name = node.output[0]
                yield named


# ---------------------------------------------------------------- quantized matrices


def _attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:
    return next((helper.get_attribute_value(one) for one in node.attribute if one.name == name), default)


def _matrix_of(node: onnx.NodeProto, stored: dict[str, StoredTensor]) -> BlockMatrix | None:
    """The matrix that a node takes as whole numbers and scales; ``None`` where that is not how it is kept."""
    make = {
        "MatMulNBits": _of_product,
        "GatherBlockQuantized": _of_table,
        "DequantizeLinear": _of_dequantizing,
    }.get(node.op_type)
    if make is None:
        return None
    given = [stored.get(name) for name in node.input]
    given += [None] * (4 - len(given))
    matrix = make(node, given)
    return matrix if matrix is not None and _fits(matrix) else None


_Given = list[StoredTensor | None]


def _of_product(node: onnx.NodeProto, given: _Given) -> BlockMatrix | None:
    values, scales, points = given[1:4]
    rows, columns = _attribute(node, "N", 0), _attribute(node, "K", 0)
    bits, block = _attribute(node, "bits", 4), _attribute(node, "block_size", 0)
    if values is None or scales is None or min(rows, columns, block) <= 0 or bits not in (2, 4, 8):
        return None
    if len(node.input) > 4 and node.input[4]:
        return None  # with an order of its own for the groups
    return BlockMatrix(values, scales, points, rows, columns, bits, 1, block, 1 << bits - 1)


def _of_table(node: onnx.NodeProto, given: _Given) -> BlockMatrix | None:
    values, scales, points = given[0], given[2], given[3]
    if values is None or scales is None or len(values.shape) != 2 or len(scales.shape) != 2:
        return None
    packed = values.element.name == "UINT8"
    bits = _attribute(node, "bits", 4) if packed else values.element.bits
    block = _attribute(node, "block_size", 128)
    axis = _attribute(node, "quantize_axis", 1)
    if axis % 2 != 1 or bits not in (2, 4, 8) or block <= 0:
        return None
    columns = values.shape[1] * (8 // bits if packed else 1)
    zero = 1 << bits - 1 if packed else 0
    return BlockMatrix(values, scales, points, values.shape[0], columns, bits, 1, block, zero)


def _of_dequantizing(node: onnx.NodeProto, given: _Given) -> BlockMatrix | None:
    values, scales, points = given[:3]
    if values is None or scales is None or values.element.group != "integer" or len(values.shape) != 2:
        return None
    rows, columns = values.shape
    bits, block = values.element.bits, _attribute(node, "block_size", 0)
    axis = _attribute(node, "axis", 1) % 2
    if not scales.shape or scales.count == 1:
        across, down = columns, rows
    elif len(scales.shape) == 1:
        across, down = (1, rows) if axis == 1 else (columns, 1)
    elif block > 0:
        across, down = (block, 1) if axis == 1 else (1, block)
    else:
        return None
    return BlockMatrix(values, scales, points, rows, columns, bits, down, across, 0)


def _fits(matrix: BlockMatrix) -> bool:
    """Whether there are as many numbers as the matrix needs: what a node claims is a file's."""
    needed = math.ceil(matrix.rows / matrix.block_rows) * matrix.blocks
    if matrix.scales.count != needed or matrix.rows * matrix.columns == 0:
        return False
    width, rest = divmod(matrix.stored.count, matrix.rows)
    fields = 8 // matrix.bits if matrix.packs else 1
    points = matrix.zero_points
    return not rest and width * fields >= matrix.columns and (points is None or points.count > 0)
