"""What a graph alone says of an attention operation, before anything was measured.

Knows nothing about how any kind of attention is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import onnx_ir as ir

from models.observing.walking import constant_shape, upwards


class Refusal(Exception):
    """An attention operation that cannot be shown, with the reason as a clause to follow “because”."""


@dataclass(slots=True, eq=False)
class DraftSite:
    """One attention operation as found.

    Args:
        kind: as in `AttentionSite`.
        node: the kernel, or the Softmax.
        query: what is captured.
        key_present: the value with all keys that the products take, past ones included.
        heads: 0 where only measuring tells.
        key_value_heads: 0 where only measuring tells.
        head_size: 0 where only measuring tells.
        scale: 0 where only measuring tells.
        layout: as in `AttentionSite`.
        projection: constant ``[width, more]`` whose first columns make the query out of what is captured.
        bias: constant whose first entries are added to the query.
        cosines: table of the rotation that the kernel does to the query.
        sines: as the cosines.
        interleaved: as in `AttentionSite`.
        window: as in `AttentionSite`.
        softcap: as in `AttentionSite`.
        sinks: constant ``[heads]``, as in `AttentionSite`.
        smooth: whether there is a sink of logit 0 for every head.
        mask: what is added to the products, or of booleans, which of them count; ``None`` where there is none.
        causal: whether the kernel itself hides the keys after a query.
        silent: whether no kernel of its kind can put out its weights.
        product: the products of queries and keys, where attention is decomposed.
        scores: what the Softmax takes, where attention is decomposed.
        weights: what the Softmax makes, where attention is decomposed.
    """

    kind: str
    node: ir.Node
    query: ir.Value
    key_present: ir.Value
    heads: int = 0
    key_value_heads: int = 0
    head_size: int = 0
    scale: float = 0.0
    layout: Literal["tokens", "heads"] = "tokens"
    projection: ir.Value | None = None
    bias: ir.Value | None = None
    cosines: ir.Value | None = None
    sines: ir.Value | None = None
    interleaved: bool = False
    window: int | None = None
    softcap: float = 0.0
    sinks: ir.Value | None = None
    smooth: bool = False
    mask: ir.Value | None = None
    causal: bool = False
    silent: bool = False
    product: ir.Value | None = None
    scores: ir.Value | None = None
    weights: ir.Value | None = None


_BETWEEN_KEYS_AND_PRODUCT = frozenset(
    {
        "Mul",
        "Div",
        "Transpose",
        "Reshape",
        "Expand",
        "Unsqueeze",
        "Squeeze",
        "Cast",
        "Identity",
        "Concat",
        "Tile",
    }
    | {"Slice"}
)


def cached_keys(keys: ir.Value | None) -> ir.Value | None:
    """The value in a cache that the keys of a product are made from; ``None`` where they are from no cache."""
    return next((value for value in upwards([keys], _BETWEEN_KEYS_AND_PRODUCT) if _is_cache(value)), None)


def _is_cache(value: ir.Value) -> bool:
    if value.is_graph_output():
        return True
    return any(
        usage.node.op_type in ("Identity", "Cast") and usage.node.outputs[0].is_graph_output()
        for usage in value.uses()
    )


def integer(node: ir.Node, name: str, default: int = 0) -> int:
    """An attribute of a node."""
    attribute = node.attributes.get(name)
    return default if attribute is None else attribute.as_int()


def real(node: ir.Node, name: str, default: float = 0.0) -> float:
    """An attribute of a node."""
    attribute = node.attributes.get(name)
    return default if attribute is None else attribute.as_float()


def argument(node: ir.Node, index: int) -> ir.Value | None:
    """An input of a node; ``None`` where it is left out."""
    if index >= len(node.inputs):
        return None
    value = node.inputs[index]
    return None if value is None or value.name == "" else value


def result(node: ir.Node, index: int) -> ir.Value | None:
    """An output of a node; ``None`` where it is left out."""
    if index >= len(node.outputs) or not node.outputs[index].name:
        return None
    return node.outputs[index]


def last_axis(value: ir.Value | None) -> int:
    """Entries of the last axis; 0 where the graph does not say."""
    while value is not None:
        if value.shape is not None and isinstance(value.shape[-1], int):
            return value.shape[-1]
        producer = value.producer()
        if producer is None:
            return 0
        if producer.op_type == "MatMulNBits":
            return integer(producer, "N")
        weights = constant_shape(argument(producer, 1))
        if producer.op_type == "MatMul" and weights is not None:
            return weights[-1]
        passed_on = producer.op_type in ("Cast", "Identity", "Add")
        value = producer.inputs[0] if passed_on else None
    return 0
