"""Rows of the tree of a model's layers, and nodes as people see them.

Knows nothing about graphs: plain records that cross the pipe between engine and window.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

LayerKind = Literal["part", "block", "group", "node"]


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """One row of the tree.

    Args:
        parent: index of the row it lies in, -1 for none.
        kind: what it is: a part of a language model, one of its blocks, a group of nodes, or a node.
        graph: name of the graph that its nodes are in; empty where it has none of its own.
        part: of a part, its value in `models.anatomy.parts.Part`.
        layer: of a block and its parts, its number.
        name: of a group or a node, untrusted.
        operators: types of its nodes, without repetition, in order.
        nodes: indices of its nodes in the graph's list.
        weights: names of its own weights, the largest first.
        element: type of the largest.
        shape: shape of the largest.
        parameters: numbers learnt, in it and in what lies in it.
        nbytes: bytes of its weights, likewise.
        flops: operations for one token, or one run of a graph that has none; ``None`` where that is not known.
    """

    parent: int
    kind: LayerKind
    graph: str = ""
    part: str = ""
    layer: int = -1
    name: str = ""
    operators: tuple[str, ...] = ()
    nodes: tuple[int, ...] = field(default=(), repr=False)
    weights: tuple[str, ...] = ()
    element: str = ""
    shape: tuple[int, ...] = ()
    parameters: int = 0
    nbytes: int = 0
    flops: int | None = 0


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """One node of a graph, for people; all of it untrusted.

    Args:
        name: of it.
        operator: its type, with the domain where it is not the standard one.
        inputs: names of the values it takes, with their shapes where they are weights.
        outputs: names of the values it makes.
        attributes: name and value of each.
    """

    name: str
    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
