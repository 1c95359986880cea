"""Folders for transformers.js, as onnx-community publishes them: graphs in ``onnx/``, the rest beside it.

Knows file names only.
"""

from __future__ import annotations

from models.exports.layouts.graph_names import decoder_graphs
from models.exports.layouts.layout import FolderKind, Found
from models.exports.listing import Listing

_GRAPHS = "onnx"


def find_transformers_js(listing: Listing) -> Found | None:
    """A folder with graphs in a folder ``onnx``, or that folder itself."""
    if _GRAPHS in listing.folders:
        listing = listing.sub(_GRAPHS)
    elif listing.folder.name != _GRAPHS:
        return None
    graphs = decoder_graphs(listing)
    if not graphs:
        return None
    companions = (listing.folder, listing.folder.parent)
    return Found(FolderKind.ONNX, "ONNX folder for transformers.js", listing.folder, graphs, companions)
