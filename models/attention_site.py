"""One attention operation of a model, with all that is needed to compute its weights again.

Knows nothing about graphs or arrays.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttentionSite:
    """Where a layer's queries and keys come out, and how its kernel turns them into weights.

    Args:
        layer: from 0.
        heads: query heads.
        key_value_heads: key heads; query head h uses key head ``h * key_value_heads // heads``.
        head_size: entries of one head.
        scale: of the products before the softmax.
        rope_base: base of the rotary embedding that the kernel applies to the captured query.
        rope_dimensions: entries of a head that are turned; 0 where the query is captured already turned.
        query_output: name of the graph output whose first ``heads * head_size`` columns are the query.
        key_cache: name of the graph output that is the key cache, already turned.
    """

    layer: int
    heads: int
    key_value_heads: int
    head_size: int
    scale: float
    rope_base: float
    rope_dimensions: int
    query_output: str
    key_cache: str
