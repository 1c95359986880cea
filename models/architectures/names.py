"""The parts of a decoder's weights, and what formats call them.

Knows nothing about how a part is read or used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Part(Enum):
    """A part of the weights; the value is our own name for it."""

    EMBEDDING = "embedding"
    POSITIONS = "positions"
    FINAL_NORM = "final_norm"
    HEAD = "head"
    ATTENTION_NORM = "attention_norm"
    QUERY = "query"
    KEY = "key"
    VALUE = "value"
    QUERY_KEY_VALUE = "query_key_value"
    """All three in one matrix, in this order."""
    QUERY_NORM = "query_norm"
    KEY_NORM = "key_norm"
    ATTENTION_OUTPUT = "attention_output"
    ATTENTION_BRANCH_NORM = "attention_branch_norm"
    FEED_FORWARD_NORM = "feed_forward_norm"
    GATE = "gate"
    UP = "up"
    GATE_UP = "gate_up"
    """Both in one matrix, in this order."""
    DOWN = "down"
    FEED_FORWARD_BRANCH_NORM = "feed_forward_branch_norm"


class Kept(Enum):
    """How a format keeps a part differently from the way it is used."""

    TRANSPOSED = "transposed"
    """A matrix as ``[inputs, outputs]``."""
    LESS_ONE = "less one"
    """A gain reduced by one."""
    INTERLEAVED = "interleaved"
    """Rows in the order of interleaved rotary embedding."""


@dataclass(frozen=True, slots=True)
class WeightNames:
    """Where a format keeps the weights of an architecture.

    Args:
        names: of the tensors, without ``.weight`` and ``.bias``; ``{layer}`` stands for the layer's number.
        biased: parts that must have a bias; others may.
        kept: parts that are kept differently from the way they are used.
        roots: what may stand before all names but the head's; the one that the embedding has counts.
        ignored: ends of names of tensors that hold nothing that is needed.
    """

    names: Mapping[Part, str]
    biased: frozenset[Part] = frozenset()
    kept: Mapping[Part, Kept] = field(default_factory=dict)
    roots: tuple[str, ...] = ("",)
    ignored: tuple[str, ...] = ()


GGUF_NAMES: Mapping[Part, str] = {
    Part.EMBEDDING: "token_embd",
    Part.FINAL_NORM: "output_norm",
    Part.HEAD: "output",
    Part.ATTENTION_NORM: "blk.{layer}.attn_norm",
    Part.QUERY: "blk.{layer}.attn_q",
    Part.KEY: "blk.{layer}.attn_k",
    Part.VALUE: "blk.{layer}.attn_v",
    Part.QUERY_NORM: "blk.{layer}.attn_q_norm",
    Part.KEY_NORM: "blk.{layer}.attn_k_norm",
    Part.ATTENTION_OUTPUT: "blk.{layer}.attn_output",
    Part.ATTENTION_BRANCH_NORM: "blk.{layer}.post_attention_norm",
    Part.FEED_FORWARD_NORM: "blk.{layer}.ffn_norm",
    Part.GATE: "blk.{layer}.ffn_gate",
    Part.UP: "blk.{layer}.ffn_up",
    Part.DOWN: "blk.{layer}.ffn_down",
    Part.FEED_FORWARD_BRANCH_NORM: "blk.{layer}.post_ffw_norm",
}
"""Names of the GGUF format that most architectures share."""

GGUF_IGNORED = (".attn_rot_embd.weight",)
"""Tables that old files carry although they follow from the metadata."""

CHECKPOINT_NAMES: Mapping[Part, str] = {
    Part.EMBEDDING: "embed_tokens",
    Part.FINAL_NORM: "norm",
    Part.HEAD: "lm_head",
    Part.ATTENTION_NORM: "layers.{layer}.input_layernorm",
    Part.QUERY: "layers.{layer}.self_attn.q_proj",
    Part.KEY: "layers.{layer}.self_attn.k_proj",
    Part.VALUE: "layers.{layer}.self_attn.v_proj",
    Part.QUERY_NORM: "layers.{layer}.self_attn.q_norm",
    Part.KEY_NORM: "layers.{layer}.self_attn.k_norm",
    Part.ATTENTION_OUTPUT: "layers.{layer}.self_attn.o_proj",
    Part.FEED_FORWARD_NORM: "layers.{layer}.post_attention_layernorm",
    Part.GATE: "layers.{layer}.mlp.gate_proj",
    Part.UP: "layers.{layer}.mlp.up_proj",
    Part.DOWN: "layers.{layer}.mlp.down_proj",
}
"""Names of Hugging Face checkpoints that most architectures share, below a root."""

CHECKPOINT_ROOTS = ("model.", "", "language_model.model.", "model.language_model.")
"""Roots of checkpoints of language models, alone or inside a model that also sees."""

CHECKPOINT_IGNORED = (".rotary_emb.inv_freq",)
"""Tables that old checkpoints carry although they follow from the configuration."""


def without(names: Mapping[Part, str], *parts: Part) -> dict[Part, str]:
    """Names without those of some parts."""
    return {part: name for part, name in names.items() if part not in parts}
