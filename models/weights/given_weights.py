"""Graphs some of whose weights are given when they are opened, in place of what lies in files or in the graph.

Knows nothing about the runtime, except that it gives weights to initializers that refer to a file, and to no others.

What is given has to be known before anything is computed of it: a runtime that folds constants would otherwise turn a
matrix around as it lies in the file, and never look at the one that was given.
"""

from __future__ import annotations

from collections.abc import Collection

import onnx

PLACEHOLDER = "given-when-opened"
"""Name of the file that is referred to; there is none."""


def with_given_weights(graph: bytes, names: Collection[str]) -> tuple[bytes, list[str]]:
    """A graph that refers to weights which are given.

    Args:
        graph: serialised.
        names: of initializers, or of what constants give.

    Returns:
        The graph, and the names of those that it has.
    """
    model = onnx.ModelProto.FromString(graph)
    wanted, found = set(names), []
    kept: list[onnx.NodeProto] = []
    for node in model.graph.node:
        value = next((one.t for one in node.attribute if one.name == "value"), None)
        if node.op_type == "Constant" and value is not None and node.output[0] in wanted:
            constant = model.graph.initializer.add()
            constant.CopyFrom(value)
            constant.name = node.output[0]
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    for tensor in model.graph.initializer:
        if tensor.name in wanted:
            refer(tensor)
            found.append(tensor.name)
    return model.SerializeToString(), found


def refer(tensor: onnx.TensorProto) -> None:
    """Make a tensor one whose numbers are given."""
    name, kind, shape = tensor.name, tensor.data_type, list(tensor.dims)
    tensor.Clear()
    tensor.name, tensor.data_type, tensor.data_location = name, kind, onnx.TensorProto.EXTERNAL
    tensor.dims.extend(shape)
    tensor.external_data.add(key="location", value=PLACEHOLDER)
