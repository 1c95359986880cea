"""Graphs with their weights as plain 32-bit numbers: what every other format is derived from.

Knows nothing about other formats.

A quantized matrix becomes the numbers that it means, and the operator that took its whole numbers becomes the one
that takes numbers. Graphs that compute in 16 bits, or have operators that round in a way of their own, are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from models.errors import ModelFileError
from models.escaping import escape_text
from models.weights.element_types import ELEMENT_TYPES
from models.weights.given_weights import refer
from models.weights.graph_weights import Weight
from models.weights.inspected_graph import InspectedGraph
from models.weights.stored_tensor import NumberSource, StoredTensor

MICROSOFT = "com.microsoft"
FLOAT = ELEMENT_TYPES[onnx.TensorProto.FLOAT]
UNDERIVABLE = frozenset(
    (
        "MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "QLinearMatMul", "QGemm", "QMoE", "MoE",
        "DynamicQuantizeLinear", "MatMulBnb4",
    )
)  # fmt: skip
"""Operators that round their weights, or what they compute, in a way of their own."""
_PART = 1 << 21
_QUANTIZED = frozenset(("MatMulNBits", "GatherBlockQuantized", "DequantizeLinear"))


@dataclass(frozen=True, slots=True, eq=False)
class DenseGraph:
    """One graph, to be changed by whoever made it.

    Args:
        name: of it, as of `InspectedGraph`.
        model: without its weights.
        learnt: by name of an initializer, the numbers that were learnt, where the file has them.
        weights: those that lie in memory, in place of what the file has.
        unchanged: whether the graph is the file's own.
    """

    name: str
    model: onnx.ModelProto
    learnt: dict[str, NumberSource]
    weights: dict[str, StoredTensor]
    unchanged: bool


def dense_graph(graph: InspectedGraph) -> DenseGraph:
    """A copy of a graph with its weights as numbers.

    Raises:
        ModelFileError: its numbers cannot be had; why is in it.
    """
    model = onnx.ModelProto()
    model.CopyFrom(graph.model)
    _check(model, graph)
    weights: dict[str, StoredTensor] = {}
    learnt: dict[str, NumberSource] = {}
    nodes: list[onnx.NodeProto] = []
    changed = False
    for node in model.graph.node:
        matrix = graph.weights.get(_quantized_input(node))
        if matrix is None or matrix.matrix is None:
            if node.op_type in _QUANTIZED and node.op_type != "DequantizeLinear":
                raise _underivable(node.op_type)
            nodes.append(node)
            continue
        changed = True
        source = matrix.matrix
        name = f"{matrix.stored.name}.numbers" if node.op_type != "DequantizeLinear" else node.output[0]
        if name not in learnt:
            learnt[name] = source
            add_given(model, name, source.shape)
        nodes += _with_numbers(node, name)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    for name, weight in graph.weights.items():
        if weight.parameters and weight.matrix is None:
            learnt[name] = weight.stored
    drop_unused(model)
    used = {one.name for one in model.graph.initializer}
    learnt = {name: source for name, source in learnt.items() if name in used}
    return DenseGraph(graph.name, model, learnt, weights, not changed)


def add_given(
    model: onnx.ModelProto, name: str, shape: Iterable[int], kind: int = onnx.TensorProto.FLOAT
) -> None:
    """Add an initializer whose numbers are given when the graph is opened."""
    tensor = model.graph.initializer.add()
    tensor.name, tensor.data_type = name, kind
    tensor.dims.extend(shape)
    refer(tensor)


def in_memory(name: str, values: NDArray[Any], kind: int = onnx.TensorProto.FLOAT) -> StoredTensor:
    """A weight that takes the place of what a graph refers to."""
    return StoredTensor(name, ELEMENT_TYPES[kind], values.shape, inner=values)


def numbers_of(
    source: NumberSource,
    between: Callable[[], None],
    change: Callable[[NDArray[Any]], NDArray[np.float32]] | None = None,
) -> NDArray[np.float32]:
    """All numbers of a weight, ``float32`` in its shape, a copy.

    Args:
        source: has them.
        between: called every few million numbers; may raise to stop.
        change: what becomes of some of them; ``None`` leaves them as they are.

    Raises:
        ModelFileError: they cannot be read.
    """
    total = math.prod(source.shape)
    made = np.empty(total, np.float32)
    for start in range(0, total, _PART):
        between()
        stop = min(start + _PART, total)
        numbers = source.numbers(start, stop)
        made[start:stop] = numbers if change is None else change(numbers)
    return made.reshape(source.shape)


def drop_unused(model: onnx.ModelProto) -> None:
    """Take away initializers that no node reads any more."""
    read = {name for node in model.graph.node for name in _read_by(node)}
    read |= {one.name for one in model.graph.output}
    kept = [one for one in model.graph.initializer if one.name in read]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:
    """The value of an attribute."""
    return next((helper.get_attribute_value(one) for one in node.attribute if one.name == name), default)


def _read_by(node: onnx.NodeProto) -> Iterable[str]:
    yield from node.input
    for one in node.attribute:
        for inner in one.g.node:
            yield from _read_by(inner)
        yield from (value.name for value in one.g.output)


def _check(model: onnx.ModelProto, graph: InspectedGraph) -> None:
    for node in model.graph.node:
        if node.op_type in UNDERIVABLE:
            raise _underivable(node.op_type)
    narrow = [one for one in graph.weights.values() if _is_narrow(one)]
    if narrow:
        kind = narrow[0].stored.element.name
        raise ModelFileError(
            "narrow-graph",
            f"This file computes in {kind} throughout, so it cannot be read in FP32.",
            "Open the model from a file with 32-bit numbers, or from GGUF or safetensors.",
        )


def _is_narrow(weight: Weight) -> bool:
    element = weight.stored.element
    return bool(weight.parameters) and weight.matrix is None and element.bits != FLOAT.bits


def _underivable(operator: str) -> ModelFileError:
    return ModelFileError(
        "rounding-operator",
        f"In this file the operator {escape_text(operator)} rounds in a way of its own, which no other format can "
        "take the place of.",
        "Open the model from a file with 32-bit numbers, or from GGUF or safetensors.",
    )


def _quantized_input(node: onnx.NodeProto) -> str:
    if node.op_type not in _QUANTIZED:
        return ""
    return node.input[1] if node.op_type == "MatMulNBits" else node.input[0]


def _with_numbers(node: onnx.NodeProto, numbers: str) -> list[onnx.NodeProto]:
    """What computes the same from the numbers themselves."""
    output, name = node.output[0], node.name
    match node.op_type:
        case "GatherBlockQuantized":
            return [helper.make_node("Gather", [numbers, node.input[1]], [output], name=name, axis=0)]
        case "DequantizeLinear":
            return []
    bias = node.input[5] if len(node.input) > 5 else ""
    product = f"{output}.product" if bias else output
    made = [
        helper.make_node(
            "FusedMatMul", [node.input[0], numbers], [product], name=name, domain=MICROSOFT, transB=1
        )
    ]
    if bias:
        made.append(helper.make_node("Add", [product, bias], [output], name=f"{name}.sum"))
    return made
