"""Phi-3 and Phi-4: Llama with packed projections, rotary factors for long contexts and a window.

Knows nothing about graphs. Source: Abdin et al., arXiv 2404.14219; Ding et al. (LongRoPE), arXiv 2402.13753.
"""

from __future__ import annotations

from models.architectures import checkpoint_fields, gguf_fields
from models.architectures.architecture import Architecture, Reading
from models.architectures.bounds import LARGEST_SIZE
from models.architectures.decoder import DecoderConfiguration
from models.architectures.llama import with_window
from models.architectures.names import (
    CHECKPOINT_IGNORED,
    CHECKPOINT_NAMES,
    CHECKPOINT_ROOTS,
    GGUF_NAMES,
    Part,
    WeightNames,
    without,
)
from models.tensor_source import TensorSource

GGUF = WeightNames(
    {
        **without(GGUF_NAMES, Part.GATE, Part.UP),
        Part.QUERY_KEY_VALUE: "blk.{layer}.attn_qkv",
        Part.GATE_UP: "blk.{layer}.ffn_up",
    }
)
CHECKPOINT = WeightNames(
    {
        **without(CHECKPOINT_NAMES, Part.GATE, Part.UP, Part.QUERY, Part.KEY, Part.VALUE),
        Part.QUERY_KEY_VALUE: "layers.{layer}.self_attn.qkv_proj",
        Part.GATE_UP: "layers.{layer}.mlp.gate_up_proj",
    },
    roots=CHECKPOINT_ROOTS,
    ignored=CHECKPOINT_IGNORED,
)


def from_gguf(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `gguf_fields.decoder_fields`."""
    sizes = gguf_fields.with_rotary(source, gguf_fields.decoder_fields(source, "phi3", GGUF))
    return with_window(sizes, gguf_fields.window_of(source, sizes))


def from_checkpoint(source: TensorSource) -> DecoderConfiguration:
    """Raises: ModelFileError, as `checkpoint_fields.decoder_fields`."""
    fields = checkpoint_fields.text_fields(source)
    sizes = checkpoint_fields.with_rotary(
        source, checkpoint_fields.decoder_fields(source, "phi3", CHECKPOINT)
    )
    return with_window(sizes, fields.integer("sliding_window", 0, LARGEST_SIZE, 0) or None)


PHI3 = Architecture(
    "phi3", Reading(("phi3",), from_gguf, GGUF), Reading(("phi3",), from_checkpoint, CHECKPOINT)
)
