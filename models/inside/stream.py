"""The residual stream of a body: the values it goes through, and what every layer adds to it.

Knows nothing about sessions, and goes by what nodes do, never by their names: graphs that were built here and exports
of any tool look alike to it.

All that a model knows of a token's ID goes through the stream. So it is found where no path from the IDs to the final
hidden states leads past: a value there is the stream itself, and what is added between two of them is a branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import onnx_ir as ir

from models.attention_site import AttentionSite
from models.observing.walking import downwards, is_constant

MICROSOFT = "com.microsoft"
RESIDUAL_OUTPUT = 3
"""Of the operators that add and norm in one: the sum."""

SKIP_BIAS = {"SkipSimplifiedLayerNormalization": 3, "SkipLayerNormalization": 4}
"""Operators that add and norm in one, and which of their inputs is added to the sum besides."""

_ABOUT_SHAPES = ("Shape", "Size")
_CONVERTING = ("Cast", "Identity", "Reshape")
_BETWEEN_SOFTMAX_AND_VALUES = frozenset({"Cast", "Where", "Dropout", "Identity", "Slice", "Reshape"})
_PRODUCTS = ("MatMul", "FusedMatMul")


class Unknown(Exception):
    """The stream cannot be followed, with the reason as a clause to follow “because”."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """Something that is added to the stream.

    Args:
        value: that is added.
        node: that adds it.
        index: which of the node's inputs it is.
    """

    value: ir.Value
    node: ir.Node
    index: int


@dataclass(slots=True, eq=False)
class LayerBranches:
    """What one layer adds.

    Args:
        mixed: what its heads mixed, before the output projection: ``[1, tokens, heads * head_size]``, or
            ``[1, heads, tokens, head_size]`` where `by_head`.
        by_head: which of the two.
        attention: what its attention adds.
        mlp: what its MLP adds; usually one.
        end: the stream behind it.
    """

    mixed: ir.Value
    by_head: bool
    attention: Term
    mlp: list[Term] = field(default_factory=list)
    end: ir.Value | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """The residual stream.

    Args:
        embedding: what the token itself is, before anything is added.
        start: the stream that enters the first layer; another than the embedding where positions are added.
        layers: what each adds.
        hidden: the final hidden states.
    """

    embedding: ir.Value
    start: ir.Value
    layers: tuple[LayerBranches, ...]
    hidden: ir.Value

    @property
    def points(self) -> tuple[ir.Value, ...]:
        """The stream before the first layer and behind each."""
        return (self.start, *(layer.end for layer in self.layers if layer.end is not None))


def find_stream(graph: ir.Graph, ids: str, hidden: str, sites: Sequence[AttentionSite]) -> Stream:
    """Follow the stream of a body.

    Args:
        graph: of the body; sums inside fused operators become outputs of these.
        ids: name of the input with token IDs.
        hidden: name of the value with the final hidden states.
        sites: every attention operation, by layer.

    Raises:
        Unknown: it cannot be followed.
    """
    if not sites:
        raise Unknown("its attention was not found in the graph")
    _put_out_sums(graph)
    values = {value.name: value for value in graph.inputs}
    values |= {value.name: value for node in graph for value in node.outputs if value.name}
    kernels = {node.name: node for node in graph}
    mixed = [_mixed(site, values, kernels) for site in sites]
    places = {id(value.producer()): index for index, (value, _) in enumerate(mixed)}
    points = _unavoidable(graph, values[ids], values[hidden])
    return _Follower(points, mixed, places).stream(values[hidden])


def skip_bias(node: ir.Node) -> int | None:
    """Which input of a node is added to a sum besides the two; ``None`` where the node does not add and norm."""
    return SKIP_BIAS.get(node.op_type) if node.domain == MICROSOFT else None


class _Follower:
    """Goes along the points of a stream and tells branches apart.

    Args:
        points: values that no path leads past, in order.
        mixed: of every layer, what its heads mixed, and whether that is by head.
        places: layer by ``id`` of the node that mixes.
    """

    def __init__(
        self, points: list[ir.Value], mixed: list[tuple[ir.Value, bool]], places: dict[int, int]
    ) -> None:
        self._points = points
        self._mixed = mixed
        self._places = places
        self._layers: list[LayerBranches] = []

    def stream(self, hidden: ir.Value) -> Stream:
        """The stream that leads to the hidden states.

        Raises:
            Unknown: it is not one that layers only add to.
        """
        embedding: ir.Value | None = None
        start: ir.Value | None = None
        before: ir.Value | None = None
        for point in self._points:
            terms = None if before is None else _terms(point, before)
            if terms is None:
                if self._layers and len(self._layers) < len(self._mixed):
                    raise Unknown("it norms its residual stream between layers instead of adding to it")
                if not self._layers:
                    embedding = start = point
                elif self._layers[-1].end is None:
                    self._layers[-1].end = before
            elif terms and self._layers and self._layers[-1].end is not None:
                raise Unknown("it adds to its residual stream behind the final norm")
            elif terms:
                if any(self._layer_of(term, before) is not None for term in terms):
                    start = start if self._layers else before
                    self._close(before)
                self._add(terms, before)
                start = start if self._layers else point
            before = point
        if len(self._layers) != len(self._mixed) or embedding is None or start is None:
            raise Unknown("its residual stream does not go past every attention")
        self._close(before)
        return Stream(embedding, start, tuple(self._layers), hidden)

    def _close(self, end: ir.Value | None) -> None:
        if self._layers and self._layers[-1].end is None:
            self._layers[-1].end = end

    def _add(self, terms: list[Term], before: ir.Value | None) -> None:
        others = []
        for term in terms:
            layer = self._layer_of(term, before)
            if layer is None:
                others.append(term)
            elif layer != len(self._layers):
                raise Unknown("its layers do not follow one another")
            else:
                self._layers.append(LayerBranches(*self._mixed[layer], term))
        if self._layers:
            self._layers[-1].mlp.extend(others)

    def _layer_of(self, term: Term, before: ir.Value | None) -> int | None:
        """The layer whose attention a branch comes from; ``None`` where it comes from none."""
        waiting, seen = [term.value], {id(before)}
        while waiting:
            value = waiting.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            node = value.producer()
            if node is None:
                continue
            if id(node) in self._places:
                return self._places[id(node)]
            waiting.extend(one for one in _depends_on(value) if not is_constant(one))
        return None


def _put_out_sums(graph: ir.Graph) -> None:
    for node in graph:
        if skip_bias(node) is None:
            continue
        if len(node.outputs) <= RESIDUAL_OUTPUT:
            node.resize_outputs(RESIDUAL_OUTPUT + 1)
        for index, value in enumerate(node.outputs):
            if index == RESIDUAL_OUTPUT and not value.name:
                value.name = f"{node.name}.sum"
                value.type = node.outputs[0].type
            elif value.name is None:
                value.name = ""


def _mixed(
    site: AttentionSite, values: dict[str | None, ir.Value], kernels: dict[str | None, ir.Node]
) -> tuple[ir.Value, bool]:
    """What the heads of a site mixed, and whether it has an axis of heads."""
    if site.kind != "Softmax":
        node = kernels.get(site.kernel)
        if node is None:
            raise Unknown(f"the attention of layer {site.layer} is not where it was")
        return node.outputs[0], site.layout == "heads"
    weights = values.get(site.kernel)
    if weights is None:
        raise Unknown(f"the attention of layer {site.layer} is not where it was")
    for node, index in downwards(weights, _BETWEEN_SOFTMAX_AND_VALUES):
        if node.op_type in _PRODUCTS and index == 0:
            return node.outputs[0], True
    raise Unknown(f"it does not say what layer {site.layer} mixes")


def _depends_on(value: ir.Value) -> list[ir.Value]:
    """Values that one is made of, where IDs can reach it through them."""
    node = value.producer()
    if node is None or node.op_type in _ABOUT_SHAPES:
        return []
    if skip_bias(node) is not None:
        inputs = node.inputs[:2] if value.index() == RESIDUAL_OUTPUT else node.outputs[RESIDUAL_OUTPUT:]
        return [one for one in inputs if one is not None]
    return [one for one in node.inputs if one is not None]


def _unavoidable(graph: ir.Graph, ids: ir.Value, hidden: ir.Value) -> list[ir.Value]:
    """The values that every path from the IDs to the hidden states goes through, in order."""
    reached = {id(ids)}
    ordered = [ids]
    for node in graph:
        # Of an operator that adds and norms, the sum comes first.
        for value in sorted(node.outputs, key=lambda one: one.index() != RESIDUAL_OUTPUT):
            if any(id(one) in reached for one in _depends_on(value)):
                reached.add(id(value))
                ordered.append(value)
    wanted: set[int] = set()
    waiting = [hidden]
    while waiting:
        value = waiting.pop()
        if id(value) in reached and id(value) not in wanted:
            wanted.add(id(value))
            waiting.extend(_depends_on(value))
    ordered = [value for value in ordered if id(value) in wanted]
    places = {id(value): place for place, value in enumerate(ordered)}
    last_use = [0] * len(ordered)
    for place, value in enumerate(ordered):
        for one in _depends_on(value):
            if id(one) in places:
                last_use[places[id(one)]] = place
    found, furthest = [], 0
    for place, value in enumerate(ordered):
        if furthest <= place:
            found.append(value)
        furthest = max(furthest, last_use[place])
    return found


def _terms(value: ir.Value, before: ir.Value) -> list[Term] | None:
    """What is added to the stream from one point to the next; ``None`` where it is not only added to."""
    terms: list[Term] = []
    kept = 0
    waiting: list[tuple[ir.Value, Term | None]] = [(value, None)]
    while waiting:
        one, added = waiting.pop()
        if _same(one, before):
            kept += 1
            continue
        node = one.producer()
        if node is not None and node.op_type == "Add" and not any(map(is_constant, node.inputs)):
            indices: tuple[int, ...] = (0, 1)
        elif node is not None and skip_bias(node) is not None and one.index() == RESIDUAL_OUTPUT:
            indices = (0, 1)
        else:
            if added is None:
                return None
            terms.append(added)
            continue
        for index in indices:
            part = node.inputs[index]
            if part is not None:
                waiting.append((part, Term(part, node, index)))
    return terms if kept == 1 else None


def _same(value: ir.Value, other: ir.Value) -> bool:
    """Whether a value is another one, of another type or shape perhaps."""
    while value is not other:
        node = value.producer()
        if node is None or node.op_type not in _CONVERTING or node.inputs[0] is None:
            return False
        value = node.inputs[0]
    return True
