"""Body, head and measuring graph of an export: parts of its own graph that refer to its own weights.

Knows nothing about what the values mean.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import onnx_ir as ir
import onnx_ir.passes.common as passes

from models.observing.cut import Cut

_WINDOWED_CACHE = "sliding_window_cache"


def prepare(model: ir.Model) -> None:
    """Put nodes in order, give each a name, and keep all positions in caches that would hold a window's only.

    Tools add nodes at the end of the list that belong at its beginning, and the runtime takes that. A cache of all
    positions with a window over it is the same attention, and earlier positions can be looked at.
    """
    model.graph.sort()
    taken = {node.name for node in model.graph}
    for index, node in enumerate(model.graph):
        if not node.name:
            name = f"{node.op_type}.{index}"
            node.name = name if name not in taken else f"{name}.unnamed"
        node.attributes.pop(_WINDOWED_CACHE, None)


def forget_shapes(model: ir.Model) -> None:
    """Let the runtime find out the shapes of values inside the graph: those that a file tells are at times wrong.

    Some exports give a value the length of the present run where it has the past too, and the runtime shares memory
    by such lengths.
    """
    for node in model.graph:
        for value in node.outputs:
            if not value.is_graph_output():
                value.shape = None


def with_outputs(model: ir.Model, names: Iterable[str]) -> bytes:
    """The graph with certain outputs only, without what they do not need.

    Args:
        model: stays as it is.
        names: of values.
    """
    copy = model.clone()
    forget_shapes(copy)
    values = {value.name: value for value in (*copy.graph.initializers.values(), *copy.graph.inputs)}
    for node in copy.graph:
        values |= {value.name: value for value in node.outputs}
    copy.graph.outputs.clear()
    copy.graph.outputs.extend(values[name] for name in dict.fromkeys(names))
    # Inputs stay: whoever runs the graph gives all that the export asks for.
    passes.RemoveUnusedNodesPass()(copy)
    return serialised(copy)


def head_nodes(cut: Cut, logits: ir.Value) -> list[ir.Node]:
    """The operators between a cut and the logits."""
    found: dict[int, ir.Node] = {}
    waiting = [logits]
    while waiting:
        value = waiting.pop()
        node = value.producer()
        if value is cut.start or node is None or id(node) in found:
            continue
        found[id(node)] = node
        waiting.extend(one for one in node.inputs if one is not None)
    return list(found.values())


def head_graph(model: ir.Model, cut: Cut, logits: ir.Value, rank: int, dtype: str) -> bytes:
    """The graph from the head's first value to the logits.

    Args:
        model: stays as it is.
        cut: where the head begins.
        logits: where it ends.
        rank: number of axes of the head's first value.
        dtype: numpy's name of its type.
    """
    start = ir.val(cut.start.name, ir.DataType.from_numpy(np.dtype(dtype)), ir.Shape([None] * rank))
    made: dict[int, ir.Value] = {id(cut.start): start}
    initializers: list[ir.Value] = []
    nodes: list[ir.Node] = []

    needed = {id(node) for node in head_nodes(cut, logits)}

    def inside(value: ir.Value | None) -> ir.Value | None:
        if value is None:
            return None
        if id(value) not in made:
            made[id(value)] = ir.val(value.name, value.dtype, value.shape, const_value=value.const_value)
            if value.const_value is not None:
                initializers.append(made[id(value)])
        return made[id(value)]

    for node in model.graph:
        if id(node) not in needed:
            continue
        copy = ir.Node(
            node.domain,
            node.op_type,
            [inside(value) for value in node.inputs],
            list(node.attributes.values()),
            num_outputs=len(node.outputs),
            name=node.name,
            overload=node.overload,
        )
        for old, new in zip(node.outputs, copy.outputs, strict=True):
            new.name = old.name
            if old.dtype is not None:
                new.dtype = old.dtype
            made[id(old)] = new
        nodes.append(copy)
    if not nodes:
        same = ir.node("Identity", [start])
        same.outputs[0].name = f"{logits.name}.rows"
        same.outputs[0].type = start.type
        nodes, made[id(logits)] = [same], same.outputs[0]
    end = made[id(logits)]
    if end.type is None and logits.type is not None:
        end.type = logits.type
    graph = ir.Graph(
        [start],
        [end],
        nodes=nodes,
        initializers=initializers,
        opset_imports=dict(model.opset_imports),
        name="head",
    )
    return serialised(ir.Model(graph, ir_version=model.ir_version, functions=list(model.functions.values())))


def serialised(model: ir.Model) -> bytes:
    """The model as bytes; weights in files stay there."""
    return ir.to_proto(model).SerializeToString()
