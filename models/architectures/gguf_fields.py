"""The sizes of a decoder from GGUF metadata, as far as architectures tell them alike.

Knows the keys of the format, nothing of particular architectures.
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
from models.architectures.decoder import DecoderConfiguration, LayerPlan
from models.architectures.names import WeightNames
from models.architectures.part_tensors import vocabulary_of
from models.rotary import RotaryEmbedding, plain_rotary, yarn_rotary
from models.tensor_source import TensorSource

FREQUENCY_FACTORS = "rope_freqs.weight"
SHORT_FACTORS, LONG_FACTORS = "rope_factors_short.weight", "rope_factors_long.weight"


def decoder_fields(source: TensorSource, key: str, names: WeightNames) -> DecoderConfiguration:
    """Sizes of a decoder with RMS norms and rotary embedding, all layers alike and without a window.

    Args:
        source: a GGUF file.
        key: `general.architecture`, which stands before its keys.
        names: of its tensors.

    Raises:
        ModelFileError: a field is missing, impossible or asks for something unsupported.
    """
    fields = source.fields

    def size(name: str, default: int | None = None) -> int:
        return fields.integer(f"{key}.{name}", 1, LARGEST_SIZE, default)

    experts = fields.integer(f"{key}.expert_count", 0, LARGEST_SIZE, 0)
    if experts:
        raise unsupported(key, "a mixture of experts", f"{key}.expert_count", experts)
    width = size("embedding_length")
    heads = size("attention.head_count")
    head_size = size("attention.key_length", max(1, width // heads))
    if (values := size("attention.value_length", head_size)) != head_size:
        raise unsupported(
            key, "values of another size than its keys", f"{key}.attention.value_length", values
        )
    key_value_heads = size("attention.head_count_kv", heads)
    check_heads(heads, key_value_heads, head_size, f"{key}.attention.head_count_kv")
    layers = fields.integer(f"{key}.block_count", 1, MOST_LAYERS)
    scale = fields.real(f"{key}.attention.scale", 1e-6, 1e6, 1 / math.sqrt(head_size))
    return DecoderConfiguration(
        architecture=key,
        plans=(LayerPlan(scale),) * layers,
        width=width,
        heads=heads,
        key_value_heads=key_value_heads,
        head_size=head_size,
        feed_forward=size("feed_forward_length"),
        vocabulary=vocabulary_of(source, names),
        context=size("context_length"),
        norm="rms",
        norm_epsilon=fields.real(f"{key}.attention.layer_norm_rms_epsilon", 0.0, 1.0, 1e-5),
        tied="output.weight" not in source.tensors,
    )


def with_rotary(
    source: TensorSource, sizes: DecoderConfiguration, default_base: float = 10_000.0
) -> DecoderConfiguration:
    """Sizes with the rotary embedding that the file describes, the same for all layers.

    Raises:
        ModelFileError: a field is impossible or asks for something unsupported.
    """
    fields, key = source.fields, sizes.architecture
    dimensions = fields.integer(f"{key}.rope.dimension_count", 2, sizes.head_size, sizes.head_size)
    if dimensions % 2:
        raise impossible(f"{key}.rope.dimension_count", dimensions, "which is odd")
    base = fields.real(f"{key}.rope.freq_base", SMALLEST_BASE, LARGEST_BASE, default_base)
    rotary = plain_rotary(base, dimensions)
    if SHORT_FACTORS in source.tensors:
        return _with_long_context(source, sizes, rotary)
    if FREQUENCY_FACTORS in source.tensors:
        rotary = rotary.divided(_factors(source, FREQUENCY_FACTORS, rotary))
    scaling = f"{key}.rope.scaling"
    kind = fields.text(f"{scaling}.type", "none")
    factor = fields.real(f"{scaling}.factor", 0.0, 1e6, 1.0) or 1.0
    match kind:
        case "none":
            pass
        case "linear":
            rotary = rotary.divided(factor)
        case "yarn":
            original = fields.integer(f"{scaling}.original_context_length", 1, LARGEST_SIZE, sizes.context)
            # The file's attention factor multiplies the paper's.
            rotary = yarn_rotary(rotary, base, factor, original, 32.0, 1.0, None)
            rotary = _magnified(source, rotary, scaling)
        case _:
            raise unsupported(key, "this rotary scaling", f"{scaling}.type", kind)
    return replace(sizes, rotaries=(rotary,))


def _with_long_context(
    source: TensorSource, sizes: DecoderConfiguration, plain: RotaryEmbedding
) -> DecoderConfiguration:
    """LongRoPE: short factors within the original context, which is all that is used."""
    scaling = f"{sizes.architecture}.rope.scaling"
    original = source.fields.integer(
        f"{scaling}.original_context_length", 1, LARGEST_SIZE, min(sizes.context, 4096)
    )
    rotary = _magnified(source, plain.divided(_factors(source, SHORT_FACTORS, plain)), scaling)
    if original < sizes.context:
        warning = beyond_original(original, sizes.context)
        return replace(sizes, rotaries=(rotary,), context=original, warnings=(warning,))
    return replace(sizes, rotaries=(rotary,))


def _magnified(source: TensorSource, rotary: RotaryEmbedding, scaling: str) -> RotaryEmbedding:
    factor = source.fields.real(f"{scaling}.attn_factor", 1e-3, 1e3, 1.0)
    return replace(rotary, magnitude=rotary.magnitude * factor)


def _factors(source: TensorSource, name: str, rotary: RotaryEmbedding) -> np.ndarray:
    source.check_supported(name)
    factors = source.read(name).astype(np.float64)
    wanted = len(rotary.frequencies)
    if factors.shape != (wanted,):
        raise impossible(name, list(factors.shape), f"not one factor for each of {wanted} frequencies")
    if (factors <= 0).any():
        raise impossible(name, float(factors.min()), "where only positive factors make sense")
    return factors


def window_of(source: TensorSource, sizes: DecoderConfiguration, default: int = 0) -> int | None:
    """The width of the file's attention window; ``None`` where it has none."""
    key = f"{sizes.architecture}.attention.sliding_window"
    return source.fields.integer(key, 0, LARGEST_SIZE, default) or None


def windowed_layers(source: TensorSource, sizes: DecoderConfiguration, period: int) -> list[bool]:
    """Which layers have the window.

    Args:
        source: a GGUF file, which may list them or give a period.
        sizes: with the number of layers.
        period: of the architecture, used where the file says nothing: the last layer of each period sees all.

    Raises:
        ModelFileError: the list has another length than there are layers.
    """
    key = f"{sizes.architecture}.attention.sliding_window_pattern"
    listed = source.fields.get(key)
    if isinstance(listed, np.ndarray):
        if len(listed) != sizes.layers:
            raise impossible(key, f"{len(listed)} values", f"not one for each of {sizes.layers} layers")
        return [bool(one) for one in listed]
    period = source.fields.integer(key, 1, LARGEST_SIZE, period)
    return [(layer + 1) % period != 0 for layer in range(sizes.layers)]
