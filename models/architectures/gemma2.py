"""Gemma 2: norms before and after each branch, softcaps, a window in every other layer, scaled embeddings.

Knows nothing about graphs. Source: Gemma Team, arXiv 2408.00118.
"""

from __future__ import annotations

import math
from dataclasses import replace

from models.architectures import checkpoint_fields, gguf_fields
from models.architectures.architecture import Architecture, Reading
from models.architectures.bounds import LARGEST_SIZE
from models.architectures.decoder import DecoderConfiguration, LayerPlan
from models.architectures.names import (
    CHECKPOINT_IGNORED,
    CHECKPOINT_NAMES,
    CHECKPOINT_ROOTS,
    GGUF_NAMES,
    Kept,
    Part,
    WeightNames,
)
from models.tensor_source import TensorSource

GGUF = WeightNames(GGUF_NAMES)
CHECKPOINT = WeightNames(
    {
        **CHECKPOINT_NAMES,
        Part.ATTENTION_BRANCH_NORM: "layers.{layer}.post_attention_layernorm",
        Part.FEED_FORWARD_NORM: "layers.{layer}.pre_feedforward_layernorm",
        Part.FEED_FORWARD_BRANCH_NORM: "layers.{layer}.post_feedforward_layernorm",
    },
    # The gains of checkpoints are trained around zero; llama.cpp's converter adds the one.
    kept=dict.fromkeys(
        (
            Part.ATTENTION_NORM,
            Part.ATTENTION_BRANCH_NORM,
            Part.FEED_FORWARD_NORM,
            Part.FEED_FORWARD_BRANCH_NORM,
            Part.FINAL_NORM,
            Part.QUERY_NORM,
            Part.KEY_NORM,
        ),
        Kept.LESS_ONE,
    ),
    roots=CHECKPOINT_ROOTS,
    ignored=CHECKPOINT_IGNORED,
)
LAYERS_OF_THE_LARGEST = 46
"""Gemma 2 27B, the only one whose scale is not that of its head size; GGUF files do not say so."""


def from_gguf(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `gguf_fields.decoder_fields`."""
    sizes = gguf_fields.with_rotary(source, gguf_fields.decoder_fields(source, "gemma2", GGUF))
    if sizes.layers == LAYERS_OF_THE_LARGEST:
        scale = 1 / math.sqrt(sizes.width // sizes.heads)
        sizes = replace(sizes, plans=(LayerPlan(scale),) * sizes.layers)
    fields = source.fields
    windowed = gguf_fields.windowed_layers(source, sizes, period=2)
    return gemma(
        sizes,
        windowed,
        gguf_fields.window_of(source, sizes, 4096),
        attention_softcap=fields.real("gemma2.attn_logit_softcapping", 0.0, 1e6, 50.0),
        final_softcap=fields.real("gemma2.final_logit_softcapping", 0.0, 1e6, 30.0),
    )


def from_checkpoint(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `checkpoint_fields.decoder_fields`."""
    sizes = checkpoint_sizes(source, "gemma2")
    fields = checkpoint_fields.text_fields(source)
    every_other = [layer % 2 == 0 for layer in range(sizes.layers)]
    return gemma(
        checkpoint_fields.with_rotary(source, sizes),
        checkpoint_fields.layers_with_window(fields, sizes, every_other),
        # Configurations of Gemma always have these fields, and null in them where there is no such thing.
        fields.integer("sliding_window", 0, LARGEST_SIZE, 0) or None,
        attention_softcap=fields.real("attn_logit_softcapping", 0.0, 1e6, 0.0),
        final_softcap=fields.real("final_logit_softcapping", 0.0, 1e6, 0.0),
    )


def checkpoint_sizes(source: TensorSource, name: str) -> DecoderConfiguration:
    """What Gemma's configurations have in common: tied, with a scale and an activation of their own.

    Raises:
        ModelFileError: as `checkpoint_fields.decoder_fields`.
    """
    fields = checkpoint_fields.text_fields(source)
    sizes = checkpoint_fields.decoder_fields(source, name, CHECKPOINT, tied=True, head_size=256)
    scale = 1 / math.sqrt(fields.real("query_pre_attn_scalar", 1e-6, 1e6, 256.0))
    activation = checkpoint_fields.activation_of(fields, "hidden_activation", "gelu_pytorch_tanh", name)
    return replace(sizes, plans=(LayerPlan(scale),) * sizes.layers, activation=activation)


def gemma(
    sizes: DecoderConfiguration,
    windowed: list[bool],
    window: int | None,
    *,
    attention_softcap: float,
    final_softcap: float,
) -> DecoderConfiguration:
    """Sizes with what every Gemma has.

    Args:
        sizes: the rest.
        windowed: which layers have the window.
        window: its width.
        attention_softcap: bound of the products of queries and keys; 0 is none.
        final_softcap: bound of the logits; 0 is none.
    """
    return replace(
        sizes,
        plans=tuple(
            replace(plan, window=window if has_window else None)
            for plan, has_window in zip(sizes.plans, windowed, strict=True)
        ),
        activation="gelu_tanh" if sizes.activation == "silu" else sizes.activation,
        embedding_scale=math.sqrt(sizes.width),
        branch_norms=True,
        wide_residual=True,
        attention_softcap=attention_softcap,
        final_softcap=final_softcap,
    )


GEMMA2 = Architecture(
    "gemma2", Reading(("gemma2",), from_gguf, GGUF), Reading(("gemma2",), from_checkpoint, CHECKPOINT)
)
