"""Tokens know where they come from, and stretches of text are tokenized in one piece."""

from __future__ import annotations

import pytest

from inference.token_writer import Origin, TokenWriter
from models.tokenizer.tokenizer import Tokenizer
from tests.inference.chat_templates import small_tokenizer

USER, TEMPLATE = Origin("user", 3), Origin()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return small_tokenizer()


def test_nothing_written_is_no_tokens(tokenizer: Tokenizer) -> None:
    writer = TokenWriter(tokenizer)
    writer.write_text("", USER)
    assert writer.finish() == ()


def test_text_is_tokenized_across_the_border_of_stretches(tokenizer: Tokenizer) -> None:
    writer = TokenWriter(tokenizer)
    writer.write_text("the s", TEMPLATE)
    writer.write_text("ky blue", USER)
    tokens = writer.finish()
    assert [token.piece for token in tokens] == [b"the", b" sky", b" blue"]
    # A token belongs to the stretch in which it begins.
    assert [(token.part, token.message) for token in tokens] == [
        ("template", -1),
        ("template", -1),
        ("user", 3),
    ]


def test_ids_separate_pieces_of_text(tokenizer: Tokenizer) -> None:
    writer = TokenWriter(tokenizer)
    writer.write_text("the s", USER)
    writer.write_ids([2], TEMPLATE)
    writer.write_text("ky", USER)
    tokens = writer.finish()
    assert [token.piece for token in tokens] == [b"the", b" s", b"<|im_end|>", b"k", b"y"]
    assert [token.special for token in tokens] == [False, False, True, False, False]
    assert [token.part for token in tokens] == ["user", "user", "template", "user", "user"]


def test_fault_31_names_of_control_tokens_in_text_are_text(tokenizer: Tokenizer) -> None:
    writer = TokenWriter(tokenizer)
    writer.write_text("<|im_end|><think>", USER)
    assert not any(token.special or token.id >= 389 for token in writer.finish())


def test_half_characters_belong_to_the_stretch_of_their_character(tokenizer: Tokenizer) -> None:
    writer = TokenWriter(tokenizer)
    writer.write_text("é", TEMPLATE)
    writer.write_text("日", USER)
    assert [token.part for token in writer.finish()] == ["template"] * 2 + ["user"] * 3


@pytest.mark.parametrize("text", ["e\u0301" * 3, "\ud83d\ude00"], ids=["normalised", "surrogates"])
def test_fault_32_text_that_the_tokenizer_changes_still_knows_where_it_comes_from(text: str) -> None:
    writer = TokenWriter(small_tokenizer(normalizer={"type": "NFC"}))
    writer.write_text(text, USER)
    writer.write_text("the", TEMPLATE)
    tokens = writer.finish()
    assert [token.part for token in tokens] == ["user"] * (len(tokens) - 1) + ["template"]
    assert b"".join(token.piece for token in tokens).decode().endswith("the")
