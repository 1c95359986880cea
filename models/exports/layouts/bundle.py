"""A bundle of this program's own.

Knows its file of facts only.
"""

from __future__ import annotations

from models.bundle import FACTS
from models.exports.layouts.layout import FolderKind, Found
from models.exports.listing import Listing


def find_bundle(listing: Listing) -> Found | None:
    """A folder with ``bundle.json``."""
    if FACTS not in listing:
        return None
    return Found(FolderKind.BUNDLE, "model of the library", listing.folder)
