"""The registry of formats: one file and one line each.

Knows nothing about bundles that were imported before.
"""

from __future__ import annotations

from models.exports.folder import ModelFolder
from models.formats.format import ModelFormat
from models.formats.gguf import GGUF
from models.formats.onnx_export import ONNX_EXPORT
from models.formats.safetensors import SAFETENSORS

FORMATS: tuple[ModelFormat, ...] = (GGUF, SAFETENSORS, ONNX_EXPORT)
"""Every format that can be imported."""


def format_of(found: ModelFolder) -> ModelFormat:
    """The format of a model that was found."""
    return {one.kind: one for one in FORMATS}[found.kind]
