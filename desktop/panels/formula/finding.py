"""Which neuron a chosen value of a tensor belongs to: a weight's, or the one whose activation it is.

Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inference.formula.contract import Formula, NeuronLayer
from inference.tensors.contract import TensorRef
from models.anatomy.parts import Part


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a formula.

    Args:
        layer: index of the layer.
        neuron: of it; ``None`` for the one that is shown.
        term: of the formula, -1 for none.
    """

    layer: int
    neuron: int | None
    term: int


def layers_of(layers: Sequence[NeuronLayer], tensor: TensorRef, shown: int) -> list[int]:
    """The layers that a tensor belongs to: those that it is the sums of before those that it goes into.

    Args:
        layers: of the model.
        tensor: a weight or an activation.
        shown: the layer that comes first among equals.
    """
    found = [
        place
        for place, layer in enumerate(layers)
        if layer.graph == tensor.graph
        and not layer.why_not
        and tensor.name in ((layer.made, layer.given) if tensor.computed else (layer.weights,))
    ]
    made = [place for place in found if layers[place].made == tensor.name]
    return sorted(made or found, key=lambda place: place != shown)


def neuron_of(
    layers: Sequence[NeuronLayer], tensor: TensorRef, index: int, shown: int, formula: Formula | None
) -> Found | None:
    """The neuron that a value belongs to; ``None`` where it is none's.

    Args:
        layers: of the model.
        tensor: a weight or an activation.
        index: of the value, in the order of memory.
        shown: the layer that is shown.
        formula: that is shown.
    """
    for place in layers_of(layers, tensor, shown):
        layer = layers[place]
        if tensor.computed and tensor.name != layer.made:
            # It is an input of every neuron of the layer.
            return Found(place, None, index) if index < layer.inputs else None
        if tensor.computed:
            neuron = index - layer.made_first
            if 0 <= neuron < layer.neurons:
                return Found(place, neuron, -1)
            continue
        found = layer.neuron_of_weight(index)
        if found is None:
            continue
        # Of the neurons that share a weight, the one that is shown stays.
        same = formula is not None and formula.layer == place == shown
        if same and formula is not None and layer.weight_place(formula.neuron, found[1]) == index:
            return Found(place, None, found[1])
        return Found(place, found[0], found[1])
    return None


def gate_of(layers: Sequence[NeuronLayer], shown: int) -> int | None:
    """The layer of the gates whose activations a down projection takes; ``None`` where the layer is no such one."""
    down = layers[shown]
    if down.part != Part.DOWN.value:
        return None
    return next(
        (
            place
            for place, one in enumerate(layers)
            if one.block == down.block
            and one.part in (Part.GATE.value, Part.GATE_UP.value)
            and one.neurons == down.inputs
            and not one.why_not
        ),
        None,
    )
