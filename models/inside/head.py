"""The weights between final hidden states and logits.

Knows nothing about running the head.
"""

from __future__ import annotations

import onnx_ir as ir

from models.bundle import HEAD_GRAPH, Bundle
from models.inside.linear import SHAPING, Projection, projection_after
from models.inside.stream import Unknown

BOUNDING = frozenset({"Div", "Tanh", "Mul"})
"""Operators that keep logits within a bound."""


def find_head(bundle: Bundle) -> Projection:
    """The product of a bundle's head.

    Raises:
        Unknown: there is no single one.
    """
    model = ir.load(bundle.folder / HEAD_GRAPH)
    ir.external_data.set_base_dir(model.graph, bundle.weights_folder)
    start = next(value for value in model.graph.inputs if value.name == bundle.facts.wiring.head_input)
    try:
        projection = projection_after(start)
    except Unknown:
        raise Unknown("the product of its head is of a kind that is not known") from None
    value = projection.output
    while uses := [usage.node for usage in value.uses()]:
        if len(uses) > 1 or uses[0].op_type not in SHAPING | BOUNDING:
            raise Unknown("they are made of the head's product in a way that is not known")
        value = uses[0].outputs[0]
    return projection
