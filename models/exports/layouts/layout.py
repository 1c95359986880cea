"""How a maker of models lays out a folder: what every layout finds.

Knows nothing about any one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from models.exports.listing import Listing


class FolderKind(Enum):
    """What kind of model a folder holds."""

    ONNX = "onnx"
    """Graphs of somebody else's, with or without weights beside them."""
    SAFETENSORS = "safetensors"
    """A checkpoint: named tensors and config.json."""
    GGUF = "gguf"
    """One GGUF file, or the shards of one."""
    BUNDLE = "bundle"
    """A model that was imported before."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a layout found.

    Args:
        kind: of model.
        recognised: what it is, for people (``"ONNX folder made by onnxruntime-genai"``).
        model: what to open: the folder, or the first file of the model; of graphs, their folder.
        graphs: the .onnx files, all in the folder `model`.
        companions: folders that configuration, tokenizer and template may lie in, the nearest first.
        warnings: sentences about what is ignored.
    """

    kind: FolderKind
    recognised: str
    model: Path
    graphs: tuple[Path, ...] = ()
    companions: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()


Layout: TypeAlias = Callable[[Listing], Found | None]
"""Finds a model in a folder that is laid out in one way; ``None`` if it is not."""
