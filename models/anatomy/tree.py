"""A model as a tree of layers: what each is made of, how many numbers it learnt, what one token costs in it.

Knows nothing about running a graph; of weights it is told the names and sizes.

A language model is told apart into embedding, blocks with their parts, and head. Any other graph becomes one layer
for each group of nodes that names put together (``conv2d/Conv``, ``conv2d/Relu``), or for each node.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from models.anatomy.cost import NodeCost, node_costs
from models.anatomy.entries import LayerEntry, LayerKind, NodeFacts
from models.anatomy.parts import Part, Place
from models.anatomy.shapes import in_order

MOST_DIMENSION = 1 << 20
"""Largest size of an input that costs are counted for."""

_CUT = re.compile(r"[/.]")
_ORDER = {part: place for place, part in enumerate(Part)}
_LAST = (Part.FINAL_NORM, Part.HEAD, Part.POSITIONS, Part.OTHER)
_SHARED = -1


@dataclass(frozen=True, slots=True)
class LayerWeight:
    """A weight as the tree needs it.

    Args:
        name: of it.
        element: name of its numbers' type.
        shape: of the numbers it means.
        nbytes: as it is stored.
        parameters: how many numbers were learnt; 0 for scales, and for what another weight is already.
    """

    name: str
    element: str
    shape: tuple[int, ...]
    nbytes: int
    parameters: int


@dataclass(frozen=True, slots=True, eq=False)
class TreeGraph:
    """A graph as the tree needs it.

    Args:
        name: of it.
        model: without its weights.
        weights: by name.
        places: of its nodes, in their order; none of a graph that is no language model's.
        costs: of its nodes by name.
    """

    name: str
    model: onnx.ModelProto
    weights: Mapping[str, LayerWeight]
    places: Sequence[Place] = ()
    costs: Mapping[str, NodeCost] = field(default_factory=dict)


def language_model_tree(graphs: Sequence[TreeGraph]) -> tuple[LayerEntry, ...]:
    """The tree of a language model, each row after the one it lies in."""
    groups: dict[tuple[int, Part], list[tuple[TreeGraph, int]]] = {}
    for graph in graphs:
        for index, place in enumerate(graph.places):
            layer = _SHARED if place.layer is None else place.layer
            groups.setdefault((layer, place.part), []).append((graph, index))
    entries: list[LayerEntry] = []
    taken = set[tuple[str, str]]()
    first = [key for key in groups if key[0] == _SHARED and key[1] not in _LAST]
    last = [key for key in groups if key[0] == _SHARED and key[1] in _LAST]
    blocks = sorted({layer for layer, _ in groups if layer != _SHARED})

    def add(parent: int, keys: Iterable[tuple[int, Part]]) -> None:
        entries.extend(
            _entry(parent, "part", groups[key], taken, part=key[1].value, layer=key[0]) for key in keys
        )

    add(-1, sorted(first, key=_in_order))
    for layer in blocks:
        block = len(entries)
        entries.append(LayerEntry(-1, "block", layer=layer))
        add(block, sorted((key for key in groups if key[0] == layer), key=_in_order))
    add(-1, sorted(last, key=lambda key: _LAST.index(key[1])))
    return _summed(entries)


def graph_tree(graph: TreeGraph) -> tuple[LayerEntry, ...]:
    """The tree of any graph, each row after the one it lies in."""
    ordered = _indices_in_order(graph.model.graph)
    groups: dict[str, list[int]] = {}
    for index in ordered:
        node = graph.model.graph.node[index]
        head = _CUT.split(node.name.strip("/"), maxsplit=1)[0] if node.name else ""
        groups.setdefault(head or f"{node.op_type}_{index}", []).append(index)
    taken = set[tuple[str, str]]()
    if len(groups) == 1 and len(ordered) > 1:  # a name that all have in common tells nothing
        groups = {graph.model.graph.node[index].name: [index] for index in ordered}
    entries: list[LayerEntry] = []
    for name, members in groups.items():
        if len(members) == 1:
            entries.append(_entry(-1, "node", [(graph, members[0])], taken, name=name))
            continue
        parent = len(entries)
        operators = tuple(dict.fromkeys(graph.model.graph.node[index].op_type for index in members))
        entries.append(LayerEntry(-1, "group", graph.name, name=name, operators=operators))
        for index in members:
            inner = graph.model.graph.node[index].name or graph.model.graph.node[index].op_type
            entries.append(_entry(parent, "node", [(graph, index)], taken, name=inner))
    return _summed(entries)


def graph_costs(model: onnx.ModelProto) -> dict[str, NodeCost]:
    """What one run of any graph costs, by name of the node; axes of no fixed size count as 1."""
    inputs = input_shapes(model)
    if inputs is None:
        return {}
    return {one.name: one for one in node_costs(model, inputs)}


def input_shapes(model: onnx.ModelProto) -> dict[str, NDArray[Any]] | None:
    """What a graph is given in one run, as zeros that take no memory; axes of no fixed size count as 1.

    Returns:
        Arrays by name; ``None`` where an input is of a type that numpy has no numbers for.
    """
    weights = {one.name for one in model.graph.initializer}
    inputs: dict[str, NDArray[Any]] = {}
    for value in model.graph.input:
        kind = value.type.tensor_type
        if value.name in weights or not value.type.HasField("tensor_type"):
            continue
        shape = tuple(min(dim.dim_value or 1, MOST_DIMENSION) for dim in kind.shape.dim)
        try:
            dtype = helper.tensor_dtype_to_np_dtype(kind.elem_type)
        except KeyError:
            return None
        if dtype.kind == "O":
            return None
        inputs[value.name] = np.broadcast_to(np.zeros((), dtype), shape)
    return inputs


def node_facts(model: onnx.ModelProto, indices: Iterable[int]) -> tuple[NodeFacts, ...]:
    """Some nodes of a graph, for people."""
    shapes = {one.name: tuple(one.dims) for one in model.graph.initializer}
    found = []
    for index in indices:
        node = model.graph.node[index]
        inputs = tuple(
            f"{name} {list(shapes[name])}" if name in shapes else name for name in node.input if name
        )
        attributes = tuple((one.name, _attribute_text(one)) for one in node.attribute)
        kind = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
        found.append(NodeFacts(node.name, kind, inputs, tuple(filter(None, node.output)), attributes))
    return tuple(found)


def _attribute_text(attribute: onnx.AttributeProto) -> str:
    """The value of an attribute, the beginning of a long one."""
    match attribute.type:
        case onnx.AttributeProto.GRAPH:
            return f"{len(attribute.g.node)} nodes"
        case onnx.AttributeProto.TENSOR:
            return f"a tensor {list(attribute.t.dims)}"
        case onnx.AttributeProto.STRING:
            return attribute.s[:200].decode(errors="replace")
        case onnx.AttributeProto.FLOAT:
            return f"{attribute.f:.7g}"
        case onnx.AttributeProto.INT:
            return str(attribute.i)
        case onnx.AttributeProto.INTS:
            return str(list(attribute.ints[:32]))
        case onnx.AttributeProto.FLOATS:
            return str([float(f"{one:.7g}") for one in attribute.floats[:32]])
    return str(helper.get_attribute_value(attribute))[:200]


def _in_order(key: tuple[int, Part]) -> int:
    return _ORDER[key[1]]


def _indices_in_order(graph: onnx.GraphProto) -> list[int]:
    places = {id(node): index for index, node in enumerate(graph.node)}
    by_output = {name: index for index, node in enumerate(graph.node) for name in node.output if name}
    return [
        by_output[next(filter(None, node.output))] if any(node.output) else places.get(id(node), 0)
        for node in in_order(graph)
    ]


def _entry(
    parent: int,
    kind: LayerKind,
    members: Sequence[tuple[TreeGraph, int]],
    taken: set[tuple[str, str]],
    *,
    part: str = "",
    layer: int = -1,
    name: str = "",
) -> LayerEntry:
    """A row of some nodes; weights that another row has already are not counted again."""
    weights: list[LayerWeight] = []
    flops: int | None = 0
    operators: dict[str, None] = {}
    for graph, index in members:
        node = graph.model.graph.node[index]
        operators[node.op_type] = None
        for wanted in node.input:
            found = graph.weights.get(wanted)
            if found is None or (graph.name, wanted) in taken:
                continue
            taken.add((graph.name, wanted))
            weights.append(found)
        cost = graph.costs.get(node.name)
        flops = None if cost is None or not cost.known or flops is None else flops + cost.cost.flops
    weights.sort(key=lambda one: (-one.parameters, -math.prod(one.shape)))
    return LayerEntry(
        parent=parent,
        kind=kind,
        graph=members[0][0].name,
        part=part,
        layer=layer,
        name=name,
        operators=tuple(operators),
        nodes=tuple(index for graph, index in members if graph is members[0][0]),
        weights=tuple(one.name for one in weights),
        element=weights[0].element if weights else "",
        shape=weights[0].shape if weights else (),
        parameters=sum(one.parameters for one in weights),
        nbytes=sum(one.nbytes for one in weights),
        flops=flops,
    )


def _summed(entries: Sequence[LayerEntry]) -> tuple[LayerEntry, ...]:
    """Rows with what lies in them added up."""
    made = list(entries)
    for index in range(len(made) - 1, -1, -1):
        one = made[index]
        if one.parent < 0:
            continue
        over = made[one.parent]
        known = over.flops is not None and one.flops is not None
        made[one.parent] = replace(
            over,
            parameters=over.parameters + one.parameters,
            nbytes=over.nbytes + one.nbytes,
            flops=(over.flops or 0) + (one.flops or 0) if known else None,
            element=over.element or one.element,
        )
    return tuple(made)
