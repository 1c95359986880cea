"""SentencePiece's own files are read as the GGUF files made of them, or refused by what they ask for."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from models.errors import TokenizerError, VitrineError
from models.tokenizer.sentence_piece_file import looks_like_sentence_piece, tokenizer_from_sentence_piece
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizer_file import read_tokenizer
from tests.models.tokenizer.test_gguf_sentence_piece import SCORES, TOKENS, TYPES, USER, build

BPE, UNIGRAM, WORDS = 2, 1, 3


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def message(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


def piece(token: bytes, score: float, kind: int) -> bytes:
    return message(1, message(1, token) + varint(2 << 3 | 5) + struct.pack("<f", score) + number(3, kind))


def file(
    *,
    kind: int = BPE,
    trainer: bytes = b"",
    normalizer: bytes = b"",
    extra: bytes = b"",
    space_before: bool = True,
    removes: bool = False,
) -> bytes:
    """A file with the tokens of the GGUF tests."""
    scores = [0.0] * 259 + SCORES + [0.0] * len(USER)
    pieces = [
        piece(token.encode(), score, type_) for token, score, type_ in zip(TOKENS, scores, TYPES, strict=True)
    ]
    options = number(3, int(space_before)) + number(4, int(removes))
    return (
        b"".join(pieces)
        + extra
        + message(2, number(3, kind) + trainer)
        + message(3, message(1, b"identity") + options + normalizer)
    )


def read(**changes: object) -> Tokenizer:
    return tokenizer_from_sentence_piece(file(**changes), "tokenizer.model")  # type: ignore[arg-type]


TEXTS = ("the then", "  the", "é\n<s>", "<0x0A> the<b>")


def test_it_is_what_the_gguf_file_is(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.model"
    path.write_bytes(file())
    tokenizer, expected = read_tokenizer(path), build()
    assert tokenizer.pieces == expected.pieces
    assert tokenizer.control_ids == expected.control_ids
    assert [tokenizer.encode(text) for text in TEXTS] == [expected.encode(text) for text in TEXTS]
    facts = tokenizer.facts
    assert (facts.begin_id, facts.end_id, facts.add_begin) == (1, 2, True)
    assert facts.description == f"SentencePiece BPE, {len(TOKENS)} tokens, from tokenizer.model"


def test_whether_a_text_gets_a_space_before_it_is_in_the_file() -> None:
    expected = build(add_space_prefix=False)
    tokenizer = read(space_before=False)
    assert [tokenizer.encode(text) for text in TEXTS] == [expected.encode(text) for text in TEXTS]


def test_special_tokens_may_be_missing() -> None:
    tokenizer = read(trainer=number(41, -1) + number(42, -1))
    assert (tokenizer.begin_id, tokenizer.facts.end_id) == (None, None)


def test_unigram_files_too() -> None:
    tokenizer = read(kind=UNIGRAM, removes=True)
    assert tokenizer.facts.family == "Unigram"
    assert tokenizer.encode(" the the ") == tokenizer.encode("the the")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": WORDS}, "SentencePiece's kind 3"),
        ({"removes": True}, "changes characters or spaces"),
        ({"normalizer": message(2, b"map")}, "changes characters or spaces"),
        ({"normalizer": number(5, 0)}, "does not write spaces"),
    ],
)
def test_what_is_not_supported_is_named(changes: dict[str, object], said: str) -> None:
    with pytest.raises(TokenizerError) as caught:
        read(**changes)
    assert caught.value.case == "unsupported-tokenizer"
    assert said in caught.value.what


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"extra": piece(b"\xff", 0, 1)}, "no UTF-8"),
        ({"extra": piece(b"", 0, 1)}, "empty token at 273"),
        ({"extra": piece(b"th", 0, 1)}, "the token “th” twice"),
        ({"extra": piece(b"new", 0, 9)}, "type 9"),
        ({"extra": piece(b"new", float("nan"), 1)}, "score nan"),
        ({"trainer": number(41, 5000)}, "bos_token_id"),
    ],
)
def test_fault_07_contradictions_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(VitrineError) as caught:
        read(**changes)
    assert said in caught.value.what


@pytest.mark.parametrize("place", [3, 20, 500, -1, -16, -20])
def test_fault_02_an_incomplete_file_is_refused(place: int) -> None:
    with pytest.raises(VitrineError):
        tokenizer_from_sentence_piece(file()[:place], "tokenizer.model")


def test_texts_and_pictures_do_not_look_like_it() -> None:
    assert looks_like_sentence_piece(file())
    for start in (b"", b"\n", b"\n\n\n\n", b"\nab\ncd", b'\n{"a": 1}', b"\x89PNG\r\n\x1a\n", b"GGUF\x03"):
        assert not looks_like_sentence_piece(start)
