"""Qwen2 and Qwen2.5: Llama with biases on queries, keys and values, and a window in its upper layers if asked for.

Knows nothing about graphs. Source: Yang et al., arXiv 2407.10671.
"""

from __future__ import annotations

from dataclasses import replace

from models.architectures import checkpoint_fields, gguf_fields
from models.architectures.architecture import Architecture, Reading
from models.architectures.bounds import LARGEST_SIZE
from models.architectures.decoder import DecoderConfiguration
from models.architectures.names import (
    CHECKPOINT_IGNORED,
    CHECKPOINT_NAMES,
    CHECKPOINT_ROOTS,
    GGUF_NAMES,
    Part,
    WeightNames,
)
from models.tensor_source import TensorSource

BIASED = frozenset({Part.QUERY, Part.KEY, Part.VALUE})
GGUF = WeightNames(GGUF_NAMES, BIASED)
CHECKPOINT = WeightNames(CHECKPOINT_NAMES, BIASED, roots=CHECKPOINT_ROOTS, ignored=CHECKPOINT_IGNORED)


def from_gguf(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `gguf_fields.decoder_fields`."""
    return gguf_fields.with_rotary(source, gguf_fields.decoder_fields(source, "qwen2", GGUF))


def from_checkpoint(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `checkpoint_fields.decoder_fields`."""
    sizes = checkpoint_fields.decoder_fields(source, "qwen2", CHECKPOINT)
    return with_upper_window(source, checkpoint_fields.with_rotary(source, sizes))


def with_upper_window(source: TensorSource, sizes: DecoderConfiguration) -> DecoderConfiguration:
    """The window of Qwen's configurations: off unless they say so, and then from a certain layer on.

    Raises:
        ModelFileError: a field is impossible.
    """
    fields = checkpoint_fields.text_fields(source)
    if not fields.flag("use_sliding_window", False):
        return sizes
    window = fields.integer("sliding_window", 0, LARGEST_SIZE, 4096) or None
    first = fields.integer("max_window_layers", 0, LARGEST_SIZE, 28)
    upper = [layer >= first for layer in range(sizes.layers)]
    windowed = checkpoint_fields.layers_with_window(fields, sizes, upper)
    return replace(
        sizes,
        plans=tuple(
            replace(plan, window=window if has_window else None)
            for plan, has_window in zip(sizes.plans, windowed, strict=True)
        ),
    )


QWEN2 = Architecture(
    "qwen2", Reading(("qwen2",), from_gguf, GGUF), Reading(("qwen2",), from_checkpoint, CHECKPOINT)
)
