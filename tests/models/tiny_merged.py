"""Tiny exports whose one graph holds two: with a past and without, joined by a condition.

Knows nothing about what the graphs compute.
"""

from __future__ import annotations

from collections.abc import Iterable

import onnx
from onnx import TensorProto, helper

from tests.models.tiny_export import TinyExport, tiny_model

CONDITION = "use_cache_branch"


def merged_model(export: TinyExport, *, weights_within: Iterable[str] = ()) -> onnx.ModelProto:
    """A decoder in both ways, in the branches of an If.

    Args:
        export: how it is written, with single operators.
        weights_within: names of weights that each branch has for itself.
    """
    model = tiny_model(export)
    graph = model.graph
    within = [one for one in graph.initializer if one.name in weights_within]
    around = [one for one in graph.initializer if one.name not in weights_within]
    without_past = onnx.GraphProto()
    without_past.CopyFrom(graph)
    _forget_past(without_past)
    branches = {
        name: helper.make_graph(one.node, name, [], one.output, within)
        for name, one in (("then_branch", graph), ("else_branch", without_past))
    }
    node = helper.make_node("If", [CONDITION], [one.name for one in graph.output], **branches)
    outputs = list(graph.output)
    for value in branches["then_branch"].output:
        _rename(branches["then_branch"], value.name, f"{value.name} with past")
    condition = helper.make_tensor_value_info(CONDITION, TensorProto.BOOL, [1])
    joined = helper.make_graph([node], "merged", [*graph.input, condition], outputs, around)
    return helper.make_model(joined, opset_imports=model.opset_import, ir_version=model.ir_version)


def _forget_past(graph: onnx.GraphProto) -> None:
    """What is appended to the past becomes what there is; all that is made gets another name."""
    for node in graph.node:
        if node.op_type == "Concat" and node.input[0].startswith("past_key_values"):
            node.CopyFrom(helper.make_node("Identity", node.input[1:], node.output, name=node.name))
    for name in {output for node in graph.node for output in node.output}:
        _rename(graph, name, f"{name} without past")


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        for names in (node.input, node.output):
            changed = [new if one == old else one for one in names]
            del names[:]
            names.extend(changed)
    for value in graph.output:
        if value.name == old:
            value.name = new
