"""Graphs in a floating-point format of 16 bits, emulated: numbers rounded to it, sums within operators in 32 bits.

Knows nothing about running them.

Every weight is rounded, and so is what every operator puts out that depends on the tokens: by two conversions, to
the format and back. That is what a processor does that keeps numbers in the format and adds them up in 32 bits. Keys,
which are rotated inside the attention kernel, stay as the kernel made them, and so do the angles of rotations, which
no program computes in 16 bits.
"""

from __future__ import annotations

from collections.abc import Callable

import onnx
from onnx import helper

from models.anatomy.operators import ATTENTION_KERNELS, BY_ELEMENT, LOOK_UPS, MOVING, PRODUCTS
from models.number_formats import FloatFormat
from models.recast.dense import DenseGraph, in_memory, numbers_of
from models.weights.stored_tensor import StoredTensor

ELEMENT_OF = {"FP16": onnx.TensorProto.FLOAT16, "BF16": onnx.TensorProto.BFLOAT16}
"""Formats that the runtime converts to, by their names."""

_NO_NUMBERS = frozenset(
    ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Not", "And", "Or", "Xor", "IsNaN", "IsInf")
)
_SIZES = frozenset(("Shape", "Size", "ArgMax", "ArgMin", "NonZero", *_NO_NUMBERS))
_COMPUTING = (PRODUCTS | ATTENTION_KERNELS | set(BY_ELEMENT)) - _NO_NUMBERS
_LOOK_UPS = LOOK_UPS - {"Slice"}
_KEPT_OUTPUTS = {"SkipSimplifiedLayerNormalization": (0, 3), "SkipLayerNormalization": (0, 3)}
"""Outputs that are values of the model, where not only the first is: the normed sum and the sum."""


def round_graph(graph: DenseGraph, made: FloatFormat, begins: str, between: Callable[[], None]) -> None:
    """Have a graph compute in a format; it is changed in place.

    Args:
        graph: with 32-bit numbers.
        made: the format, one of `ELEMENT_OF`.
        begins: the input that values of the model come from: token IDs, or hidden states.
        between: called every few million numbers; may raise to stop.

    Raises:
        ModelFileError: its numbers cannot be read.
    """
    nodes = graph.model.graph
    every, rounded = values_of(nodes, begins)
    met = _meeting(nodes, every)
    for name, source in graph.learnt.items():
        change = made.rounded if name in met else None
        if change is not None or not isinstance(source, StoredTensor):
            graph.weights[name] = in_memory(name, numbers_of(source, between, change))
    placed: list[onnx.NodeProto] = []
    for node in nodes.node:
        placed.append(node)
        for index, output in enumerate(node.output):
            if output in rounded and index in _KEPT_OUTPUTS.get(node.op_type, (0,)):
                node.output[index] = f"{output}.exact"
                placed += _conversions(output, ELEMENT_OF[made.name])
    del nodes.node[:]
    nodes.node.extend(placed)


def values_of(graph: onnx.GraphProto, begins: str) -> tuple[set[str], set[str]]:
    """The values that depend on an input, and are numbers of the model.

    Positions, masks and rotations do not depend on which tokens there are, and are none of them.

    Args:
        graph: in the order of execution.
        begins: the input; where it is token IDs, values begin with what is looked up for them.

    Returns:
        Names of all of them, and of those that an operator computes and does not only hand on.
    """
    element = next(
        (one.type.tensor_type.elem_type for one in graph.input if one.name == begins), onnx.TensorProto.FLOAT
    )
    whole = element != onnx.TensorProto.FLOAT
    ids, values = ({begins}, set[str]()) if whole else (set[str](), {begins})
    computed: set[str] = set()
    for node in graph.node:
        if node.op_type in _SIZES or _to_whole(node):
            continue
        if node.op_type in _LOOK_UPS and ids.intersection(node.input[1:]):
            # Rounded as weights are.
            values.update(node.output)
        elif values.intersection(node.input):
            values.update(node.output)
            if node.op_type in _COMPUTING:
                computed.update(node.output)
        elif ids.intersection(node.input):
            ids.update(node.output)
    return values - {""}, computed - {""}


def _meeting(graph: onnx.GraphProto, values: set[str]) -> set[str]:
    """Names of what operators take together with values, also where it is only handed on or looked up before."""
    met: set[str] = set()
    for node in reversed(graph.node):
        handed_on = node.op_type in MOVING or node.op_type in LOOK_UPS
        if values.intersection(node.output) or (handed_on and met.intersection(node.output)):
            met.update(node.input)
    return met


def _to_whole(node: onnx.NodeProto) -> bool:
    if node.op_type != "Cast":
        return False
    kind = next((one.i for one in node.attribute if one.name == "to"), onnx.TensorProto.FLOAT)
    return kind not in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE, onnx.TensorProto.FLOAT16)


def _conversions(value: str, element: int) -> list[onnx.NodeProto]:
    there, back = f"{value}.narrow", value
    return [
        helper.make_node("Cast", [f"{value}.exact"], [there], name=f"{value}.to_narrow", to=element),
        helper.make_node("Cast", [there], [back], name=f"{value}.to_wide", to=onnx.TensorProto.FLOAT),
    ]
