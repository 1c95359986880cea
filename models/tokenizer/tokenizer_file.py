"""A tokenizer from whatever file holds one.

Knows which files do, nothing about their insides.
"""

from __future__ import annotations

from pathlib import Path

from models.errors import TokenizerError
from models.files import check_regular_file, displayed_name, not_a_model_file
from models.gguf.reader import MAGIC, read_gguf
from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf
from models.tokenizer.tokenizer import Tokenizer

LARGEST_BYTES = 200_000_000
"""Of a ``tokenizer.json``; the largest in use are a tenth of it."""


def read_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a ``tokenizer.json`` or a GGUF file.

    Raises:
        ModelFileError: there is no such file, it may not be read, or it is of another kind.
        TokenizerError: its tokenizer is malformed or of a kind that is not supported.
    """
    size = check_regular_file(path)
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(MAGIC):
        return tokenizer_from_gguf(read_gguf(path))
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise not_a_model_file(path, wanted="a tokenizer.json or a GGUF file")
    if size > LARGEST_BYTES:
        raise TokenizerError(
            "tokenizer-too-large",
            f"“{displayed_name(path)}” has {size:,} bytes; a tokenizer has {LARGEST_BYTES:,} at most.",
            "Choose a tokenizer.json.",
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TokenizerError(
            "bad-tokenizer",
            f"“{displayed_name(path)}” is no UTF-8 text (byte {error.start:,}).",
            "Use another file of this model.",
        ) from None
    return Tokenizer.from_json(text)
