"""Gemma 3, text alone: Gemma 2 with normed queries and keys, no attention softcap, and two rotary embeddings.

Knows nothing about graphs. Source: Gemma Team, arXiv 2503.19786.
"""

from __future__ import annotations

import math
from dataclasses import replace

from models.architectures import checkpoint_fields, gguf_fields
from models.architectures.architecture import Architecture, Reading
from models.architectures.bounds import LARGEST_BASE, LARGEST_SIZE, SMALLEST_BASE, unsupported
from models.architectures.decoder import DecoderConfiguration, LayerPlan
from models.architectures.gemma2 import CHECKPOINT, checkpoint_sizes, gemma
from models.architectures.names import GGUF_NAMES, WeightNames
from models.rotary import RotaryEmbedding, plain_rotary
from models.tensor_source import TensorSource

GGUF = WeightNames(GGUF_NAMES)
LAYERS_OF_THE_LARGEST = 62
"""Gemma 3 27B, the only one whose scale is not that of its head size; GGUF files do not say so."""

PERIOD = 6
"""Every sixth layer sees all."""
LOCAL_BASE, GLOBAL_BASE = 10_000.0, 1_000_000.0


def from_gguf(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `gguf_fields.decoder_fields`."""
    fields = source.fields
    sizes = gguf_fields.with_rotary(
        source, gguf_fields.decoder_fields(source, "gemma3", GGUF), default_base=GLOBAL_BASE
    )
    if sizes.layers == LAYERS_OF_THE_LARGEST:
        scale = 1 / math.sqrt(sizes.width // sizes.heads)
        sizes = replace(sizes, plans=(LayerPlan(scale),) * sizes.layers)
    base = fields.real("gemma3.rope.freq_base_swa", SMALLEST_BASE, LARGEST_BASE, LOCAL_BASE)
    return local_and_global(
        gemma(
            sizes,
            gguf_fields.windowed_layers(source, sizes, PERIOD),
            gguf_fields.window_of(source, sizes),
            attention_softcap=0.0,
            final_softcap=fields.real("gemma3.final_logit_softcapping", 0.0, 1e6, 0.0),
        ),
        gguf_fields.windowed_layers(source, sizes, PERIOD),
        plain_rotary(base, sizes.rotaries[0].dimensions),
    )


def from_checkpoint(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `checkpoint_fields.decoder_fields`."""
    fields = checkpoint_fields.text_fields(source)
    if fields.flag("use_bidirectional_attention", False):
        raise unsupported("gemma3", "attention to later tokens", "use_bidirectional_attention", True)
    sizes = checkpoint_sizes(source, "gemma3")
    period = fields.integer("sliding_window_pattern", 1, LARGEST_SIZE, PERIOD)
    all_but_last = [(layer + 1) % period != 0 for layer in range(sizes.layers)]
    windowed = checkpoint_fields.layers_with_window(fields, sizes, all_but_last)
    # Newer configurations have one section with a part for each kind of layer.
    sections = fields.section("rope_parameters")
    whole = sections.section("full_attention") if sections is not None else fields.section("rope_scaling")
    local = sections.section("sliding_attention") if sections is not None else None
    base = fields.real("rope_local_base_freq", SMALLEST_BASE, LARGEST_BASE, LOCAL_BASE)
    global_rotary, context = checkpoint_fields.rotary_of(fields, whole, sizes, GLOBAL_BASE)
    local_rotary = plain_rotary(base, sizes.head_size)
    if local is not None:
        local_rotary, _ = checkpoint_fields.rotary_of(fields, local, sizes, base)
    return local_and_global(
        gemma(
            replace(sizes, rotaries=(global_rotary,), context=context),
            windowed,
            fields.integer("sliding_window", 0, LARGEST_SIZE, 0) or None,
            attention_softcap=0.0,
            final_softcap=fields.real("final_logit_softcapping", 0.0, 1e6, 0.0),
        ),
        windowed,
        local_rotary,
    )


def local_and_global(
    sizes: DecoderConfiguration, windowed: list[bool], local: RotaryEmbedding
) -> DecoderConfiguration:
    """Sizes with norms on queries and keys, and with an own rotary embedding in the layers that have the window."""
    return replace(
        sizes,
        rotaries=(*sizes.rotaries, local),
        plans=tuple(
            replace(plan, rotary=int(has_window))
            for plan, has_window in zip(sizes.plans, windowed, strict=True)
        ),
        query_key_norm=True,
    )


GEMMA3 = Architecture(
    "gemma3",
    Reading(("gemma3",), from_gguf, GGUF),
    Reading(("gemma3_text", "gemma3"), from_checkpoint, CHECKPOINT),
)
