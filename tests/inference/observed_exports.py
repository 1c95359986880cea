"""Every way of writing the tiny decoder down that can be looked into, by name, and opening and reading one.

Knows nothing about what is found in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from inference.loaded_model import LoadedModel, load_model
from inference.runtime.session import Interrupter
from tests.models.tiny_export import TinyExport, write_tiny_export

KERNEL = "group query"
UNTURNED: dict[str, Any] = {"rotary": "", "learned_positions": 310}
FOUR_HEADS: dict[str, Any] = {**UNTURNED, "key_value_heads": 4}

OBSERVED: dict[str, TinyExport] = {
    "decomposed": TinyExport(),
    "decomposed, every head its own keys": TinyExport(key_value_heads=4),
    "decomposed, positions from lengths": TinyExport(position_ids=False),
    "decomposed, learnt positions": TinyExport(**UNTURNED, position_ids=False),
    "decomposed, window": TinyExport(window=40),
    "decomposed, bound": TinyExport(softcap=3.0),
    "decomposed, boolean mask": TinyExport(boolean_mask=True),
    "decomposed, single tokens after a past": TinyExport(in_parts=False),
    "decomposed, 16 bits": TinyExport(dtype="float16"),
    "decomposed, logits in 16 bits": TinyExport(logits_type=TensorProto.FLOAT16),
    "decomposed, cache in 16 bits": TinyExport(cache_type=TensorProto.FLOAT16),
    "decomposed, unfamiliar names": TinyExport(names="unfamiliar"),
    "decomposed, misleading names": TinyExport(names="misleading"),
    "decomposed, weights elsewhere": TinyExport(external=True),
    "decomposed, last row": TinyExport(last_row=True),
    "decomposed, tied head": TinyExport(head="tied"),
    "decomposed, head in 8 bits": TinyExport(head="int8"),
    "kernel": TinyExport(KERNEL),
    "kernel, lengths as inputs": TinyExport(KERNEL, separate_lengths=True, position_ids=False),
    "kernel, turning inside": TinyExport(KERNEL, rotary="inside"),
    "kernel, tables by length": TinyExport(KERNEL, rotary="inside", short_tables=280),
    "kernel, packed": TinyExport(KERNEL, rotary="inside", packed=True),
    "kernel, turning neighbours": TinyExport(KERNEL, rotary="inside", interleaved=True),
    "kernel, window": TinyExport(KERNEL, rotary="inside", window=40),
    "kernel, cache of a window": TinyExport(KERNEL, rotary="inside", window=40, windowed_cache=True),
    "kernel, bound": TinyExport(KERNEL, softcap=3.0),
    "kernel, sinks": TinyExport(KERNEL, rotary="inside", sinks=True),
    "kernel, bias": TinyExport(KERNEL, bias=4),
    "kernel, bias for all heads": TinyExport(KERNEL, bias=1),
    "kernel, 16 bits": TinyExport(KERNEL, dtype="float16"),
    "kernel, unfamiliar names": TinyExport(KERNEL, position_ids=False, names="unfamiliar"),
    "kernel, misleading names": TinyExport(KERNEL, names="misleading"),
    "multi-head": TinyExport("multi-head", **FOUR_HEADS),
    "multi-head, past outside": TinyExport("multi-head", **FOUR_HEADS, on_node=False),
    "standard": TinyExport("standard", opset=23, **UNTURNED),
    "standard, bound": TinyExport("standard", opset=23, **UNTURNED, softcap=3.0),
    "standard, past outside": TinyExport("standard", opset=23, **UNTURNED, on_node=False),
    "standard by head": TinyExport("standard by head", opset=23),
    "standard by head, window": TinyExport("standard by head", opset=23, window=40, on_node=False),
    "standard by head, boolean mask": TinyExport("standard by head", opset=23, boolean_mask=True),
    "contrib": TinyExport("contrib", **FOUR_HEADS),
    "contrib, projection in 8 bits": TinyExport("contrib", **FOUR_HEADS, packed_bits=True),
}
"""By name."""

KINDS = {
    "softmax": "Softmax",
    KERNEL: "GroupQueryAttention",
    "multi-head": "MultiHeadAttention",
    "standard": "Attention",
    "standard by head": "Attention",
    "contrib": "Attention (com.microsoft)",
}
"""What the report calls each kind of attention."""

PROMPT, LENGTH, SHARED = 70, 90, 55
"""Tokens read at once, tokens in all, tokens that a branch keeps; all but the last are longer than the windows."""


@contextmanager
def opened(folder: Path) -> Iterator[LoadedModel]:
    """The model of a folder, on the CPU."""
    model = load_model(folder, "cpu", Interrupter(), lambda done, total: None)
    try:
        yield model
    finally:
        model.close()


@contextmanager
def opened_export(folder: Path, export: TinyExport) -> Iterator[LoadedModel]:
    """A tiny export, written into a folder and opened."""
    with opened(write_tiny_export(folder, export)) as model:
        yield model


def text(seed: int, count: int = LENGTH) -> list[int]:
    """Random token IDs."""
    return np.random.default_rng(seed).integers(3, 259, count).tolist()


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a model made of a text.

    Args:
        logits: ``float32 [token, vocabulary]``.
        attention: ``float32 [layer, head, query, key]``; ``None`` where it is refused.
    """

    logits: NDArray[np.float32]
    attention: NDArray[np.float32] | None


def read(model: LoadedModel, ids: Sequence[int], prompt: int) -> Reading:
    """Read a text, keeping what the cache has of its beginning.

    Args:
        model: to read it.
        ids: the text.
        prompt: tokens before this one are read together, the others one by one.
    """
    sequence, decoder = model.sequence, model.decoder
    start = sequence.replace(ids)
    for done in decoder.prefill(ids[start:prompt], start):
        sequence.read = start + done
    for position in range(prompt, len(ids)):
        decoder.decode(ids[position], position)
        sequence.read = position + 1
    attention = model.reader.whole_attention() if model.facts.sites else None
    return Reading(model.reader.whole_logits(), attention)


def read_three_ways(model: LoadedModel, first: Sequence[int], second: Sequence[int]) -> tuple[Reading, ...]:
    """The second text read at once, step by step, and as a branch of the first."""
    readings = []
    for prompt in (len(second), PROMPT):
        model.sequence.read = 0
        readings.append(read(model, second, prompt))
    model.sequence.read = 0
    read(model, first, PROMPT)
    branched = read(model, second, (SHARED + len(second)) // 2)
    return (*readings, branched)
