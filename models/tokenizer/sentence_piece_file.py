"""SentencePiece's own files (``tokenizer.model``): tokens with scores, and what is done to text before.

Knows the form of these files; what their tokens mean is what they mean in GGUF files, which are made from them.

The form: https://github.com/google/sentencepiece, ``sentencepiece_model.proto``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

import numpy as np

from models.exports.wire import LENGTH, VARINT, Field, WireReader
from models.gguf.metadata import Metadata
from models.tokenizer.errors import bad_tokenizer, unsupported_tokenizer
from models.tokenizer.gguf_kinds.kind import TokenType
from models.tokenizer.gguf_tokenizer import tokenizer_from_metadata
from models.tokenizer.tokenizer import Tokenizer

# A token's length, and within it its name.
_FIRST_TOKEN = re.compile(rb"\n([\x04-\x1f])\n([\x01-\x1d])")

_PIECES, _TRAINER, _NORMALIZER = 1, 2, 3
_KINDS = {1: "t5", 2: "llama"}
"""The kinds of models by number, as GGUF files name them."""


def looks_like_sentence_piece(start: bytes) -> bool:
    """Whether a file that begins with these bytes is one of SentencePiece's."""
    match = _FIRST_TOKEN.match(start)
    # The name is shorter than the token by what says so: a text of empty lines is none.
    return match is not None and match[2][0] <= match[1][0] - 2


def tokenizer_from_sentence_piece(content: bytes, name: str) -> Tokenizer:
    """The tokenizer of such a file.

    Args:
        content: of the file.
        name: of the file for messages, already escaped.

    Raises:
        ModelFileError: the file is damaged.
        TokenizerError: its tokens contradict each other, or it does something to text that is not supported.
    """
    reader = WireReader(memoryview(content), name)
    tokens: list[str] = []
    scores: list[float] = []
    types: list[int] = []
    trainer: dict[int, int] = {}
    normalizer: dict[int, int] = {}
    characters, described = b"", False
    for number, wire_type, _, start, end in reader.fields(0, len(content)):
        if wire_type != LENGTH:
            continue
        if number == _PIECES:
            token, score, kind = _piece(content, reader.fields(start, end))
            # As in GGUF files: what a person defined is matched in text, where spaces are spaces.
            tokens.append(token.replace("▁", " ") if kind == TokenType.USER_DEFINED else token)
            scores.append(score)
            types.append(kind)
        elif number == _TRAINER:
            trainer = _numbers(reader.fields(start, end))
        elif number == _NORMALIZER:
            described = True
            for one, kind, _, first, last in reader.fields(start, end):
                if kind == VARINT:
                    normalizer[one] = first
                elif kind == LENGTH and one == 2:
                    characters = content[first:last]
    if not (trainer and described):
        raise bad_tokenizer("does not say how it was trained or what is done to text: its file is incomplete")
    metadata = _metadata(tokens, scores, types, trainer, normalizer, characters)
    return tokenizer_from_metadata(metadata, source=name)


def _metadata(
    tokens: list[str],
    scores: list[float],
    types: list[int],
    trainer: dict[int, int],
    normalizer: dict[int, int],
    characters: bytes,
) -> Metadata:
    """What a GGUF file made of this one says."""
    kind = _KINDS.get(trainer.get(3, 1))
    if kind is None:
        raise unsupported_tokenizer(f"is of SentencePiece's kind {trainer.get(3)}")
    if not normalizer.get(5, 1):
        raise unsupported_tokenizer("does not write spaces as “▁”")
    removes = bool(normalizer.get(4, 1))
    if kind == "llama" and (removes or characters):
        raise unsupported_tokenizer("changes characters or spaces before its BPE")
    values: dict[str, object] = {
        "model": kind,
        "tokens": tokens,
        "scores": np.array(scores, np.float32),
        "token_type": np.array(types, np.int32),
        "add_space_prefix": bool(normalizer.get(3, 1)),
        "remove_extra_whitespaces": removes,
    }
    if characters:
        values["precompiled_charsmap"] = np.frombuffer(characters, np.uint8)
    for key, field, default in (("unknown", 40, 0), ("bos", 41, 1), ("eos", 42, 2)):
        # A negative number, which is a very large one here, is none.
        if (number := trainer.get(field, default)) < 1 << 31:
            values[f"{key}_token_id"] = number
    return Metadata({f"tokenizer.ggml.{key}": value for key, value in values.items()})


def _piece(content: bytes, fields: Iterator[Field]) -> tuple[str, float, int]:
    token, score, kind = b"", 0.0, int(TokenType.NORMAL)
    for number, wire_type, _, start, end in fields:
        match number, wire_type:
            case 1, 2:
                token = content[start:end]
            case 2, 5:
                (score,) = struct.unpack("<f", content[start:end])
            case 3, 0:
                kind = start
    try:
        return token.decode(), score, kind
    except UnicodeDecodeError:
        raise bad_tokenizer("has a token that is no UTF-8") from None


def _numbers(fields: Iterator[Field]) -> dict[int, int]:
    return {number: value for number, wire_type, _, value, _ in fields if wire_type == VARINT}
