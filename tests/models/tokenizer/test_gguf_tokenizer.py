"""The tokenizer of a GGUF file is the model's own, or refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.errors import ModelFileError, TokenizerError
from models.gguf.metadata import Metadata
from models.tokenizer.gguf_kinds.kind import TokenType
from models.tokenizer.gguf_tokenizer import tokenizer_from_metadata
from models.tokenizer.tokenizer import Tokenizer
from tests.models.tiny_gguf import tiny_vocabulary


def with_metadata(**changes: Any) -> Metadata:
    """The metadata of a file with the tiny model's tokenizer, some of its keys changed, or removed where `None`."""
    tokens, merges = tiny_vocabulary()
    values: dict[str, Any] = {
        "model": "gpt2",
        "pre": "smollm",
        "tokens": tokens,
        "merges": merges,
        "token_type": np.array([3, 3, 3] + [1] * (len(tokens) - 3), np.int32),
        "eos_token_id": 2,
    }
    values |= changes
    return Metadata({f"tokenizer.ggml.{key}": value for key, value in values.items() if value is not None})


def build(**changes: Any) -> Tokenizer:
    return tokenizer_from_metadata(with_metadata(**changes))


def refused(**changes: Any) -> TokenizerError:
    with pytest.raises(TokenizerError) as caught:
        build(**changes)
    return caught.value


def test_control_tokens_and_facts_come_from_the_file() -> None:
    tokenizer = build(bos_token_id=1, eos_token_id=5, eot_token_id=6)
    assert tokenizer.control_ids == {0, 1, 2}
    # The file's own, and the well-known <|endoftext|> and <|im_end|>.
    assert tokenizer.end_ids == {0, 2, 5, 6}
    assert tokenizer.begin_id == 1
    assert not tokenizer.add_begin


@pytest.mark.parametrize(
    ("changes", "added"),
    [
        ({"bos_token_id": 1, "add_bos_token": True}, True),
        ({"bos_token_id": 1, "add_bos_token": False, "pre": "llama-bpe"}, False),
        ({"bos_token_id": 1, "pre": "llama-bpe"}, True),
        ({"add_bos_token": True}, False),
    ],
)
def test_the_file_says_whether_sequences_begin(changes: dict[str, Any], added: bool) -> None:
    assert build(**changes).add_begin is added


def test_without_token_types_all_are_ordinary() -> None:
    tokenizer = build(token_type=None)
    assert tokenizer.control_ids == frozenset()
    assert tokenizer.end_ids == {2}


def test_user_defined_tokens_are_markers() -> None:
    tokens, _ = tiny_vocabulary()
    types = np.full(len(tokens) + 2, TokenType.NORMAL)
    types[-2:] = TokenType.USER_DEFINED, TokenType.UNUSED
    tokenizer = build(tokens=[*tokens, "<a b>", "[PAD]"], token_type=types)
    assert tokenizer.encode_with_control("<a b>") == [len(tokens)]
    assert [tokenizer.piece(one) for one in tokenizer.encode("<a b>")] == [b"<", b"a", b" b", b">"]
    assert tokenizer.pieces[-2:] == (b"<a b>", b"[PAD]")
    assert not tokenizer.is_control(len(tokens))


# ---------------------------------------------------------------- faults


def test_fault_07_an_empty_token_is_refused_by_its_number() -> None:
    tokens, _ = tiny_vocabulary()
    assert "an empty token at 7" in refused(tokens=[*tokens[:7], "", *tokens[8:]]).what


def test_fault_07_duplicate_tokens_are_refused_by_name() -> None:
    tokens, _ = tiny_vocabulary()
    error = refused(tokens=[*tokens[:-1], tokens[3]])
    assert f"“{tokens[3]}” twice, at 3 and {len(tokens) - 1}" in error.what


def test_fault_07_lists_of_different_lengths_are_refused() -> None:
    count = len(tiny_vocabulary()[0])
    assert f"{count} tokens but 5 token types" in refused(token_type=np.ones(5, np.int32)).what
    assert f"{count} tokens but 6 scores" in refused(scores=np.ones(6, np.float32)).what
    assert "no list of scores" in refused(scores=1.0).what
    assert "no tokens" in refused(tokens=[], token_type=np.array([], np.int32)).what


def test_fault_07_an_unknown_token_type_is_refused() -> None:
    count = len(tiny_vocabulary()[0])
    assert "type 9" in refused(token_type=np.full(count, 9, np.int32)).what


@pytest.mark.parametrize("identifier", ["kimi-k2", "", "SmolLM", "x\u202ey"])
def test_fault_08_an_unknown_pre_tokenizer_is_never_guessed(identifier: str) -> None:
    error = refused(pre=identifier)
    assert error.case == "unknown-pre-tokenizer"
    assert "“smollm”" in error.remedy
    assert "\u202e" not in error.what


def test_fault_08_a_missing_pre_tokenizer_is_never_guessed() -> None:
    error = refused(pre=None)
    assert error.case == "unknown-pre-tokenizer"
    assert "names no pre-tokenizer" in error.what


@pytest.mark.parametrize("kind", ["bert", "rwkv", "none", "plamo2", "", None])
def test_fault_10_other_kinds_of_tokenizers_are_named(kind: str | None) -> None:
    error = refused(model=kind)
    assert error.case == "unsupported-tokenizer"
    assert f"“{kind or ''}”" in error.what


@pytest.mark.parametrize("merge", ["ab", "a b c", " a", ""])
def test_merges_that_are_no_pairs_are_refused(merge: str) -> None:
    assert refused(merges=[merge]).case == "bad-tokenizer"


def test_merges_of_tokens_that_are_not_there_are_refused() -> None:
    assert "“q q” but no token “qq”" in refused(merges=["q q"]).what


@pytest.mark.parametrize("key", ["eos_token_id", "bos_token_id", "eot_token_id"])
@pytest.mark.parametrize("number", [-1, 10**6, "2"])
def test_fault_22_special_tokens_out_of_range_are_refused(key: str, number: object) -> None:
    with pytest.raises(ModelFileError, match=key):
        build(**{key: number})


@pytest.mark.parametrize("key", ["tokens", "merges"])
def test_missing_lists_are_named(key: str) -> None:
    with pytest.raises(ModelFileError, match=key):
        build(**{key: None})
