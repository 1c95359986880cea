"""SentencePiece in GGUF files: scores decide, bytes stand in, and spaces stand where llama.cpp puts them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.errors import TokenizerError
from models.gguf.metadata import Metadata
from models.tokenizer import merges
from models.tokenizer.gguf_tokenizer import tokenizer_from_metadata
from models.tokenizer.tokenizer import Tokenizer

BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
FIRST_BYTE = 3

WORDS = ["▁", "t", "h", "e", "▁t", "he", "▁the", "n", "▁then", "th", "\t", "▁▁"]
SCORES = [-100.0, -101.0, -102.0, -103.0, -1.0, -2.0, -3.0, -104.0, -4.0, -5.0, -105.0, -6.0]
"""Joined first: “▁t”, then “he”, which leaves nothing for “th”."""

USER = ["<b>", "  "]

TOKENS = ["<unk>", "<s>", "</s>", *BYTES, *WORDS, *USER]
TYPES = [2, 3, 3, *[6] * 256, *[1] * len(WORDS), *[4] * len(USER)]


def metadata(**changes: Any) -> Metadata:
    values: dict[str, Any] = {
        "model": "llama",
        "tokens": TOKENS,
        "scores": np.array([0.0] * 259 + SCORES + [0.0] * len(USER), np.float32),
        "token_type": np.array(TYPES, np.int32),
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    values |= {key: value for key, value in changes.items() if key != "name"}
    keys = {f"tokenizer.ggml.{key}": value for key, value in values.items() if value is not None}
    if "name" in changes:
        keys["general.name"] = changes["name"]
    return Metadata(keys)


def build(**changes: Any) -> Tokenizer:
    return tokenizer_from_metadata(metadata(**changes))


def named(tokenizer: Tokenizer, ids: list[int]) -> list[str]:
    return [TOKENS[one] for one in ids]


def test_pairs_are_joined_by_score() -> None:
    tokenizer = build()
    assert named(tokenizer, tokenizer.encode("the then")) == ["▁the", "▁then"]
    assert named(tokenizer, tokenizer.encode("eth")) == ["▁", "e", "th"]
    assert tokenizer.decode(tokenizer.encode("the then")) == "the then"
    assert tokenizer.facts.description == f"SentencePiece BPE, {len(TOKENS)} tokens, from GGUF metadata"
    assert tokenizer.facts.notes == ()


def test_fault_33_characters_that_are_no_token_become_bytes() -> None:
    tokenizer = build()
    ids = tokenizer.encode("é\n\t")
    assert named(tokenizer, ids) == ["▁", "<0xC3>", "<0xA9>", "<0x0A>", "\t"]
    assert [tokenizer.piece(one) for one in ids] == [b" ", b"\xc3", b"\xa9", b"\n", b"\t"]
    assert tokenizer.decode(ids) == "é\n\t"
    assert tokenizer.decode(ids[:2]) == "\ufffd"


def test_names_of_bytes_in_text_are_text() -> None:
    tokenizer = build()
    ids = tokenizer.encode("<0x0A>")
    assert len(ids) == 7
    assert tokenizer.decode(ids) == "<0x0A>"


def test_every_stretch_of_text_begins_with_a_space_unless_the_file_says_not() -> None:
    tokenizer = build()
    assert named(tokenizer, tokenizer.encode_with_control("the<s>the")) == ["▁the", "<s>", "▁the"]
    assert named(tokenizer, tokenizer.encode("the", first=False)) == ["▁the"]
    bare = build(add_space_prefix=False)
    assert named(bare, bare.encode("the")) == ["t", "he"]
    assert bare.decode(bare.encode(" the")) == " the"
    assert tokenizer.encode("") == []


def test_fault_31_control_tokens_and_markers_are_text_to_people() -> None:
    tokenizer = build()
    for name in ("<s>", "</s>", "<unk>", "<b>"):
        ids = tokenizer.encode(f"{name}a{name}")
        assert TOKENS.index(name) not in ids
        assert tokenizer.decode(ids) == f"{name}a{name}"
        assert TOKENS.index(name) in tokenizer.encode_with_control(name)
    assert not tokenizer.is_control(TOKENS.index("<b>"))


def test_white_space_that_the_file_defines_is_matched_in_all_text() -> None:
    tokenizer = build()
    spaces = TOKENS.index("  ")
    assert tokenizer.piece(spaces) == b"  "
    assert spaces in tokenizer.encode("the  then")


def test_sequences_begin_unless_the_file_says_not() -> None:
    assert build().add_begin
    assert not build(add_bos_token=False).add_begin
    assert not build(bos_token_id=None).add_begin


def test_control_tokens_of_phi_3_swallow_the_space_after_them() -> None:
    tokenizer = build(name="Phi 3 mini, Phi-3")
    assert named(tokenizer, tokenizer.encode_with_control("<s>\n the")) == ["<s>", "▁the"]
    assert len(build(name="Other").encode_with_control("<s>\n the")) > 2


def test_saved_and_read_again_it_is_the_same() -> None:
    tokenizer = build()
    again = Tokenizer.from_json(tokenizer.to_json(), tokenizer.facts)
    assert again.pieces == tokenizer.pieces
    for text in ("the then", "é\n <s>", "  the"):
        assert again.encode(text) == tokenizer.encode(text)
        assert again.encode_with_control(text) == tokenizer.encode_with_control(text)


# ---------------------------------------------------------------- faults


def refused(**changes: Any) -> TokenizerError:
    with pytest.raises(TokenizerError) as caught:
        build(**changes)
    return caught.value


def test_fault_07_scores_must_be_there_and_be_numbers() -> None:
    assert "has no scores" in refused(scores=None).what
    scores = np.zeros(len(TOKENS), np.float32)
    scores[5] = np.nan
    assert "the score nan at 5" in refused(scores=scores).what
    assert f"{len(TOKENS)} tokens but 7 scores" in refused(scores=np.zeros(7, np.float32)).what
    assert "no list of scores" in refused(scores=["a"]).what


def test_equal_scores_are_said() -> None:
    notes = build(scores=np.full(len(TOKENS), -1000.0, np.float32)).facts.notes
    assert len(notes) == 1
    assert "6 tokens have the score of another one" in notes[0]


def test_fault_22_tokens_too_long_to_find_merges_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merges, "MOST_CUTS", 50)
    assert "too many long tokens" in refused().what


# ---------------------------------------------------------------- Unigram


def unigram(**changes: Any) -> Tokenizer:
    tokens = ["<pad>", "</s>", "<unk>", "▁", "t", "h", "e", "▁the", "▁then", "n", "<x>"]
    return build(
        model="t5",
        tokens=tokens,
        scores=np.array([0, 0, 0, -3, -4, -4, -4, -2, -5, -4, 0], np.float32),
        token_type=np.array([3, 3, 2, 1, 1, 1, 1, 1, 1, 1, 4], np.int32),
        bos_token_id=None,
        eos_token_id=1,
        **changes,
    )


def test_unigram_takes_the_most_probable_tokens() -> None:
    tokenizer = unigram(add_space_prefix=True)
    assert tokenizer.encode("the then") == [7, 8]
    assert tokenizer.decode([7, 8]) == "the then"
    assert tokenizer.encode("the  the") == [7, 3, 7]
    assert unigram(add_space_prefix=True, remove_extra_whitespaces=True).encode(" the  the ") == [7, 7]
    assert unigram().encode("the") == [4, 5, 6]
    assert tokenizer.facts.family == "Unigram"


def test_fault_31_unigram_cannot_make_control_tokens_of_text() -> None:
    tokenizer = unigram(add_space_prefix=True)
    for text in ("<pad>", "</s>", "<x>", "the</s>"):
        assert {0, 1, 10}.isdisjoint(tokenizer.encode(text))
    assert tokenizer.encode_with_control("</s><x>") == [1, 10]


@pytest.mark.parametrize("content", [np.zeros(3, np.uint8), np.arange(200, dtype=np.int8)])
def test_fault_23_a_map_of_characters_that_panics_is_an_error(
    content: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TokenizerError):
        unigram(precompiled_charsmap=content)
    assert capfd.readouterr().err == ""


def test_fault_22_a_map_of_characters_is_bytes() -> None:
    with pytest.raises(TokenizerError, match="no list of bytes"):
        unigram(precompiled_charsmap=["a"])


# ---------------------------------------------------------------- Gemma 4


def test_gemma_4_lists_its_merges_and_takes_line_ends_whole() -> None:
    tokens = ["<unk>", "<s>", "</s>", *BYTES, "▁", "t", "h", "e", "\n", "th", "the", "▁the", "\n\n"]
    tokenizer = build(
        model="gemma4",
        tokens=tokens,
        scores=None,
        token_type=np.array([2, 3, 3, *[6] * 256, *[1] * 9], np.int32),
        merges=["t h", "th e", "▁ the"],
    )
    ids = tokenizer.encode("the the\n\n\té")
    assert [tokens[one] for one in ids] == ["the", "▁the", "\n\n", "<0x09>", "<0xC3>", "<0xA9>"]
    assert tokenizer.decode(ids) == "the the\n\n\té"
    assert tokenizer.add_begin
