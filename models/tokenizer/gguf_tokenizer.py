"""The tokenizer inside a GGUF file.

Knows the metadata keys of tokenizers in that format, nothing about tensors.
"""

from __future__ import annotations

from enum import IntEnum

from models.errors import TokenizerError
from models.escaping import escape_text
from models.gguf.metadata import Metadata
from models.gguf.reader import GgufFile
from models.tokenizer.definition import TokenizerDefinition, assemble, bad_tokenizer
from models.tokenizer.pre_tokenizers import PRE_TOKENIZERS, PreTokenizer, find_pre_tokenizer
from models.tokenizer.tokenizer import Tokenizer, TokenizerFacts, known_end_ids

_END_KEYS = ("eos_token_id", "eot_token_id", "eom_token_id")


class TokenType(IntEnum):
    """Values of ``tokenizer.ggml.token_type``."""

    NORMAL = 1
    """Text in the byte alphabet."""
    UNKNOWN = 2
    """Stands for what cannot be encoded; treated as a control token."""
    CONTROL = 3
    """Written by templates and models only."""
    USER_DEFINED = 4
    """Text that is matched whole in templates."""
    UNUSED = 5
    """Fills the vocabulary up."""
    BYTE = 6
    """A single byte; of other tokenizers."""


def tokenizer_from_gguf(file: GgufFile) -> Tokenizer:
    """The tokenizer of a GGUF file.

    Raises:
        ModelFileError: its metadata is missing or of the wrong type.
        TokenizerError: its kind or pre-tokenizer is unknown, or its tokens contradict each other.
    """
    metadata = file.metadata
    kind = metadata.text("tokenizer.ggml.model", "")
    if kind != "gpt2":
        raise TokenizerError(
            "unsupported-tokenizer",
            f"The model's tokenizer is “{escape_text(kind)}”; only “gpt2” (byte-level BPE) is supported.",
            "Use a model with such a tokenizer, for example SmolLM2, Llama 3 or Qwen 2.",
        )
    family = _pre_tokenizer(metadata)
    tokens = metadata.texts("tokenizer.ggml.tokens")
    types = _token_types(metadata, tokens)
    _check_tokens(metadata, tokens)
    groups: dict[TokenType, dict[str, int]] = {kind: {} for kind in TokenType}
    for number, (token, token_type) in enumerate(zip(tokens, types, strict=True)):
        groups[token_type][token] = number
    definition = assemble(
        vocabulary=groups[TokenType.NORMAL] | groups[TokenType.UNUSED] | groups[TokenType.BYTE],
        merges=metadata.texts("tokenizer.ggml.merges"),
        control=groups[TokenType.CONTROL] | groups[TokenType.UNKNOWN],
        markers=groups[TokenType.USER_DEFINED],
        normalizer=family.normalizer,
        pre_tokenizer={"type": "Sequence", "pretokenizers": list(family.steps)},
        whole_words_first=family.whole_words_first,
    )
    return Tokenizer(definition, _facts(metadata, definition, family))


def _pre_tokenizer(metadata: Metadata) -> PreTokenizer:
    identifier = metadata.text("tokenizer.ggml.pre", "")
    family = find_pre_tokenizer(identifier)
    if family is None:
        known = ", ".join(f"“{each.identifiers[0]}”" for each in PRE_TOKENIZERS)
        named = f"names the pre-tokenizer “{escape_text(identifier)}”, which is unknown"
        raise TokenizerError(
            "unknown-pre-tokenizer",
            f"The model file {named if identifier else 'names no pre-tokenizer (tokenizer.ggml.pre)'}.",
            f"Use a file with one of {known}: with a wrong one the model would misread every text.",
        )
    return family


def _token_types(metadata: Metadata, tokens: list[str]) -> list[TokenType]:
    if "tokenizer.ggml.token_type" not in metadata:
        return [TokenType.NORMAL] * len(tokens)
    numbers = metadata.integers("tokenizer.ggml.token_type")
    if len(numbers) != len(tokens):
        raise bad_tokenizer(f"has {len(tokens):,} tokens but {len(numbers):,} token types")
    by_number = {int(kind): kind for kind in TokenType}
    unknown = next((number for number in numbers.tolist() if number not in by_number), None)
    if unknown is not None:
        raise bad_tokenizer(f"has a token of type {unknown}, which does not exist")
    return [by_number[number] for number in numbers.tolist()]


def _check_tokens(metadata: Metadata, tokens: list[str]) -> None:
    if not tokens:
        raise bad_tokenizer("has no tokens")
    scores = metadata.get("tokenizer.ggml.scores")
    if scores is not None and (not hasattr(scores, "__len__") or len(scores) != len(tokens)):
        count = f"{len(scores):,}" if hasattr(scores, "__len__") else "no list of"
        raise bad_tokenizer(f"has {len(tokens):,} tokens but {count} scores")
    first: dict[str, int] = {}
    for number, token in enumerate(tokens):
        if not token:
            raise bad_tokenizer(f"has an empty token at {number:,}")
        if first.setdefault(token, number) != number:
            raise bad_tokenizer(
                f"has the token “{escape_text(token)}” twice, at {first[token]:,} and {number:,}"
            )


def _facts(metadata: Metadata, definition: TokenizerDefinition, family: PreTokenizer) -> TokenizerFacts:
    last = definition.vocabulary_size - 1
    keys = [key for name in _END_KEYS if (key := f"tokenizer.ggml.{name}") in metadata]
    ends = frozenset(metadata.integer(key, 0, last) for key in keys)
    begin_id = None
    if "tokenizer.ggml.bos_token_id" in metadata:
        begin_id = metadata.integer("tokenizer.ggml.bos_token_id", 0, last)
    add_begin = metadata.flag("tokenizer.ggml.add_bos_token", family.begins)
    return TokenizerFacts(ends | known_end_ids(definition), begin_id, add_begin and begin_id is not None)
