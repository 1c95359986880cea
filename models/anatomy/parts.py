"""The parts of a decoder by names a person understands, and what the names of nodes and weights say of them.

Knows nothing about how nodes are connected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx


class Part(Enum):
    """What a node does; the value is the English name, for people."""

    EMBEDDING = "embedding"
    """From token IDs to the residual stream."""
    POSITIONS = "positions and masks"
    """Lengths, positions, masks and rotary tables that all layers share."""
    ATTENTION_NORM = "attention norm"
    """The norm before attention."""
    QUERY_KEY_VALUE = "query, key and value projections"
    """Where one product makes all three, or names do not tell which it is."""
    QUERY = "query projection"
    KEY = "key projection"
    VALUE = "value projection"
    ATTENTION = "attention"
    """From queries, keys and values to what the heads put out, the cache and rotary embedding included."""
    ATTENTION_OUTPUT = "output projection"
    """From the heads back to the residual stream."""
    MLP_NORM = "MLP norm"
    """Norms between attention and MLP."""
    GATE_UP = "gate and up projections"
    """The first products of the MLP."""
    GATE = "gate projection"
    UP = "up projection"
    ACTIVATION = "activation"
    """Between the MLP's products."""
    DOWN = "down projection"
    """The MLP's last product."""
    EXPERTS = "experts"
    """A mixture of experts in one operator."""
    RESIDUAL = "residual sum"
    """Adding a branch to the residual stream."""
    FINAL_NORM = "final norm"
    HEAD = "head"
    """From the final hidden state to logits."""
    OTHER = "other"
    """What could not be told."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node belongs.

    Args:
        layer: from 0; ``None`` outside of layers.
        part: what it does there.
    """

    layer: int | None
    part: Part


OTHER = Place(None, Part.OTHER)


_LAYER = re.compile(r"(?:^|[./_])(?:layers?|blocks?|h|blk)[./_](\d+)(?=[./_]|$)")

_NAMED: tuple[tuple[str, Part], ...] = (
    (r"qkv_proj|qkv|query_key_value|c_attn|Wqkv", Part.QUERY_KEY_VALUE),
    (r"q_proj|query|attn_q|q_lin", Part.QUERY),
    (r"k_proj|key|attn_k|k_lin", Part.KEY),
    (r"v_proj|value|attn_v|v_lin", Part.VALUE),
    (
        r"o_proj|out_proj|attention_output|attn_output|attn[./]c_proj|attention[./]dense",
        Part.ATTENTION_OUTPUT,
    ),
    (r"gate_up_proj|feed_forward_in|c_fc|fc1|fc_in|dense_h_to_4h", Part.GATE_UP),
    (r"gate_proj|ffn_gate|w1", Part.GATE),
    (r"up_proj|ffn_up|w3", Part.UP),
    (r"down_proj|down|ffn_down|mlp[./]c_proj|fc2|fc_out|dense_4h_to_h|w2", Part.DOWN),
    (r"experts?|moe", Part.EXPERTS),
    (r"input_layernorm|ln_1|attention_norm|attn_norm", Part.ATTENTION_NORM),
    (
        r"post_attention_layernorm|pre_feedforward_layernorm|post_feedforward_layernorm|ln_2|ffn_norm|"
        r"feed_forward_norm",
        Part.MLP_NORM,
    ),
    (r"act_fn|act|activation|gate_up|gated|mlp", Part.ACTIVATION),
    (r"self_attn|attn|attention", Part.ATTENTION),
    (r"embed_tokens|wte|wpe|embedding|embeddings", Part.EMBEDDING),
    (r"final_norm|final_layernorm|ln_f|norm", Part.FINAL_NORM),
    (r"lm_head|head|embed_out", Part.HEAD),
    (r"rotary_emb|mask|attn_mask_reformat|positions", Part.POSITIONS),
)
_NAMED_PATTERNS = tuple(
    (re.compile(rf"(?:^|[./_])(?:{pattern})(?=[./_]|$)"), part) for pattern, part in _NAMED
)
_WITHIN_LAYERS = frozenset(Part) - {
    Part.EMBEDDING, Part.POSITIONS, Part.FINAL_NORM, Part.HEAD, Part.OTHER
}  # fmt: skip


def place_by_name(node: onnx.NodeProto) -> Place:
    """The place that a node's name, or those of its weights, speak of."""
    for name in (node.name, *node.input[1:]):
        layer, part = _LAYER.search(name), part_by_name(name)
        if part is not None and (layer is not None) == (part in _WITHIN_LAYERS):
            return Place(int(layer[1]) if layer else None, part)
        if layer is not None:
            return Place(int(layer[1]), Part.OTHER)
    return OTHER


def part_by_name(name: str) -> Part | None:
    """The part that a name speaks of."""
    return next((part for pattern, part in _NAMED_PATTERNS if pattern.search(name)), None)
