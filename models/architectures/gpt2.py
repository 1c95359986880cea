"""GPT-2: layer norms with offsets, learned positions, biases everywhere, an MLP without a gate.

Knows nothing about graphs. Source: Radford et al., Language Models are Unsupervised Multitask Learners, 2019.
"""

from __future__ import annotations

import math

from models.architectures import checkpoint_fields
from models.architectures.architecture import Architecture, Reading
from models.architectures.bounds import LARGEST_SIZE, MOST_LAYERS, check_heads, impossible, unsupported
from models.architectures.decoder import Activation, DecoderConfiguration, LayerPlan
from models.architectures.names import GGUF_NAMES, Kept, Part, WeightNames, without
from models.architectures.part_tensors import vocabulary_of
from models.tensor_source import TensorSource

MATRICES = (Part.QUERY_KEY_VALUE, Part.ATTENTION_OUTPUT, Part.UP, Part.DOWN)
GGUF = WeightNames(
    {
        **without(GGUF_NAMES, Part.QUERY, Part.KEY, Part.VALUE, Part.GATE),
        Part.POSITIONS: "position_embd",
        Part.QUERY_KEY_VALUE: "blk.{layer}.attn_qkv",
    },
    frozenset(MATRICES),
)
CHECKPOINT = WeightNames(
    {
        Part.EMBEDDING: "wte",
        Part.POSITIONS: "wpe",
        Part.FINAL_NORM: "ln_f",
        Part.HEAD: "lm_head",
        Part.ATTENTION_NORM: "h.{layer}.ln_1",
        Part.QUERY_KEY_VALUE: "h.{layer}.attn.c_attn",
        Part.ATTENTION_OUTPUT: "h.{layer}.attn.c_proj",
        Part.FEED_FORWARD_NORM: "h.{layer}.ln_2",
        Part.UP: "h.{layer}.mlp.c_fc",
        Part.DOWN: "h.{layer}.mlp.c_proj",
    },
    frozenset(MATRICES),
    kept=dict.fromkeys(MATRICES, Kept.TRANSPOSED),
    roots=("transformer.", ""),
    # Masks, which old checkpoints carry.
    ignored=(".attn.bias", ".attn.masked_bias"),
)
UNSUPPORTED_FLAGS = {
    "scale_attn_by_inverse_layer_idx": "a scale that falls with the layer",
    "reorder_and_upcast_attn": "reordered attention",
    "add_cross_attention": "attention to another model",
}


def from_gguf(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, a field is missing or impossible."""
    fields = source.fields
    return _configuration(
        layers=fields.integer("gpt2.block_count", 1, MOST_LAYERS),
        width=fields.integer("gpt2.embedding_length", 1, LARGEST_SIZE),
        heads=fields.integer("gpt2.attention.head_count", 1, LARGEST_SIZE),
        heads_field="gpt2.attention.head_count",
        feed_forward=fields.integer("gpt2.feed_forward_length", 1, LARGEST_SIZE),
        context=fields.integer("gpt2.context_length", 1, LARGEST_SIZE),
        epsilon=fields.real("gpt2.attention.layer_norm_epsilon", 0.0, 1.0, 1e-5),
        vocabulary=vocabulary_of(source, GGUF),
        tied="output.weight" not in source.tensors,
        activation="gelu_tanh",
    )


def from_checkpoint(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, a field is missing, impossible or asks for something unsupported."""
    fields = source.fields
    for flag, meaning in UNSUPPORTED_FLAGS.items():
        if fields.flag(flag, False):
            raise unsupported("gpt2", meaning, flag, True)
    if not fields.flag("scale_attn_weights", True):
        raise unsupported("gpt2", "attention without a scale", "scale_attn_weights", False)
    width = fields.integer("n_embd", 1, LARGEST_SIZE)
    return _configuration(
        layers=fields.integer("n_layer", 1, MOST_LAYERS),
        width=width,
        heads=fields.integer("n_head", 1, LARGEST_SIZE),
        heads_field="n_head",
        feed_forward=fields.integer("n_inner", 1, LARGEST_SIZE, 4 * width),
        context=fields.integer("n_positions", 1, LARGEST_SIZE),
        epsilon=fields.real("layer_norm_epsilon", 0.0, 1.0, 1e-5),
        vocabulary=vocabulary_of(source, CHECKPOINT),
        tied=checkpoint_fields.is_tied(source, CHECKPOINT, True),
        activation=checkpoint_fields.activation_of(fields, "activation_function", "gelu_new", "gpt2"),
    )


def _configuration(
    *,
    layers: int,
    width: int,
    heads: int,
    heads_field: str,
    feed_forward: int,
    context: int,
    epsilon: float,
    vocabulary: int,
    tied: bool,
    activation: Activation,
) -> DecoderConfiguration:
    if width % heads:
        raise impossible(heads_field, heads, f"which does not divide the width {width}")
    head_size = width // heads
    check_heads(heads, heads, head_size, heads_field)
    return DecoderConfiguration(
        architecture="gpt2",
        plans=(LayerPlan(1 / math.sqrt(head_size), rotary=None),) * layers,
        width=width,
        heads=heads,
        key_value_heads=heads,
        head_size=head_size,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        context=context,
        norm="layer",
        norm_epsilon=epsilon,
        tied=tied,
        activation=activation,
        gated=False,
        learned_positions=context,
    )


GPT2 = Architecture(
    "gpt2", Reading(("gpt2",), from_gguf, GGUF), Reading(("gpt2",), from_checkpoint, CHECKPOINT)
)
