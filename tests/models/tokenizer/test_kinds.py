"""Tokenizers of every kind give the IDs and the text that the library gives, and the true bytes of every token."""

from __future__ import annotations

import json
from typing import Any

import pytest
import tokenizers

from models.errors import TokenizerError
from models.tokenizer.tokenizer import Tokenizer, TokenizerFacts
from tests.models.tokenizer.trained import SPECIAL, TEXTS, TRAINED, trained_tokenizer

kinds = pytest.mark.parametrize("name", TRAINED)

FAMILIES = {
    "gpt2": "byte-level BPE",
    "words": "byte-level BPE",
    "unigram_first": "Unigram",
    "unigram_always": "Unigram",
    "unigram_never": "Unigram",
    "word_piece": "WordPiece",
    "characters": "character BPE",
    "word_level": "whole words",
    "llama": "SentencePiece BPE",
    "mistral": "SentencePiece BPE",
    "gemma": "SentencePiece BPE",
}

BYTES_KEPT = ("gpt2", "words", "llama", "mistral", "gemma")
"""Kinds that lose nothing of any text."""

_made: dict[str, Tokenizer] = {}


def ours(name: str) -> Tokenizer:
    if name not in _made:
        _made[name] = Tokenizer.from_json(trained_tokenizer(name).to_str(), source="a test")
    return _made[name]


@kinds
def test_every_text_has_the_librarys_tokens(name: str) -> None:
    library, tokenizer = trained_tokenizer(name), ours(name)
    for text in TEXTS:
        assert tokenizer.encode(text) == library.encode(text, add_special_tokens=False).ids, text


@kinds
def test_so_has_every_text_between_control_tokens(name: str) -> None:
    library, tokenizer = trained_tokenizer(name), ours(name)
    for text in TEXTS:
        marked = f"<|mark|>{text}</s>{text}"
        expected = library.encode(marked, add_special_tokens=False).ids
        assert tokenizer.encode_with_control(marked) == expected, text


@kinds
def test_tokens_become_the_librarys_text(name: str) -> None:
    library, tokenizer = trained_tokenizer(name), ours(name)
    for text in TEXTS:
        ids = tokenizer.encode(text)
        assert tokenizer.decode(ids) == library.decode(ids, skip_special_tokens=False), text


@kinds
def test_it_is_the_same_after_saving_and_reading_again(name: str) -> None:
    tokenizer = ours(name)
    again = Tokenizer.from_json(tokenizer.to_json(), tokenizer.facts)
    assert again.pieces == tokenizer.pieces
    assert again.facts == tokenizer.facts
    assert again.control_ids == tokenizer.control_ids == {0, 1, 2, 3}
    library = tokenizers.Tokenizer.from_str(tokenizer.to_json())
    for text in TEXTS[:60]:
        expected = tokenizer.encode(text)
        assert again.encode(text) == expected
        assert again.encode(text, first=False) == tokenizer.encode(text, first=False)
        assert library.encode(text).ids == expected


@kinds
def test_fault_31_no_text_becomes_a_control_token(name: str) -> None:
    tokenizer = ours(name)
    named = ["".join(SPECIAL), " ".join(SPECIAL), "a<|mark|>b</s>", "<s>hi</s>"]
    # Words that cannot be written may become the unknown token.
    assert {1, 2, 3}.isdisjoint(one for text in [*named, *TEXTS] for one in tokenizer.encode(text))


@kinds
def test_the_family_is_named(name: str) -> None:
    facts = ours(name).facts
    assert facts.family == FAMILIES[name]
    assert facts.description == f"{FAMILIES[name]}, {ours(name).vocabulary_size:,} tokens, from a test"


def space_before(name: str, text: str) -> str:
    """The space that a kind writes before a first text."""
    if name == "llama":
        return " " if text else ""
    return " " if name == "mistral" and text and text[0] not in " ▁" else ""


@pytest.mark.parametrize("name", BYTES_KEPT)
def test_fault_33_pieces_are_the_bytes_of_the_text(name: str) -> None:
    tokenizer = ours(name)
    # After three spaces, which are a token of their own, "llama" begins anew with a space.
    for text in (one for one in TEXTS if name != "llama" or "   " not in one):
        meant = text if name in ("gpt2", "words") else text.replace("▁", " ")
        joined = b"".join(map(tokenizer.piece, tokenizer.encode(text)))
        assert joined == (space_before(name, text) + meant).encode(), text
        if name != "mistral":
            assert tokenizer.decode(tokenizer.encode(text)) == meant


