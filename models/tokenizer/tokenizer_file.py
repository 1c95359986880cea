"""A tokenizer from whatever file holds one.

Knows which files do, nothing about their insides.
"""

from __future__ import annotations

from pathlib import Path

from models.files import check_regular_file, displayed_name, not_a_model_file, reading
from models.gguf.reader import MAGIC, read_gguf
from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf
from models.tokenizer.rank_file import looks_like_ranks, tokenizer_from_ranks
from models.tokenizer.sentence_piece_file import looks_like_sentence_piece, tokenizer_from_sentence_piece
from models.tokenizer.text_file import read_content
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizer_folder import tokenizer_from_files

WANTED = "a tokenizer.json, a tokenizer.model, a .tiktoken rank file or a GGUF file"
"""What a tokenizer is read from, for sentences."""


def read_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a ``tokenizer.json``, a ``tokenizer.model``, a rank file or a GGUF file.

    Raises:
        ModelFileError: there is no such file, it may not be read, or it is of another kind.
        TokenizerError: its tokenizer is malformed or of a kind that is not supported.
    """
    check_regular_file(path)
    with reading(path), path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(MAGIC):
        return tokenizer_from_gguf(read_gguf(path))
    if looks_like_ranks(start):
        return tokenizer_from_ranks(read_content(path))
    if looks_like_sentence_piece(start):
        return tokenizer_from_sentence_piece(read_content(path), displayed_name(path))
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise not_a_model_file(path, wanted=WANTED)
    return tokenizer_from_files(path)
