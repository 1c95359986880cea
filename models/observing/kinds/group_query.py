"""com.microsoft GroupQueryAttention: packed or separate projections, rotation inside or outside.

Knows nothing about other kinds. Source: ONNX Runtime, ContribOperators.md.
"""

from __future__ import annotations

import math

import onnx_ir as ir

from models.observing.draft import DraftSite, Refusal, argument, integer, last_axis, real, result
from models.observing.walking import constant_shape, downwards

QUERY, KEY = 0, 1
PAST_KEY, COSINES, SINES, POSITIONS, BIAS, SINKS, KEY_SCALE = 3, 7, 8, 9, 10, 11, 12


def group_query_attention(node: ir.Node) -> DraftSite | None:
    """The site of a GroupQueryAttention.

    Raises:
        Refusal: it uses something that cannot be computed again.
    """
    query, present = argument(node, QUERY), result(node, 1)
    if query is None or present is None:
        raise Refusal("its attention keeps no keys")
    if argument(node, KEY_SCALE) is not None or integer(node, "kv_cache_bit_width") not in (0, 16, 32):
        raise Refusal("its key cache is kept in numbers of few bits")
    heads, key_value_heads = integer(node, "num_heads"), integer(node, "kv_num_heads")
    if heads < 1 or key_value_heads < 1:
        raise Refusal("it does not say how many heads it has")
    head_size = _head_size(node, heads, key_value_heads)
    rotates = integer(node, "do_rotary") != 0
    window = integer(node, "local_window_size", -1)
    return DraftSite(
        kind="GroupQueryAttention",
        node=node,
        query=query,
        key_present=present,
        heads=heads,
        key_value_heads=key_value_heads,
        head_size=head_size,
        scale=real(node, "scale") or (1 / math.sqrt(head_size) if head_size else 0.0),
        cosines=argument(node, COSINES) if rotates else None,
        sines=argument(node, SINES) if rotates else None,
        interleaved=integer(node, "rotary_interleaved") != 0,
        window=window if window > 0 else None,
        softcap=real(node, "softcap"),
        sinks=argument(node, SINKS),
        smooth=integer(node, "smooth_softmax") == 1,
        mask=argument(node, BIAS),
        causal=True,
    )


def _head_size(node: ir.Node, heads: int, key_value_heads: int) -> int:
    past = last_axis(argument(node, PAST_KEY))
    if past:
        return past
    parts = heads + (2 * key_value_heads if argument(node, KEY) is None else 0)
    return last_axis(argument(node, QUERY)) // parts or _width_taken(node.outputs[0]) // heads


def _width_taken(value: ir.Value) -> int:
    """Entries that the projection after an attention takes; 0 where there is none."""
    for node, index in downwards(value, frozenset({"Cast", "Identity"})):
        weights = constant_shape(argument(node, 1))
        if node.op_type == "MatMulNBits" and index == 0:
            return integer(node, "K")
        if node.op_type == "MatMul" and index == 0 and weights is not None:
            return weights[0]
    return 0
