"""Folders with a safetensors checkpoint.

Knows file names only; `models.safetensors` reads the files.
"""

from __future__ import annotations

from models.checkpoint_config import CONFIG
from models.exports.layouts.layout import FolderKind, Found
from models.exports.listing import Listing

_ENDINGS = (".safetensors", ".safetensors.index.json")


def find_checkpoint(listing: Listing) -> Found | None:
    """A folder with config.json and safetensors files."""
    tensors = [name for name in listing.ending_with(*_ENDINGS) if not name.startswith("adapter")]
    if CONFIG not in listing or not tensors:
        return None
    return Found(FolderKind.SAFETENSORS, "safetensors checkpoint", listing.folder, (), (listing.folder,))
