"""The registry of layouts: one file and one line each.

Knows nothing about what is done with a model that was found.
"""

from __future__ import annotations

from models.exports.layouts.bundle import find_bundle
from models.exports.layouts.checkpoint import find_checkpoint
from models.exports.layouts.genai import find_genai
from models.exports.layouts.gguf_files import find_gguf
from models.exports.layouts.layout import FolderKind, Found, Layout
from models.exports.layouts.optimum import find_optimum
from models.exports.layouts.transformers_js import find_transformers_js

__all__ = ["GRAPH_LAYOUTS", "LAYOUTS", "FolderKind", "Found", "Layout"]

GRAPH_LAYOUTS: tuple[Layout, ...] = (
    find_genai,
    find_transformers_js,
    find_optimum,
)
"""Every layout of folders with graphs, in the order in which a folder is asked."""

LAYOUTS: tuple[Layout, ...] = (
    find_bundle,
    *GRAPH_LAYOUTS,
    find_gguf,
    find_checkpoint,
)
"""Every layout, in the order in which a folder is asked; a ready graph goes before weights without one."""
