"""Sizes that only the weights tell: how many positions a graph has tables for, how many parameters it has.

Knows nothing about how a graph is run.
"""

from __future__ import annotations

import math

import numpy as np
import onnx_ir as ir

from models.observing.draft import argument, integer
from models.observing.walking import constant_shape, constant_shapes, is_constant, scalar, upwards
from models.wiring import BodyInput, Role

_HARMLESS = frozenset({"Cast", "Identity", "Reshape", "Unsqueeze", "Squeeze", "Flatten"})
_NARROWEST_TABLE = 8
_COMPARED = 16
"""Tokens by which a head is known to be the embedding."""
_TABLES = {("com.microsoft", "GroupQueryAttention"): (7, 8), ("com.microsoft", "RotaryEmbedding"): (2, 3)}
_TABLES_OF_STANDARD = {("", "RotaryEmbedding"): (1, 2)}
_BY_CONTENT = frozenset({"MatMul", "MatMulNBits", "MatMulInteger", "Gemm", "TopK", "ArgMax"})
"""Operators that a choice of a row by its position has nothing to do with: experts are chosen through them."""

_QUANTIZED = (ir.DataType.INT8, ir.DataType.UINT8, ir.DataType.INT4, ir.DataType.UINT4)
_PACKED, _PACKED_SCALES, _GATHERED_SCALES = 1, (2, 3, 4), (2, 3)


def largest_table(graph: ir.Graph, inputs: tuple[BodyInput, ...], most: int) -> int:
    """How many positions the graph has rows of tables for; `most` where it has none."""
    rows = [most]
    for node in graph:
        places = (_TABLES | _TABLES_OF_STANDARD).get((node.domain, node.op_type), ())
        shapes = [shape for index in places for shape in constant_shapes(argument(node, index))]
        rows += [shape[0] for shape in shapes if len(shape) == 2]
    tokens = {one.name for one in inputs if one.role in (Role.IDS, Role.TOKEN_TYPES)}
    for node in graph:
        if node.op_type != "Gather" or node.outputs[0].const_value is not None:
            continue
        shape = constant_shape(node.inputs[0])
        if shape is None or len(shape) != 2 or shape[1] < _NARROWEST_TABLE or is_constant(node.inputs[1]):
            continue
        chosen_by_token = any(value.name in tokens for value in upwards([node.inputs[1]], _HARMLESS))
        if not chosen_by_token and not _chosen_by_content(node.inputs[1]):
            rows.append(shape[0] - _offset(node.inputs[1]))
    return min(rows)


def _chosen_by_content(index: ir.Value | None) -> bool:
    producers = (value.producer() for value in upwards([index]))
    return any(node is not None and node.op_type in _BY_CONTENT for node in producers)


def _offset(index: ir.Value | None) -> int:
    """What is added to positions before they choose a row (2 in OPT)."""
    for value in upwards([index], frozenset({"Cast", "Identity"})):
        node = value.producer()
        if node is not None and node.op_type == "Add":
            added = [scalar(one) for one in node.inputs]
            return max((int(one) for one in added if one is not None), default=0)
    return 0


def count_parameters(graph: ir.Graph) -> int:
    """Learnt numbers of a graph, packed ones by what they mean; tables of rotations are not learnt."""
    weights: dict[int, int] = {}
    left_out: set[int] = set()
    for node in graph:
        operator = (node.domain, node.op_type)
        places = (_TABLES | _TABLES_OF_STANDARD).get(operator, ())
        left_out |= {id(value) for index in places if (value := argument(node, index)) is not None}
        packed = argument(node, _PACKED)
        if node.op_type == "MatMulNBits" and packed is not None:
            weights[id(packed)] = integer(node, "K") * integer(node, "N")
            left_out |= {id(one) for index in _PACKED_SCALES if (one := argument(node, index)) is not None}
        elif node.op_type == "GatherBlockQuantized":
            left_out |= {id(one) for index in _GATHERED_SCALES if (one := argument(node, index)) is not None}
    seen: set[str] = set()
    total = 0
    for value in graph.initializers.values():
        shape = constant_shape(value)
        if shape is None or id(value) in left_out or not shape:
            continue
        place = _place(value)
        if place in seen:
            continue
        seen.add(place)
        is_number = value.dtype is not None and (value.dtype.is_floating_point() or id(value) in weights)
        is_quantized = value.dtype in _QUANTIZED and len(shape) > 1
        if is_number or is_quantized:
            total += weights.get(id(value), math.prod(shape))
    return total - _tied_copy(graph)


def _tied_copy(graph: ir.Graph) -> int:
    """Numbers of a head that is the embedding once more, turned on its side; 0 where there is none."""
    tables = {
        shape: value
        for node in graph
        if node.op_type == "Gather"
        and (shape := constant_shape(node.inputs[0])) is not None
        and len(shape) == 2
        if (value := node.inputs[0]) is not None
    }
    for node in graph:
        value = argument(node, 1) if node.op_type in ("MatMul", "Gemm") else None
        shape = constant_shape(value)
        embedding = None if shape is None or len(shape) != 2 else tables.get((shape[1], shape[0]))
        if value is None or embedding is None or value.dtype != embedding.dtype:
            continue
        if value.const_value is not None and embedding.const_value is not None:
            head, rows = value.const_value.numpy(), embedding.const_value.numpy()
            if np.array_equal(head[:, :_COMPARED], rows[:_COMPARED].T):
                return math.prod(head.shape)
    return 0


def _place(value: ir.Value) -> str:
    """Where a weight lies: two that share bytes are one weight."""
    tensor = value.const_value
    if isinstance(tensor, ir.ExternalTensor):
        return f"{tensor.path}:{tensor.offset}"
    return value.name or str(id(value))