def test_fault_33_half_characters_of_byte_fallback_are_bytes() -> None:
    tokenizer = ours("gemma")
    pieces = [tokenizer.piece(one) for one in tokenizer.encode("a\U000e0042")]
    assert pieces == [b"a", b"\xf3", b"\xa0", b"\x81", b"\x82"]


def test_a_space_before_the_first_word_is_the_tokenizers_own() -> None:
    """What SentencePiece's tokenizers do at the beginning, and after a control token, is three things."""
    spaces = {
        name: [ours(name).piece(one)[:1] == b" " for one in (first, later)]
        for name in ("llama", "mistral", "gemma")
        for first, later in [(ours(name).encode("hello")[0], ours(name).encode("hello", first=False)[0])]
    }
    assert spaces == {"llama": [True, True], "mistral": [True, False], "gemma": [False, False]}


# ---------------------------------------------------------------- added tokens


def with_added(name: str, *entries: dict[str, Any]) -> tuple[tokenizers.Tokenizer, Tokenizer]:
    content = json.loads(trained_tokenizer(name).to_str())
    size = trained_tokenizer(name).get_vocab_size()
    for place, entry in enumerate(entries):
        flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        content["added_tokens"].append({"id": size + place, **flags, **entry})
    text = json.dumps(content)
    return tokenizers.Tokenizer.from_str(text), Tokenizer.from_json(text)


@pytest.mark.parametrize("name", ["words", "llama", "mistral", "unigram_first"])
def test_tokens_swallow_white_space_as_they_say(name: str) -> None:
    library, tokenizer = with_added(
        name,
        {"content": "<|user|>", "rstrip": True},
        {"content": "<|end|>", "lstrip": True, "rstrip": True},
        {"content": "<tag>", "special": False, "lstrip": True},
        {"content": "[WORD]", "single_word": True},
    )
    for text in (
        "<|user|>\n Hello <|end|>\n<|user|>\n\n",
        "a <tag> <tag>b<|end|>  <|user|> x",
        "a[WORD]b [WORD] [WORD]. x[WORD]",
        "  <|end|>  ",
    ):
        expected = library.encode(text, add_special_tokens=False).ids
        assert tokenizer.encode_with_control(text) == expected, text


@pytest.mark.parametrize("name", ["gpt2", "llama", "unigram_first"])
def test_fault_31_markers_are_text_where_a_person_typed_them(name: str) -> None:
    _, tokenizer = with_added(name, {"content": "<think>", "special": False})
    marker = tokenizer.vocabulary_size - 1
    assert tokenizer.encode_with_control("<think>") == [marker]
    assert marker not in tokenizer.encode("<think> a <think>")
    assert not tokenizer.is_control(marker)
    assert tokenizer.piece(marker) == b"<think>"


@kinds
def test_white_space_that_is_a_token_is_one_in_all_text(name: str) -> None:
    three = trained_tokenizer(name).token_to_id("   ")
    assert three in ours(name).encode("a   b")
    assert three in ours(name).encode_with_control("a   b")


# ---------------------------------------------------------------- the model's vocabulary


@kinds
def test_fault_24_a_model_may_have_more_tokens(name: str) -> None:
    tokenizer = ours(name)
    size = tokenizer.vocabulary_size
    padded = tokenizer.for_model(size + 10)
    assert len(padded.pieces) == size + 10
    assert padded.pieces[:size] == tokenizer.pieces
    assert padded.piece(size + 3) == f"‹id {size + 3}›".encode()
    assert f"has {size + 10:,} tokens, its tokenizer {size:,}" in padded.facts.notes[0]
    again = Tokenizer.from_json(padded.to_json(), TokenizerFacts.from_dict(padded.facts.to_dict()))
    assert again.pieces == padded.pieces
    assert tokenizer.for_model(size) is tokenizer
    assert len(tokenizer.pieces) == size


def test_fault_24_special_tokens_that_the_model_lacks_mean_nothing() -> None:
    _, tokenizer = with_added("gpt2", {"content": "<|im_end|>"}, {"content": "<|x|>"})
    size = tokenizer.vocabulary_size
    assert tokenizer.end_ids == {2, size - 2}
    cut = tokenizer.for_model(size - 2)
    assert cut.end_ids == {2}
    assert max(cut.encode_with_control("<|im_end|>a<|x|>")) < size - 2
    assert "2 special names mean nothing" in cut.facts.notes[0]


def test_fault_24_ordinary_tokens_that_the_model_lacks_are_refused() -> None:
    with pytest.raises(TokenizerError) as caught:
        ours("gpt2").for_model(500)
    assert caught.value.case == "vocabulary-mismatch"
