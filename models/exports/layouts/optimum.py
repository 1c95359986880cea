"""Folders with .onnx files beside everything else, as optimum makes them, and folders with nothing but such files.

Knows file names only.
"""

from __future__ import annotations

from models.checkpoint_config import CONFIG
from models.exports.layouts.graph_names import decoder_graphs
from models.exports.layouts.layout import FolderKind, Found
from models.exports.listing import Listing


def find_optimum(listing: Listing) -> Found | None:
    """A folder with .onnx files."""
    graphs = decoder_graphs(listing)
    if not graphs:
        return None
    recognised = (
        "ONNX folder as optimum makes it" if CONFIG in listing else "ONNX graph without configuration"
    )
    return Found(FolderKind.ONNX, recognised, listing.folder, graphs, (listing.folder,))
