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
    "OLMo": [
        ("I'LL pay 1234567 €!", ["I", "'", "LL", " pay", " 1234567", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!", "\n"]),
    ],
    "Command R": [
        ("I'LL pay 1234567 €!", ["I", "'", "LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!", "\n"]),
    ],
    "DBRX": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "123", "456", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "cl100k": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "123", "456", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "Hunyuan": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "Qwen 3.5": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "GPT-4o": [
        ("I'LL pay 1234567 €!", ["I'LL", " pay", " ", "123", "456", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camel", "Case", " 世界かな한국", " c", "!\n"]),
    ],
    "o200k": [
        ("I'LL pay 1234567 €!", ["I'LL", " pay", " ", "123", "456", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camel", "Case", " 世界かな한국", " c", "!\n"]),
    ],
    "Tekken": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camel", "Case", " 世界かな한국", " c", "!\n"]),
    ],
    "Tiny Aya": [
        ("I'LL pay 1234567 €!", ["I'LL", " pay", " ", "1", "234", "567", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camel", "Case", " 世界かな한국", " c", "!\n"]),
    ],
    "DeepSeek LLM": [
        ("I'LL pay 1234567 €!", ["I", "'", "LL", " pay", " ", "1234567", " ", "€", "!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " ", "世界かな한국", " c", "!", "\n"]),
    ],
    "DeepSeek Coder": [
        (
            "I'LL pay 1234567 €!",
            ["I", "'", "LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " ", "€", "!"],
        ),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " ", "世界かな한국", " c", "!", "\n"]),
    ],
    "DeepSeek V3": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "123", "456", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " ", "世界かな", "한국", " c", "!\n"]),
    ],
    "Falcon": [
        ("I'LL pay 1234567 €!", ["I", "'", "LL", " pay", " ", "123", "456", "7", " €", "!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!", "\n"]),
    ],
    "BLOOM": [
        ("I'LL pay 1234567 €!", ["I'LL", " pay", " 1234567", " €", "!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "Viking": [
        ("I'LL pay 1234567 €!", ["I'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €", "!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "Jais 2": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "123", "456", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "Bailing": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "Seed Coder": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!", "\n"]),
    ],
    "EXAONE MoE": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase 世界かな한국 c", "!\n"]),
    ],
    "MiniCPM 5": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "123", "456", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
    ],
    "Youtu": [
        ("I'LL pay 1234567 €!", ["I'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camel", "Case", " ", "世界かな", "한국", " c", "!\n"]),
    ],
    "Chameleon": [
        ("I'LL pay 1234567 €!", ["I", "'", "LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €", "!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!", "\n"]),
    ],
    "default of llama.cpp": [
        ("I'LL pay 1234567 €!", ["I", "'", "LL", " pay", " ", "123", "456", "7", " €", "!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!", "\n"]),
    ],
    "Laguna": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!", "\n"]),
    ],
    "Ufakzeka": [
        ("I'LL pay 1234567 €!", ["I", "'LL", " pay", " ", "1", "2", "3", "4", "5", "6", "7", " €!"]),
        ("camelCase 世界かな한국 c!\n", ["camelCase", " 世界かな한국", " c", "!\n"]),
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
    assert find_pre_tokenizer("kimi-k2") is None
