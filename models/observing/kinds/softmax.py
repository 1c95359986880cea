"""Attention in single operators: a product of queries and keys, scaled and masked, and a Softmax.

Knows nothing about other kinds.
"""

from __future__ import annotations

import onnx_ir as ir

from models.observing.draft import DraftSite, Refusal, cached_keys
from models.observing.walking import downwards, is_constant, scalar, upwards

_BETWEEN_PRODUCT_AND_SOFTMAX = frozenset(
    {
        "Add",
        "Sub",
        "Where",
        "Mul",
        "Div",
        "Cast",
        "Tanh",
        "Identity",
        "Clip",
        "Max",
        "Min",
        "Reshape",
        "Concat",
    }
)
_BETWEEN_SOFTMAX_AND_VALUES = frozenset({"Cast", "Where", "Dropout", "Identity", "Slice", "Reshape"})
_PRODUCTS = frozenset({"MatMul", "FusedMatMul"})


def softmax_attention(node: ir.Node) -> DraftSite | None:
    """The site of a Softmax; ``None`` where no values are mixed by it.

    Raises:
        Refusal: the products before it cannot be told from other things.
    """
    scores, weights = node.inputs[0], node.outputs[0]
    if scores is None or not any(
        user.op_type in _PRODUCTS for user, _ in downwards(weights, _BETWEEN_SOFTMAX_AND_VALUES)
    ):
        return None
    product = _product(scores)
    if product is None:
        return None
    query, keys = _unscaled(product.inputs[0]), product.inputs[1]
    present = cached_keys(keys)
    if present is None:
        raise Refusal("its keys are not the ones in the cache")
    return DraftSite(
        kind="Softmax",
        node=node,
        query=query,
        key_present=present,
        layout="heads",
        softcap=_softcap(scores, product.outputs[0]),
        product=product.outputs[0],
        scores=scores,
        weights=weights,
    )


def _unscaled(value: ir.Value | None) -> ir.Value:
    """The queries before they are multiplied by a constant.

    The runtime computes such a factor and the product in one, unless somebody wants to see what lies between them;
    the factor is measured anyway.
    """
    assert value is not None
    node = value.producer()
    if node is None or node.op_type not in ("Mul", "Div"):
        return value
    factors = [scalar(one) for one in node.inputs]
    if node.op_type == "Mul" and factors[0] is not None and factors[1] is None and node.inputs[1] is not None:
        return node.inputs[1]
    return node.inputs[0] if factors[1] is not None and node.inputs[0] is not None else value


def _product(scores: ir.Value) -> ir.Node | None:
    """The nearest product of two things that both depend on the input."""
    for value in upwards([scores], _BETWEEN_PRODUCT_AND_SOFTMAX):
        node = value.producer()
        if node is not None and node.op_type in _PRODUCTS and not any(map(is_constant, node.inputs)):
            return node
    return None


def _softcap(scores: ir.Value, product: ir.Value) -> float:
    """The bound of the products: what a Tanh between them and the Softmax is multiplied by."""
    for value in upwards([scores], _BETWEEN_PRODUCT_AND_SOFTMAX):
        node = value.producer()
        if value is product or node is None or node.op_type != "Tanh":
            continue
        for user, index in downwards(value, frozenset({"Cast"})):
            factor = scalar(user.inputs[1 - index]) if user.op_type == "Mul" else None
            if factor:
                return factor
    return 0.0
