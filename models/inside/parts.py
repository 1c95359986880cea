"""Parts of a body as graphs of their own: from some values to another, with the weights between.

Knows nothing about what the values mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import onnx_ir as ir
from numpy.typing import DTypeLike

from models.inside.stream import RESIDUAL_OUTPUT, Unknown, skip_bias
from models.observing.walking import is_constant

_Inside: TypeAlias = Callable[[ir.Value | None], ir.Value | None]

PART_INPUT, PART_OUTPUT = "part.input", "part.output"

_NORMS = {
    "SkipSimplifiedLayerNormalization": "SimplifiedLayerNormalization",
    "SkipLayerNormalization": "LayerNormalization",
}


def part_graph(
    model: ir.Model,
    start: ir.Value,
    end: ir.Value,
    dtype: DTypeLike,
    rank: int,
    made_dtype: DTypeLike | None = None,
) -> bytes:
    """The graph from one value to another.

    Args:
        model: stays as it is; operators that add and norm have their sums as outputs, as `find_stream` leaves them.
        start: becomes the input `PART_INPUT`.
        end: becomes the output `PART_OUTPUT`.
        dtype: of the start.
        rank: number of its axes.
        made_dtype: of the end, where the graph need not say so; ``None`` is that of the start.

    Returns:
        The serialised graph, without its weights.

    Raises:
        Unknown: the end depends on something else as well.
    """
    entrance = ir.val(PART_INPUT, ir.DataType.from_numpy(np.dtype(dtype)), ir.Shape([None] * rank))
    made: dict[int, ir.Value] = {id(start): entrance}
    initializers: list[ir.Value] = []
    nodes: list[ir.Node] = []
    needed = _needed(start, end)

    def inside(value: ir.Value | None) -> ir.Value | None:
        if value is None or not value.name:
            return None
        if id(value) not in made:
            if value.const_value is None:
                raise Unknown("a part of it depends on more than the residual stream")
            made[id(value)] = ir.val(value.name, value.dtype, value.shape, const_value=value.const_value)
            initializers.append(made[id(value)])
        return made[id(value)]

    for node in model.graph:
        if id(node) not in needed:
            continue
        copy = _copy(node, inside)
        for old, new in zip(node.outputs, copy.outputs, strict=False):
            new.name = old.name
            made[id(old)] = new
        nodes.append(copy)
    last = ir.node("Identity", [made[id(end)]])
    last.outputs[0].name = PART_OUTPUT
    other = None if made_dtype is None else ir.TensorType(ir.DataType.from_numpy(np.dtype(made_dtype)))
    last.outputs[0].type = end.type or other or entrance.type
    nodes.append(last)
    graph = ir.Graph(
        [entrance],
        [last.outputs[0]],
        nodes=nodes,
        initializers=initializers,
        opset_imports=dict(model.opset_imports),
        name="part",
    )
    return ir.to_proto(ir.Model(graph, ir_version=model.ir_version)).SerializeToString()


def _needed(start: ir.Value, end: ir.Value) -> set[int]:
    found: set[int] = set()
    waiting = [end]
    while waiting:
        value = waiting.pop()
        node = value.producer()
        if value is start or node is None or id(node) in found:
            continue
        found.add(id(node))
        if skip_bias(node) is not None:
            if value.index() == RESIDUAL_OUTPUT:
                raise Unknown("a part of it depends on more than the residual stream")
            # Of an operator that adds and norms only the norm is wanted.
            waiting.append(node.outputs[RESIDUAL_OUTPUT])
            if node.outputs[RESIDUAL_OUTPUT] is not start:
                raise Unknown("a part of it depends on more than the residual stream")
            continue
        inputs = node.inputs[:1] if _is_shaped_by_input(node) else node.inputs
        waiting.extend(one for one in inputs if one is not None and one.const_value is None)
    return found


def _is_shaped_by_input(node: ir.Node) -> bool:
    """Whether a node brings states into a shape that depends on the text: rows are rows in any."""
    return node.op_type == "Reshape" and not is_constant(node.inputs[1])


def _copy(node: ir.Node, inside: _Inside) -> ir.Node:
    if _is_shaped_by_input(node):
        return ir.Node("", "Identity", [inside(node.inputs[0])], name=node.name)
    if skip_bias(node) is None:
        return ir.Node(
            node.domain,
            node.op_type,
            [inside(value) for value in node.inputs],
            list(node.attributes.values()),
            num_outputs=len(node.outputs),
            name=node.name,
            overload=node.overload,
        )
    weights = node.inputs[2:3] if node.op_type == "SkipSimplifiedLayerNormalization" else node.inputs[2:4]
    attributes = [ir.AttrInt64("axis", -1), ir.AttrInt64("stash_type", 1)]
    attributes += [one for name, one in node.attributes.items() if name == "epsilon"]
    inputs = [inside(node.outputs[RESIDUAL_OUTPUT]), *(inside(value) for value in weights)]
    return ir.Node("", _NORMS[node.op_type], inputs, attributes, num_outputs=1, name=f"{node.name}.norm")
