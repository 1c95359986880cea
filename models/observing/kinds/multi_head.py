"""com.microsoft MultiHeadAttention: every head has keys of its own; biases may be added inside.

Knows nothing about other kinds. Source: ONNX Runtime, ContribOperators.md.
"""

from __future__ import annotations

import onnx_ir as ir

from models.observing.draft import DraftSite, Refusal, argument, cached_keys, integer, last_axis, real, result

QUERY, KEY, BIAS, PRODUCT_BIAS = 0, 1, 3, 5


def multi_head_attention(node: ir.Node) -> DraftSite | None:
    """The site of a MultiHeadAttention.

    Raises:
        Refusal: it uses something that cannot be computed again.
    """
    query, present = argument(node, QUERY), result(node, 1) or cached_keys(argument(node, KEY))
    if query is None or present is None:
        raise Refusal("its attention keeps no keys")
    if argument(node, KEY) is None:
        raise Refusal("its queries, keys and values are interleaved in one tensor")
    heads = integer(node, "num_heads")
    if heads < 1:
        raise Refusal("it does not say how many heads it has")
    return DraftSite(
        kind="MultiHeadAttention",
        node=node,
        query=query,
        key_present=present,
        heads=heads,
        key_value_heads=heads,
        head_size=last_axis(query) // heads,
        bias=argument(node, BIAS),
        scale=real(node, "scale"),
        mask=argument(node, PRODUCT_BIAS),
        causal=integer(node, "unidirectional") != 0,
    )
