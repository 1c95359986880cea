"""The bytes and the text of a tokenizer's file, of a size that a tokenizer may have.

Knows nothing about what is in it.
"""

from __future__ import annotations

from pathlib import Path

from models.errors import TokenizerError
from models.files import check_regular_file, displayed_name, reading

LARGEST_BYTES = 200_000_000
"""Of a ``tokenizer.json`` or a rank file; the largest in use are a tenth of it."""


def read_text(path: Path) -> str:
    """The text of a file of a tokenizer.

    Raises:
        ModelFileError: it cannot be read.
        TokenizerError: it is too large, or no UTF-8.
    """
    try:
        return read_content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TokenizerError(
            "bad-tokenizer",
            f"“{displayed_name(path)}” is no UTF-8 text (byte {error.start:,}).",
            "Use another file of this model.",
        ) from None


def read_content(path: Path) -> bytes:
    """The bytes of such a file.

    Raises:
        ModelFileError: it cannot be read.
        TokenizerError: it is too large.
    """
    size = check_regular_file(path)
    if size > LARGEST_BYTES:
        raise TokenizerError(
            "tokenizer-too-large",
            f"“{displayed_name(path)}” has {size:,} bytes; a tokenizer has {LARGEST_BYTES:,} at most.",
            "Choose the file of a tokenizer.",
        )
    with reading(path):
        return path.read_bytes()
