"""Two graphs of one decoder joined by a condition, with and without a past: the one with a past is taken.

Knows nothing about what the graphs compute. Older exporters write them as ``decoder_model_merged.onnx``: one If that
makes every output, chosen by the input ``use_cache_branch``, both branches with the weights around them.
"""

from __future__ import annotations

import onnx_ir as ir

from models.observing.inputs import role_by_name
from models.observing.walking import upwards
from models.wiring import Role

_HARMLESS = frozenset({"Cast", "Identity", "Reshape", "Squeeze"})


def take_branch_with_past(model: ir.Model) -> None:
    """Put the branch with a past in the place of the condition, where that is all a graph has."""
    graph = model.graph
    joint = next((node for node in graph if node.op_type == "If" and _asks_for_past(node)), None)
    if joint is None or any(value.producer() is not joint for value in graph.outputs):
        return
    taken, left = _branch(joint, "then_branch"), _branch(joint, "else_branch")
    if taken is None or left is None or len(taken.outputs) != len(joint.outputs):
        return
    nodes, results = list(taken), list(taken.outputs)
    if any(value.producer() is None and value.const_value is None for value in results):
        return  # values of the graph around, which the runtime does not take as results of a branch either
    _let_go(left)
    taken.outputs.clear()
    taken.remove(nodes)
    graph.insert_before(joint, nodes)
    _move_weights(taken, graph)
    made = {id(value) for node in nodes for value in node.outputs}
    ends: dict[int, ir.Value] = {}
    for old, new in zip(joint.outputs, results, strict=True):
        end = new
        if id(new) not in made:  # a weight, or a result twice
            passed = ir.node("Identity", [new])
            graph.insert_before(joint, [passed])
            end = passed.outputs[0]
        made.discard(id(new))
        end.type, end.shape = old.type, old.shape
        ends[id(old)] = end
    outputs = list(graph.outputs)
    graph.outputs.clear()
    graph.remove(joint, safe=True)
    for value in outputs:
        ends[id(value)].name = value.name
    graph.outputs.extend(ends[id(value)] for value in outputs)


def _asks_for_past(node: ir.Node) -> bool:
    return any(
        value.is_graph_input() and role_by_name(value) is Role.USE_CACHE
        for value in upwards(node.inputs[:1], _HARMLESS)
    )


def _branch(node: ir.Node, name: str) -> ir.Graph | None:
    attribute = node.attributes.get(name)
    return attribute.value if attribute is not None and isinstance(attribute.value, ir.Graph) else None


def _let_go(branch: ir.Graph) -> None:
    """Have nothing in a branch count as a use of values around it."""
    for node in list(branch.all_nodes()):
        for index in range(len(node.inputs)):
            node.replace_input_with(index, None)


def _move_weights(branch: ir.Graph, graph: ir.Graph) -> None:
    for name, value in list(branch.initializers.items()):
        del branch.initializers[name]
        if name in graph.initializers:
            value.name = f"{name}.branch"
        graph.register_initializer(value)
