"""com.microsoft Attention: the projection to queries, keys and values is inside the kernel.

Knows nothing about other kinds. Source: ONNX Runtime, ContribOperators.md.
"""

from __future__ import annotations

import onnx_ir as ir

from models.observing.draft import DraftSite, Refusal, argument, integer, real, result

INPUT, WEIGHTS, BIAS, PRODUCT_BIAS = 0, 1, 2, 5


def contrib_attention(node: ir.Node) -> DraftSite | None:
    """The site of a contrib Attention.

    Raises:
        Refusal: it uses something that cannot be computed again.
    """
    captured, present = argument(node, INPUT), result(node, 1)
    if captured is None or present is None:
        raise Refusal("its attention keeps no keys")
    if integer(node, "do_rotary"):
        raise Refusal("it turns queries inside the kernel by tables that are not in the file")
    heads = integer(node, "num_heads")
    return DraftSite(
        kind="Attention (com.microsoft)",
        node=node,
        query=captured,
        key_present=present,
        heads=heads,
        key_value_heads=heads,
        scale=real(node, "scale"),
        projection=argument(node, WEIGHTS),
        bias=argument(node, BIAS),
        mask=argument(node, PRODUCT_BIAS),
        causal=integer(node, "unidirectional") != 0,
        silent=True,
    )
