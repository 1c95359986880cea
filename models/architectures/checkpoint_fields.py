"""The sizes of a decoder from a checkpoint's config.json, as far as architectures tell them alike.

Knows the fields of Hugging Face configurations, nothing of particular architectures.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from models.architectures.bounds import (
    LARGEST_BASE,
    LARGEST_SIZE,
    MOST_LAYERS,
    SMALLEST_BASE,
    beyond_original,
    check_heads,
    impossible,
    unsupported,
)
from models.architectures.decoder import Activation, DecoderConfiguration, LayerPlan
from models.architectures.names import Part, WeightNames
from models.architectures.part_tensors import vocabulary_of
from models.rotary import RotaryEmbedding, llama3_rotary, plain_rotary, yarn_rotary
from models.tensor_source import Fields, TensorSource

ACTIVATIONS: dict[str, Activation] = {
    "silu": "silu",
    "swish": "silu",
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "relu": "relu",
}
"""Names of activations in configurations."""


def text_fields(source: TensorSource) -> Fields:
    """The fields of the language model, which are a section where the model also sees."""
    return source.fields.section("text_config") or source.fields


def decoder_fields(
    source: TensorSource, name: str, names: WeightNames, *, tied: bool = False, head_size: int | None = None
) -> DecoderConfiguration:
    """Sizes of a decoder with RMS norms and rotary embedding, all layers alike and without a window.

    Args:
        source: a checkpoint.
        name: registered name of the architecture.
        names: of its tensors.
        tied: whether the head is the embedding where the configuration does not say.
        head_size: where the configuration does not say; ``None`` divides the width by the heads.

    Raises:
        ModelFileError: a field is missing, impossible or asks for something unsupported.
    """
    fields = text_fields(source)

    def size(field: str, default: int | None = None) -> int:
        return fields.integer(field, 1, LARGEST_SIZE, default)

    width, heads = size("hidden_size"), size("num_attention_heads")
    key_value_heads = size("num_key_value_heads", heads)
    head_size = size("head_dim", head_size or max(1, width // heads))
    check_heads(heads, key_value_heads, head_size, "num_key_value_heads")
    layers = fields.integer("num_hidden_layers", 1, MOST_LAYERS)
    return DecoderConfiguration(
        architecture=name,
        plans=(LayerPlan(1 / math.sqrt(head_size)),) * layers,
        width=width,
        heads=heads,
        key_value_heads=key_value_heads,
        head_size=head_size,
        feed_forward=size("intermediate_size"),
        vocabulary=vocabulary_of(source, names),
        context=size("max_position_embeddings"),
        norm="rms",
        norm_epsilon=fields.real("rms_norm_eps", 0.0, 1.0, 1e-6),
        tied=is_tied(source, names, tied),
        activation=activation_of(fields, "hidden_act", "silu", name),
    )


def is_tied(source: TensorSource, names: WeightNames, default: bool) -> bool:
    """Whether the head is the embedding: what the configuration says, else whether there is a head."""
    if f"{names.names[Part.HEAD]}.weight" not in source.tensors:
        default = True
    inner = text_fields(source).flag("tie_word_embeddings", default)
    return source.fields.flag("tie_word_embeddings", inner)


def activation_of(fields: Fields, field: str, default: str, architecture: str) -> Activation:
    """The activation of the MLP.

    Raises:
        ModelFileError: it is not supported.
    """
    name = fields.text(field, default)
    if name not in ACTIVATIONS:
        raise unsupported(architecture, "this activation", field, name)
    return ACTIVATIONS[name]


def with_rotary(source: TensorSource, sizes: DecoderConfiguration) -> DecoderConfiguration:
    """Sizes with the rotary embedding that the configuration describes, the same for all layers.

    Raises:
        ModelFileError: a field is missing, impossible or asks for something unsupported.
    """
    fields = text_fields(source)
    # Newer configurations have one section, older ones a base beside the section of the scaling.
    section = fields.section("rope_parameters") or fields.section("rope_scaling")
    rotary, original = rotary_of(fields, section, sizes, 10_000.0)
    if original < sizes.context:
        warning = beyond_original(original, sizes.context)
        return replace(sizes, rotaries=(rotary,), context=original, warnings=(warning,))
    return replace(sizes, rotaries=(rotary,))


def rotary_of(
    fields: Fields, section: Fields | None, sizes: DecoderConfiguration, default_base: float
) -> tuple[RotaryEmbedding, int]:
    """A rotary embedding with its scaling.

    Args:
        fields: of the model.
        section: with the scaling, and the base in newer configurations.
        sizes: of the model.
        default_base: where neither has one.

    Returns:
        It, and the most positions that it serves.

    Raises:
        ModelFileError: a field is missing, impossible or asks for something unsupported.
    """
    base = fields.real("rope_theta", SMALLEST_BASE, LARGEST_BASE, default_base)
    share = fields.real("partial_rotary_factor", 0.0, 1.0, 1.0)
    if section is not None:
        base = section.real("rope_theta", SMALLEST_BASE, LARGEST_BASE, base)
        share = section.real("partial_rotary_factor", 0.0, 1.0, share)
    dimensions = int(sizes.head_size * share)
    if dimensions < 2 or dimensions % 2:
        raise impossible("partial_rotary_factor", share, f"which turns {dimensions} entries of a head")
    plain = plain_rotary(base, dimensions)
    if section is None:
        return plain, sizes.context
    kind = section.text("rope_type", section.text("type", "default"))
    # Dynamic scaling begins where the context ends.
    if kind in ("default", "dynamic"):
        return plain, sizes.context
    # The first configurations of Phi-3 call LongRoPE by other names.
    if kind in ("longrope", "su") or (kind == "yarn" and "short_factor" in section):
        return _short_part(fields, section, sizes, plain)
    factor = section.real("factor", 1e-3, 1e6)
    if kind == "linear":
        return plain.divided(factor), sizes.context
    original = section.integer("original_max_position_embeddings", 1, LARGEST_SIZE, sizes.context)
    if kind == "llama3":
        low = section.real("low_freq_factor", 1e-6, 1e6)
        high = section.real("high_freq_factor", 1e-6, 1e6)
        if high <= low:
            raise impossible("high_freq_factor", high, f"not above low_freq_factor, {low}")
        return llama3_rotary(plain, factor, low, high, original), sizes.context
    if kind == "yarn" and not any(key in section for key in ("mscale", "mscale_all_dim", "truncate")):
        fast, slow = section.real("beta_fast", 1e-6, 1e6, 32.0), section.real("beta_slow", 1e-6, 1e6, 1.0)
        magnitude = section.real("attention_factor", 1e-3, 1e3) if "attention_factor" in section else None
        return yarn_rotary(plain, base, factor, original, fast, slow, magnitude), sizes.context
    raise unsupported(sizes.architecture, "this rotary scaling", "rope_scaling.rope_type", kind)


def _short_part(
    fields: Fields, section: Fields, sizes: DecoderConfiguration, plain: RotaryEmbedding
) -> tuple[RotaryEmbedding, int]:
    """LongRoPE within the original context, where its short factors apply."""
    field = "original_max_position_embeddings"
    outside = fields.integer(field, 1, LARGEST_SIZE, min(sizes.context, 4096))
    original = section.integer(field, 2, LARGEST_SIZE, outside)
    short = section.reals("short_factor")
    if len(short) != len(plain.frequencies) or (short <= 0).any():
        raise impossible(
            "short_factor",
            f"{len(short)} values",
            f"not a positive factor for each of {len(plain.frequencies)} frequencies",
        )
    stretch = section.real("factor", 1e-3, 1e6, sizes.context / original)
    magnitude = math.sqrt(1 + math.log(stretch) / math.log(original)) if stretch > 1 else 1.0
    magnitude = section.real("attention_factor", 1e-3, 1e3, magnitude)
    return replace(plain.divided(short.astype(np.float64)), magnitude=magnitude), min(original, sizes.context)


def layers_with_window(fields: Fields, sizes: DecoderConfiguration, default: list[bool]) -> list[bool]:
    """Which layers have the window: those that the configuration lists, else the architecture's.

    Raises:
        ModelFileError: the list has another length, or names another kind of layer.
    """
    if "layer_types" not in fields:
        return default
    kinds = fields.texts("layer_types")
    if len(kinds) != sizes.layers:
        raise impossible("layer_types", f"{len(kinds)} values", f"not one for each of {sizes.layers} layers")
    for kind in kinds:
        if kind not in ("full_attention", "sliding_attention"):
            raise unsupported(sizes.architecture, "this kind of layer", "layer_types", kind)
    return [kind == "sliding_attention" for kind in kinds]
