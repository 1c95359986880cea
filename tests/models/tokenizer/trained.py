"""Tiny tokenizers of every kind, trained by the `tokenizers` library on the parity tests' texts.

Knows nothing of our own readers.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

from tests.parity.tokenizer_texts import texts

SPECIAL = ["<unk>", "<s>", "</s>", "<|mark|>"]
"""Tokens 0 to 3 of all of them."""

TEXTS = texts()


def byte_level(pattern: str | None) -> pre_tokenizers.PreTokenizer:
    if pattern is None:
        return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    split = pre_tokenizers.Split(tokenizers.Regex(pattern), "isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(False, use_regex=False)])


def library_tokenizers() -> dict[str, tuple[tokenizers.Tokenizer, Any]]:
    bytes_first = pre_tokenizers.ByteLevel.alphabet()
    made: dict[str, tuple[tokenizers.Tokenizer, Any]] = {}
    for name, pattern in (("gpt2", None), ("words", r"\s*\w+|\s*[^\w\s]+|\s+")):
        one = tokenizers.Tokenizer(models.BPE(ignore_merges=name == "words"))
        one.pre_tokenizer, one.decoder = byte_level(pattern), decoders.ByteLevel()
        made[name] = (
            one,
            trainers.BpeTrainer(
                vocab_size=600, initial_alphabet=bytes_first, special_tokens=SPECIAL, show_progress=False
            ),
        )
    for scheme in ("first", "always", "never"):
        one = tokenizers.Tokenizer(models.Unigram())
        one.normalizer = normalizers.NFKC()
        one.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme)
        one.decoder = decoders.Metaspace(prepend_scheme=scheme)
        made[f"unigram_{scheme}"] = (
            one,
            trainers.UnigramTrainer(
                vocab_size=500, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False
            ),
        )
    one = tokenizers.Tokenizer(models.WordPiece(unk_token="<unk>"))
    one.normalizer = normalizers.BertNormalizer(lowercase=False)
    one.pre_tokenizer, one.decoder = pre_tokenizers.BertPreTokenizer(), decoders.WordPiece()
    made["word_piece"] = (
        one,
        trainers.WordPieceTrainer(vocab_size=500, special_tokens=SPECIAL, show_progress=False),
    )
    one = tokenizers.Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    one.pre_tokenizer, one.decoder = pre_tokenizers.WhitespaceSplit(), decoders.BPEDecoder(suffix="</w>")
    made["characters"] = (
        one,
        trainers.BpeTrainer(
            vocab_size=600, special_tokens=SPECIAL, end_of_word_suffix="</w>", show_progress=False
        ),
    )
    one = tokenizers.Tokenizer(models.WordLevel(unk_token="<unk>"))
    one.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made["word_level"] = one, trainers.WordLevelTrainer(special_tokens=SPECIAL, show_progress=False)
    return made


def sentence_piece_tokenizers() -> dict[str, tuple[tokenizers.Tokenizer, Any]]:
    """BPE with spaces as a sign and bytes for rare characters, in the three ways that models' files have it."""
    made: dict[str, tuple[tokenizers.Tokenizer, Any]] = {}
    escape = normalizers.Replace(" ", "▁")
    decoding = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    strip = decoders.Strip(" ", 1, 0)
    for name, normalizer, cut, decoder in (
        ("llama", normalizers.Sequence([normalizers.Prepend("▁"), escape]), None, [*decoding, strip]),
        ("mistral", None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False), [*decoding, strip]),
        ("gemma", escape, pre_tokenizers.Split(" ", "merged_with_previous"), decoding),
    ):
        one = tokenizers.Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
        one.decoder = decoders.Sequence(decoder)
        for part, value in (("normalizer", normalizer), ("pre_tokenizer", cut)):
            if value is not None:
                setattr(one, part, value)
        made[name] = (
            one,
            trainers.BpeTrainer(
                vocab_size=900,
                limit_alphabet=150,
                special_tokens=[*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256))],
                show_progress=False,
                max_token_length=8,
            ),
        )
    return made


def with_ordinary_bytes(one: tokenizers.Tokenizer) -> tokenizers.Tokenizer:
    """The same tokenizer, its bytes ordinary tokens: only as special ones can they be put into a vocabulary."""
    content = json.loads(one.to_str())
    content["added_tokens"] = [
        each for each in content["added_tokens"] if not each["content"].startswith("<0x")
    ]
    return tokenizers.Tokenizer.from_str(json.dumps(content))


@cache
def trained_tokenizer(name: str) -> tokenizers.Tokenizer:
    """One of `TRAINED`, trained: a few hundred tokens, and one of three spaces that is matched in all text."""
    one, trainer = untrained()[name]
    one.train_from_iterator(TEXTS, trainer)
    one = with_ordinary_bytes(one)
    one.add_tokens([tokenizers.AddedToken("   ", normalized=False)])
    return one


def untrained() -> dict[str, tuple[tokenizers.Tokenizer, Any]]:
    """Tokenizers and trainers by name."""
    return library_tokenizers() | sentence_piece_tokenizers()


TRAINED = tuple(untrained())
"""Their names."""
