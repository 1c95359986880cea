"""The standard Attention of opset 23 and later, with queries in three or four axes.

Knows nothing about other kinds. Source: ONNX, operator Attention.
"""

from __future__ import annotations

import onnx_ir as ir

from models.observing.draft import DraftSite, Refusal, argument, cached_keys, integer, real, result

QUERY, KEY, MASK = 0, 1, 3


def standard_attention(node: ir.Node) -> DraftSite | None:
    """The site of a standard Attention.

    Raises:
        Refusal: it keeps no keys.
    """
    query = argument(node, QUERY)
    present = result(node, 1) or cached_keys(argument(node, KEY))
    if query is None or present is None:
        raise Refusal("its attention keeps no keys")
    heads = integer(node, "q_num_heads")
    return DraftSite(
        kind="Attention",
        node=node,
        query=query,
        key_present=present,
        heads=heads,
        key_value_heads=integer(node, "kv_num_heads"),
        scale=real(node, "scale"),
        layout="tokens" if heads else "heads",
        softcap=real(node, "softcap"),
        mask=argument(node, MASK),
        causal=integer(node, "is_causal") != 0,
    )
