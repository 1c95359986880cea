"""How the families of byte-level BPE tokenizers cut text into words before merging.

Knows the cutting only, not vocabularies. The names are those of llama.cpp in ``tokenizer.ggml.pre``; the
rules are those of each family's own ``tokenizer.json``, as the `tokenizers` library writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PreTokenizer:
    """One family.

    Args:
        name: its name for people.
        identifiers: values of ``tokenizer.ggml.pre`` that mean it.
        steps: the pre-tokenizers, one after the other, in the form of ``tokenizer.json``.
        normalizer: the normalizer in the same form.
        whole_words_first: whether a word that is a token is taken whole, whatever the merges say.
        begins: whether a sequence starts with the begin token unless the file says otherwise.
    """

    name: str
    identifiers: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]
    normalizer: dict[str, Any] | None = None
    whole_words_first: bool = False
    begins: bool = False


def _byte_level(*, split: bool) -> dict[str, Any]:
    """Bytes to characters of the byte alphabet, with GPT-2's own splitting or without."""
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": split}


def _split(pattern: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


_CONTRACTIONS_AND_WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+"
_SIGNS_AND_SPACES = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

PRE_TOKENIZERS: tuple[PreTokenizer, ...] = (
    PreTokenizer("GPT-2", ("gpt-2",), (_byte_level(split=True),)),
    PreTokenizer(
        "SmolLM", ("smollm",), ({"type": "Digits", "individual_digits": True}, _byte_level(split=True))
    ),
    PreTokenizer(
        "Llama 3",
        ("llama-bpe", "llama3", "llama-v3"),
        (
            _split(f"{_CONTRACTIONS_AND_WORDS}|\\p{{N}}{{1,3}}|{_SIGNS_AND_SPACES}"),
            _byte_level(split=False),
        ),
        whole_words_first=True,
        begins=True,
    ),
    PreTokenizer(
        "Qwen 2",
        ("qwen2",),
        (_split(f"{_CONTRACTIONS_AND_WORDS}|\\p{{N}}|{_SIGNS_AND_SPACES}"), _byte_level(split=False)),
        normalizer={"type": "NFC"},
    ),
)
"""Every family that is done exactly."""


def find_pre_tokenizer(identifier: str) -> PreTokenizer | None:
    """The family that a value of ``tokenizer.ggml.pre`` means, `None` if it is not known."""
    return next((family for family in PRE_TOKENIZERS if identifier in family.identifiers), None)
