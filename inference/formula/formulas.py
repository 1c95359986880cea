"""Spells out neurons: real inputs and weights, their products by magnitude, and the sum beside the runtime's own.

Knows nothing about the runtime: what it made comes from a function.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.formula.contract import (
    LARGEST,
    Applied,
    Formula,
    FormulaQuery,
    NeuronLayer,
    ReadFormula,
    ReadNeuronLayers,
    Rounding,
)
from inference.formula.neuron_layers import PlacesOf, Spelled, spelled_layers
from inference.tensors.contract import TensorRef
from inference.tensors.inspector import Inspector
from models.errors import VitrineError
from models.escaping import escape_text
from models.formula.convolution import patch_of
from models.formula.linear_nodes import LinearNode, row_of_weights
from models.number_formats import INTEGER_FORMATS
from models.weights.inspected_graph import HEAD

Observe = Callable[[str, tuple[str, ...], int], Mapping[str, NDArray[Any]]]
"""Values of a graph by name at a position, as the runtime made them."""

Expect = Callable[[Mapping[str, Collection[str]]], None]
"""Is told, by graph, every value that may be observed, so that one session can put all of them out."""

Floats = NDArray[np.float64]

INT8 = INTEGER_FORMATS[0]
"""What kernels round inputs to: `inference.formula` is tested to do it as they do."""


class Formulas:
    """Answers questions about neurons.

    Args:
        inspector: knows the layers and the weights as they are now.
        observe: gives values.
        rounds_blocks: whether the provider has kernels that round inputs to 8 bits.
        at_hand: names of values of the head that cost no run.
        places_of: as `PlacesOf`.
        expect: is told every value that may be asked for.
    """

    def __init__(
        self,
        inspector: Inspector,
        observe: Observe,
        *,
        rounds_blocks: bool,
        at_hand: Collection[str] = (),
        places_of: PlacesOf = lambda name: (),
        expect: Expect = lambda names: None,
    ) -> None:
        self._inspector = inspector
        self._observe = observe
        self._rounds_blocks = rounds_blocks
        self._at_hand = frozenset(at_hand)
        self._places_of = places_of
        self._expect = expect

    def answer(self, query: FormulaQuery) -> object:
        """What a query asks for.

        Raises:
            Interrupted: something else is wanted first.
            VitrineError: there is no such neuron, or its values cannot be had.
        """
        match query:
            case ReadNeuronLayers():
                return self.layers
            case ReadFormula():
                return self.formula(query)

    def is_at_hand(self, query: FormulaQuery) -> bool:
        """Whether the answer takes no run of the model, so that a reply is not held up.

        Raises:
            VitrineError: there is no such layer.
        """
        if isinstance(query, ReadNeuronLayers):
            return True
        spelled, _ = self._layer(query.layer)
        return spelled.layer.graph == HEAD and self._at_hand.issuperset(_wanted(spelled))

    @cached_property
    def layers(self) -> tuple[NeuronLayer, ...]:
        """Every layer that multiplies with weights."""
        return tuple(one.layer for one in self._spelled)

    @cached_property
    def _spelled(self) -> tuple[Spelled, ...]:
        entries = self._inspector.anatomy().entries
        found = spelled_layers(self._inspector.graphs, entries, self._places_of)
        names: dict[str, dict[str, None]] = {name: {} for name in self._inspector.graphs}
        for one in found:
            names[one.layer.graph].update(dict.fromkeys(_wanted(one)))
        self._expect(names)
        return found

    def formula(self, query: ReadFormula) -> Formula:
        """A neuron at a position; see `ReadFormula`.

        Raises:
            Interrupted: something else is wanted first.
            VitrineError: there is no such neuron, or its values cannot be had.
        """
        spelled, node = self._layer(query.layer)
        layer = spelled.layer
        values = self._observe(layer.graph, _wanted(spelled), query.position)
        made = self._made(layer, node, values)
        neuron = self._neuron(layer, query.neuron, made)
        inputs, single = self._inputs(layer, node, neuron, values)
        weight = self._inspector.weight(TensorRef(layer.graph, layer.weights))
        row = layer.row_of(neuron)
        weights = row_of_weights(node, weight, row).astype(np.float64) * node.factor
        offset = self._offset(layer, node, row)
        with np.errstate(invalid="ignore", over="ignore"):
            products = inputs * weights
            order = np.argsort(-np.nan_to_num(np.abs(products), nan=np.inf, posinf=np.inf), kind="stable")
            shown, hidden = order[: max(query.most, 1)], order[max(query.most, 1) :]
            total = _sum(products, offset)
            block = node.rounding_block if self._rounds_blocks else 0
            rounded = (
                _sum(INT8.rounded_as_input(inputs, block).astype(np.float64) * weights, offset)
                if block
                else None
            )
        return Formula(
            layer=query.layer,
            neuron=neuron,
            position=query.position,
            indices=shown.astype(np.int64),
            inputs=inputs[shown],
            weights=weights[shown],
            products=products[shown],
            count=products.size,
            rest=float(products[hidden].sum()),
            magnitude=float(np.abs(products).sum()),
            offset=offset,
            sum=total,
            computed=float(made[neuron]),
            rounding="blocks" if block else single,
            block=block,
            rounded_sum=rounded,
            applied=_applied(spelled, neuron, total, values),
        )

    def _layer(self, index: int) -> tuple[Spelled, LinearNode]:
        if not 0 <= index < len(self._spelled):
            raise VitrineError("no-such-layer", f"There is no layer {index}.", "Choose one that is listed.")
        spelled = self._spelled[index]
        if spelled.node is None:
            raise VitrineError(
                "no-formula",
                f"The neurons of “{escape_text(spelled.layer.name, 100)}” cannot be spelled out, because "
                f"{spelled.layer.why_not}.",
                "Choose another layer.",
            )
        return spelled, spelled.node

    @staticmethod
    def _made(layer: NeuronLayer, node: LinearNode, values: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """What the runtime made of every neuron of the layer."""
        width = layer.neurons if layer.made != node.made or node.convolves else node.outputs
        return _last(values[layer.made], width, layer.made)[layer.made_first :][: layer.neurons]

    @staticmethod
    def _neuron(layer: NeuronLayer, wanted: int, made: NDArray[Any]) -> int:
        if wanted == LARGEST:
            return int(np.argmax(np.where(np.isnan(made), -np.inf, made)))
        if not 0 <= wanted < layer.neurons:
            raise VitrineError(
                "no-such-neuron",
                f"“{escape_text(layer.name, 100)}” has no neuron {wanted:,}; it has {layer.neurons:,}.",
                f"Choose one from 0 to {layer.neurons - 1:,}.",
            )
        return wanted

    def _inputs(
        self, layer: NeuronLayer, node: LinearNode, neuron: int, values: Mapping[str, NDArray[Any]]
    ) -> tuple[Floats, Rounding]:
        given = values[layer.given]
        single: Rounding = "half" if given.dtype.itemsize == 2 else "single"
        if node.convolves:
            graph = self._inspector.graphs[layer.graph].model.graph
            kernel = self._inspector.weight(TensorRef(layer.graph, layer.weights)).stored.shape
            found = patch_of(graph.node[node.index], given, kernel, neuron, layer.places)
        else:
            found = _last(given, node.inputs, layer.given)
        return found.astype(np.float64), single

    def _offset(self, layer: NeuronLayer, node: LinearNode, row: int) -> float | None:
        if not layer.offset:
            return None
        weight = self._inspector.weight(TensorRef(layer.graph, layer.offset))
        return float(weight.numbers.numbers(row, row + 1)[0]) * node.offset_factor


def _wanted(spelled: Spelled) -> tuple[str, ...]:
    """Values that a formula needs."""
    layer, following = spelled.layer, spelled.following
    names = (layer.given, layer.made, following.applied, following.times, following.product)
    return tuple(filter(None, names))


def _sum(products: Floats, offset: float | None) -> float:
    """Products and offset added up; NaN and infinities go the way they do in any sum."""
    total = float(products.sum())
    return total if offset is None else total + offset


def _last(value: NDArray[Any], width: int, name: str) -> NDArray[Any]:
    """The numbers of a value that are of the last token.

    Raises:
        VitrineError: it has others than are wanted.
    """
    if not value.size or value.size % width:
        raise VitrineError(
            "unexpected-value",
            f"“{escape_text(name, 100)}” has {value.size:,} numbers where {width:,} are wanted.",
            "Choose another layer.",
        )
    return value.reshape(-1)[-width:]


def _applied(
    spelled: Spelled, neuron: int, total: float, values: Mapping[str, NDArray[Any]]
) -> Applied | None:
    following, width = spelled.following, spelled.layer.neurons
    if following.function is None and not following.times:
        return None

    def value(name: str) -> float | None:
        found = values.get(name)
        if found is None:
            return None
        # What all are multiplied with may be a single number.
        return float(_last(found, 1 if found.size == 1 else width, name)[0 if found.size == 1 else neuron])

    if following.function is None:
        return Applied("", total, None, value(following.times), value(following.product))
    return Applied(
        following.function.name,
        following.function(total),
        value(following.applied),
        value(following.times),
        value(following.product),
    )
