"""Every family cuts text as its own tokenizer does; the contract of the registry."""

from __future__ import annotations

import json

import pytest
import tokenizers

from models.tokenizer.byte_alphabet import token_bytes
from models.tokenizer.pre_tokenizers import PRE_TOKENIZERS, PreTokenizer, find_pre_tokenizer

EXPECTED = {
    "GPT-2": [
        ("I'll pay 1234 €!", ["I", "'ll", " pay", " 1234", " €!"]),
        ("I'LL", ["I", "'", "LL"]),
        ("a  b\n\n c", ["a", " ", " b", "\n\n", " c"]),
    ],
    "SmolLM": [
        ("I'll pay 1234 €!", ["I", "'ll", " pay", " ", "1", "2", "3", "4", " €!"]),
        ("a  b\n\n c", ["a", " ", " b", "\n\n", " c"]),
        ("x²½", ["x", "²", "½"]),
    ],
    "Llama 3": [
        ("I'll pay 1234567 €!", ["I", "'ll", " pay", " ", "123", "456", "7", " €!"]),
        ("I'LL", ["I", "'LL"]),
        ("a.b\n\n c!\n", ["a", ".b", "\n\n", " c", "!\n"]),
    ],
    "Qwen 2": [
        ("I'll pay 1234 €!", ["I", "'ll", " pay", " ", "1", "2", "3", "4", " €!"]),
        ("a.b\n\n c!\n", ["a", ".b", "\n\n", " c", "!\n"]),
    ],
}


def words(family: PreTokenizer, text: str) -> list[str]:
    steps = {"type": "Sequence", "pretokenizers": list(family.steps)}
    shell = json.dumps(
        {"version": "1.0", "pre_tokenizer": steps, "model": {"type": "BPE", "vocab": {}, "merges": []}}
    )
    cutter = tokenizers.Tokenizer.from_str(shell).pre_tokenizer
    assert cutter is not None
    return [token_bytes(word).decode() for word, _ in cutter.pre_tokenize_str(text)]


@pytest.mark.parametrize("family", PRE_TOKENIZERS, ids=lambda family: family.name)
def test_every_family_cuts_as_expected_and_loses_nothing(family: PreTokenizer) -> None:
    for text, expected in EXPECTED[family.name]:
        assert words(family, text) == expected
    odd = "tab\tação 日本 '\u202e 👩‍🚀\r\n \x00  end  "
    assert "".join(words(family, odd)) == odd


@pytest.mark.parametrize("family", PRE_TOKENIZERS, ids=lambda family: family.name)
def test_every_family_is_found_by_each_of_its_identifiers(family: PreTokenizer) -> None:
    assert family.identifiers
    assert all(find_pre_tokenizer(identifier) is family for identifier in family.identifiers)


def test_no_identifier_means_two_families() -> None:
    identifiers = [one for family in PRE_TOKENIZERS for one in family.identifiers]
    assert len(identifiers) == len(set(identifiers))
    assert find_pre_tokenizer("default") is None
