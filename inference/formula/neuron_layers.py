"""Every layer of a model that multiplies with weights, with what is needed to spell out one of its neurons.

Knows nothing about running a graph or about the numbers in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from inference.formula.contract import NeuronLayer
from models.anatomy.entries import LayerEntry
from models.anatomy.parts import Part
from models.anatomy.shapes import attribute
from models.formula.following import Following, Stretch, Ways
from models.formula.linear_nodes import LinearNode, LinearNodes, Unknown
from models.weights.inspected_graph import HEAD, InspectedGraph

PlacesOf = Callable[[str], tuple[int, ...]]
"""The shape of what each filter of a convolution makes, by name of the value; empty where that is not known."""

NOTHING = Following()

_ATTENTION = (Part.QUERY, Part.KEY, Part.VALUE)
_OPERATORS_WITH_HEADS = ("GroupQueryAttention", "MultiHeadAttention", "Attention")


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """A layer, and the node and the ways behind it.

    Args:
        layer: as the window knows it.
        node: that multiplies; ``None`` where there is no formula.
        following: what becomes of its sums.
    """

    layer: NeuronLayer
    node: LinearNode | None = None
    following: Following = NOTHING


def spelled_layers(
    graphs: Mapping[str, InspectedGraph], entries: Sequence[LayerEntry], places_of: PlacesOf
) -> tuple[Spelled, ...]:
    """The layers of a model in the order of its tree.

    Args:
        graphs: of the model, by name.
        entries: of its tree.
        places_of: asked about convolutions.
    """
    readers = {name: _Reader(graph, entries, places_of) for name, graph in graphs.items()}
    return tuple(one for entry in entries if entry.nodes for one in readers[entry.graph].layers_of(entry))


class _Reader:
    """Reads the layers of one graph."""

    def __init__(self, graph: InspectedGraph, entries: Iterable[LayerEntry], places_of: PlacesOf) -> None:
        self._name = graph.name
        self._graph = graph.model.graph
        self._linear = LinearNodes(self._graph, graph.weights)
        self._ways = Ways(self._graph, self._linear, graph.weights)
        self._places_of = places_of
        self._parts = {
            index: one.part for one in entries if one.graph == graph.name for index in one.nodes if one.part
        }

    def layers_of(self, entry: LayerEntry) -> Iterator[Spelled]:
        """The layers that an entry of the tree holds."""
        for index in entry.nodes:
            if not self._linear.multiplies(index):
                continue
            node = self._graph.node[index]
            name = node.name or f"{node.op_type} {index}"
            bare = NeuronLayer(self._name, entry.part, entry.layer, name)
            try:
                linear = self._linear.read(index)
            except Unknown as unknown:
                yield Spelled(replace(bare, why_not=str(unknown)))
                continue
            yield from self._spelled(bare, linear)

    def _spelled(self, bare: NeuronLayer, node: LinearNode) -> Iterator[Spelled]:
        places = self._places_of(node.made) if node.convolves else ()
        if node.convolves and len(places) != 2:
            yield Spelled(replace(bare, why_not="only a run tells how large its pictures are"))
            return
        stretches = self._ways.stretches(node)
        for number, stretch in enumerate(stretches):
            following = (
                self._ways.softcap(stretch.value)
                if self._name == HEAD
                else self._ways.following(stretch.value)
                if len(stretches) == 1 or stretch.value != node.made
                else NOTHING
            )
            part = self._part_of(bare.part, number, len(stretches), following)
            yield Spelled(
                replace(
                    bare,
                    part=part,
                    neurons=(stretch.stop - stretch.start) * (places[0] * places[1] if places else 1),
                    inputs=node.inputs,
                    weights=node.weights,
                    row_major=node.transposed,
                    first=stretch.start,
                    width=node.outputs,
                    offset=node.offset,
                    given=node.given,
                    made=stretch.value,
                    made_first=stretch.start if stretch.value == node.made else 0,
                    source=self._source(node.given),
                    heads=self._heads(node, stretch, part),
                    input_heads=self._input_heads(node.given),
                    places=places,
                ),
                node,
                following,
            )

    def _part_of(self, part: str, number: int, count: int, following: Following) -> str:
        if part == Part.QUERY_KEY_VALUE.value and count == 3:
            return _ATTENTION[number].value
        if part == Part.GATE_UP.value and count == 2:
            return (Part.GATE if following.function is not None else Part.UP).value
        return part

    def _source(self, given: str) -> str:
        """The part that makes a value; of one that is an input of the head, the final norm."""
        index = self._linear.maker.get(given)
        if index is None:
            return Part.FINAL_NORM.value if self._name == HEAD else ""
        return self._parts.get(index, "")

    def _heads(self, node: LinearNode, stretch: Stretch, part: str) -> int:
        if part not in [one.value for one in _ATTENTION]:
            return 0
        for index in self._linear.users.get(node.made, ()):
            user = self._graph.node[index]
            if user.op_type in _OPERATORS_WITH_HEADS:
                queries = attribute(user, "num_heads", 0)
                heads = queries if part == Part.QUERY.value else attribute(user, "kv_num_heads", 0) or queries
                return int(heads) if heads and (stretch.stop - stretch.start) % heads == 0 else 0
        return 0

    def _input_heads(self, given: str) -> int:
        index = self._linear.maker.get(given)
        node = None if index is None else self._graph.node[index]
        return int(attribute(node, "num_heads", 0)) if node and node.op_type in _OPERATORS_WITH_HEADS else 0
