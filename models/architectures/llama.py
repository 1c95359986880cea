"""Llama (with Mistral and SmolLM): RMS norms, rotary embedding, a gated MLP.

Knows nothing about graphs. Sources: Touvron et al., arXiv 2302.13971; Jiang et al. (Mistral), arXiv 2310.06825.
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
    GGUF_IGNORED,
    GGUF_NAMES,
    Kept,
    Part,
    WeightNames,
)
from models.tensor_source import TensorSource

GGUF = WeightNames(
    GGUF_NAMES,
    kept={Part.QUERY: Kept.INTERLEAVED, Part.KEY: Kept.INTERLEAVED},
    ignored=GGUF_IGNORED,
)
CHECKPOINT = WeightNames(CHECKPOINT_NAMES, roots=CHECKPOINT_ROOTS, ignored=CHECKPOINT_IGNORED)


def from_gguf(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `gguf_fields.decoder_fields`."""
    sizes = gguf_fields.with_rotary(source, gguf_fields.decoder_fields(source, "llama", GGUF))
    return with_window(sizes, gguf_fields.window_of(source, sizes))


def from_checkpoint(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `checkpoint_fields.decoder_fields`."""
    fields = checkpoint_fields.text_fields(source)
    sizes = checkpoint_fields.with_rotary(
        source, checkpoint_fields.decoder_fields(source, "llama", CHECKPOINT)
    )
    is_mistral = fields.get("model_type") == "mistral"
    window = fields.integer("sliding_window", 0, LARGEST_SIZE, 0) if is_mistral else 0
    return with_window(sizes, window or None)


def with_window(sizes: DecoderConfiguration, window: int | None) -> DecoderConfiguration:
    """The same window in every layer."""
    return replace(sizes, plans=tuple(replace(plan, window=window) for plan in sizes.plans))


LLAMA = Architecture(
    "llama", Reading(("llama",), from_gguf, GGUF), Reading(("llama", "mistral"), from_checkpoint, CHECKPOINT)
)
