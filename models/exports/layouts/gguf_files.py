"""Folders with a GGUF file, or the shards of one.

Knows file names only.
"""

from __future__ import annotations

import re

from models.errors import ModelFileError
from models.exports.layouts.layout import FolderKind, Found
from models.exports.listing import Listing
from models.files import displayed_name
from models.shards import all_shards, listed

_NOT_A_MODEL = re.compile(r"(?:^|[._-])(?:mmproj|imatrix|lora|adapter)", re.IGNORECASE)


def find_gguf(listing: Listing) -> Found | None:
    """A folder with one GGUF file.

    Raises:
        ModelFileError: it holds several models.
    """
    files = [listing.folder / name for name in listing.ending_with(".gguf") if not _NOT_A_MODEL.search(name)]
    if not files:
        return None
    models = sorted({all_shards(file)[0] for file in files})
    if len(models) > 1:
        raise ModelFileError(
            "several-models",
            f"“{displayed_name(listing.folder)}” holds {len(models):,} GGUF files: "
            f"{listed(model.name for model in models)}.",
            "Choose one of them.",
        )
    return Found(FolderKind.GGUF, "GGUF file", models[0], (), (listing.folder,))
