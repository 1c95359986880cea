"""The tree of a model's layers, from its graphs and the sizes of its weights.

Knows nothing about who asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from inference.tensors.contract import Anatomy, TensorInfo
from models.anatomy.cost import NodeCost, decode_costs
from models.anatomy.entries import LayerEntry
from models.anatomy.layers import body_places, head_places
from models.anatomy.parts import Part, Place
from models.anatomy.tree import (
    LayerWeight,
    TreeGraph,
    graph_costs,
    graph_tree,
    language_model_tree,
)
from models.bundle import Bundle
from models.weights.inspected_graph import BODY, InspectedGraph

TOKENS = 1
"""Positions that the cost of one token is told for: what comes before it costs attention more, and depends on it."""


def read_anatomy(
    graphs: Sequence[InspectedGraph], tensors: Sequence[TensorInfo], bundle: Bundle | None
) -> Anatomy:
    """The tree of a model.

    Args:
        graphs: of the model.
        tensors: its weights.
        bundle: that the graphs are of; ``None`` for a graph that is no language model's.

    Raises:
        OSError: a graph cannot be read.
    """
    weights: dict[str, dict[str, LayerWeight]] = {graph.name: {} for graph in graphs}
    for info in tensors:
        shape = info.shape if info.meant_shape is None else info.meant_shape
        nbytes = 0 if info.same_as else info.nbytes
        element = f"INT{info.quantized_bits}" if info.quantized_bits else info.element
        weights[info.graph][info.name] = LayerWeight(info.name, element, shape, nbytes, info.parameters)
    if bundle is None:
        (graph,) = graphs
        entries = graph_tree(
            TreeGraph(graph.name, graph.model, weights[graph.name], costs=graph_costs(graph.model))
        )
    else:
        entries = _of_language_model(graphs, weights, bundle)
    tops = [one for one in entries if one.parent < 0]
    parameters = sum(one.parameters for one in tops)
    head = sum(one.parameters for one in tops if one.part == Part.HEAD.value)
    tied = bundle is not None and bool(head) and parameters - head == bundle.facts.parameters
    flops = None if any(one.flops is None for one in tops) else sum(one.flops or 0 for one in tops)
    return Anatomy(entries, parameters - head * tied, sum(one.nbytes for one in tops), flops, tied)


def _of_language_model(
    graphs: Sequence[InspectedGraph], weights: dict[str, dict[str, LayerWeight]], bundle: Bundle
) -> tuple[LayerEntry, ...]:
    facts = bundle.facts
    costs = [{one.name: one for one in part} for part in decode_costs(bundle, TOKENS)]
    made = []
    for graph, cost in zip(graphs, costs, strict=True):
        nodes = graph.model.graph
        places: tuple[Place, ...] = (
            body_places(nodes, facts.sites, facts.wiring.hidden) if graph.name == BODY else head_places(nodes)
        )
        named: dict[str, NodeCost] = cost
        made.append(TreeGraph(graph.name, graph.model, weights[graph.name], places, named))
    return language_model_tree(made)
