"""Qwen3: Llama with an RMS norm on each head's query and key.

Knows nothing about graphs. Source: Yang et al., arXiv 2505.09388.
"""

from __future__ import annotations

from dataclasses import replace

from models.architectures import checkpoint_fields, gguf_fields
from models.architectures.architecture import Architecture, Reading
from models.architectures.decoder import DecoderConfiguration
from models.architectures.names import (
    CHECKPOINT_IGNORED,
    CHECKPOINT_NAMES,
    CHECKPOINT_ROOTS,
    GGUF_NAMES,
    WeightNames,
)
from models.architectures.qwen2 import with_upper_window
from models.tensor_source import TensorSource

GGUF = WeightNames(GGUF_NAMES)
CHECKPOINT = WeightNames(CHECKPOINT_NAMES, roots=CHECKPOINT_ROOTS, ignored=CHECKPOINT_IGNORED)


def from_gguf(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `gguf_fields.decoder_fields`."""
    sizes = gguf_fields.with_rotary(source, gguf_fields.decoder_fields(source, "qwen3", GGUF))
    return replace(sizes, query_key_norm=True)


def from_checkpoint(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `checkpoint_fields.decoder_fields`."""
    sizes = checkpoint_fields.decoder_fields(source, "qwen3", CHECKPOINT, head_size=128)
    sizes = with_upper_window(source, checkpoint_fields.with_rotary(source, sizes))
    return replace(sizes, query_key_norm=True)


QWEN3 = Architecture(
    "qwen3", Reading(("qwen3",), from_gguf, GGUF), Reading(("qwen3",), from_checkpoint, CHECKPOINT)
)
