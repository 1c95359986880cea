"""One attention operation of a model, with all that is needed to compute its weights again.

Knows nothing about graphs; arrays are named here and lie in the bundle (`models.bundle.Bundle.arrays`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class AttentionSite:
    """Where a layer's queries and keys come out, and how its kernel turns them into weights.

    weights = softmax(cap(rotate(query) · keysᵀ · scale) + mask) with cap(x) = softcap · tanh(x / softcap).

    Args:
        layer: from 0.
        kind: operator that computes it, ``"Softmax"`` where attention is decomposed.
        heads: query heads.
        key_value_heads: key heads; query head h uses key head ``h * key_value_heads // heads``.
        head_size: entries of one head.
        scale: of the products before everything else.
        kernel: name of the node that computes it; where attention is decomposed, of the value that holds the weights.
        query: name of the graph output that is captured.
        layout: ``"tokens"`` where it is ``[1, tokens, width]``, ``"heads"`` where it is
            ``[1, heads, tokens, head_size]``.
        width: entries of it for one token; with ``"tokens"`` the first ``heads * head_size`` are the query.
        keys: index into `Wiring.caches` of its key cache, keys as the products take them.
        projection: name of an array ``[width, heads * head_size]`` that makes the query out of what is captured.
        query_bias: name of an array ``[heads * head_size]`` that the kernel adds to the query first.
        rotary: name of a pair of arrays ``NAME.cosines`` and ``NAME.sines`` ``[positions, turned / 2]`` by which
            the kernel turns the captured query; ``None`` where it is captured as it is compared with keys.
        interleaved: whether the two entries of a turned pair are neighbours instead of half the turned part apart.
        window: a query at i sees keys j with ``i - j < window``; ``None`` sees all before it.
        softcap: bound of the products; 0 is none.
        sinks: name of an array ``[heads]`` of logits that take part in the softmax without being a key.
        mask: name of a graph output ``[1, 1 or heads, queries, keys]`` added to the products that is no mere causal
            or window mask.
        output: name of the kernel's output ``[1, tokens, heads * head_size]``, where the kernel has no output for its
            weights and is checked by this instead; empty otherwise.
    """

    layer: int
    kind: str
    heads: int
    key_value_heads: int
    head_size: int
    scale: float
    kernel: str
    query: str
    layout: Literal["tokens", "heads"]
    width: int
    keys: int
    projection: str | None = None
    query_bias: str | None = None
    rotary: str | None = None
    interleaved: bool = False
    window: int | None = None
    softcap: float = 0.0
    sinks: str | None = None
    mask: str | None = None
    output: str = ""
