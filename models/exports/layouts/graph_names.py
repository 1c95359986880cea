"""Which .onnx files of a folder can be decoders of text, by their names.

Knows nothing about what is in them.
"""

from __future__ import annotations

import re
from pathlib import Path

from models.exports.listing import Listing

_NOT_A_DECODER = re.compile(
    r"(?:^|[._-])(?:encoder|vision|audio|speech|embed|embeds|embedding|embeddings|lora|adapter)(?=[._-])",
    re.IGNORECASE,
)


def decoder_graphs(listing: Listing) -> tuple[Path, ...]:
    """The .onnx files that are not by name something else: an encoder, an embedding."""
    names = listing.ending_with(".onnx")
    return tuple(listing.folder / name for name in names if not _NOT_A_DECODER.search(name))
