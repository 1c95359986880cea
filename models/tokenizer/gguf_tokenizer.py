"""The tokenizer inside a GGUF file.

Knows which metadata key names the kind of tokenizer and its special tokens, not what the kinds do.
"""

from __future__ import annotations

from models.errors import TokenizerError
from models.escaping import escape_text
from models.gguf.metadata import Metadata
from models.gguf.reader import GgufFile
from models.tokenizer.facts import TokenizerFacts, known_end_ids
from models.tokenizer.gguf_kinds import GGUF_KINDS
from models.tokenizer.gguf_kinds.kind import GgufTokenizer, GgufTokenizerKind, read_tokens
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizers_package import paused_collection

_END_KEYS = ("eos_token_id", "eot_token_id", "eom_token_id")


def tokenizer_from_gguf(file: GgufFile) -> Tokenizer:
    """The tokenizer of a GGUF file.

    Raises:
        ModelFileError: its metadata is missing or of the wrong type.
        TokenizerError: its kind or pre-tokenizer is unknown, or its tokens contradict each other.
    """
    return tokenizer_from_metadata(file.metadata)


def tokenizer_from_metadata(metadata: Metadata, source: str = "GGUF metadata") -> Tokenizer:
    """The tokenizer of a GGUF file's metadata; errors as `tokenizer_from_gguf`.

    Args:
        metadata: of the file.
        source: where it is from, for people.
    """
    kind = _kind(metadata)
    with paused_collection():
        made = kind.read(metadata, read_tokens(metadata))
        return Tokenizer(made.definition, _facts(metadata, made), source)


def _kind(metadata: Metadata) -> GgufTokenizerKind:
    identifier = metadata.text("tokenizer.ggml.model", "")
    for kind in GGUF_KINDS:
        if kind.identifier == identifier:
            return kind
    known = ", ".join(f"“{kind.identifier}” ({kind.name})" for kind in GGUF_KINDS)
    raise TokenizerError(
        "unsupported-tokenizer",
        f"The model's tokenizer is “{escape_text(identifier)}”, which is not supported.",
        f"Use a model whose tokenizer is one of {known}.",
    )


def _facts(metadata: Metadata, made: GgufTokenizer) -> TokenizerFacts:
    last = made.definition.vocabulary_size - 1

    def special(name: str) -> int | None:
        key = f"tokenizer.ggml.{name}"
        return metadata.integer(key, 0, last) if key in metadata else None

    ends = frozenset(number for key in _END_KEYS if (number := special(key)) is not None)
    begin_id = special("bos_token_id")
    add_begin = metadata.flag("tokenizer.ggml.add_bos_token", made.begins)
    return TokenizerFacts(
        end_ids=ends | known_end_ids(made.definition.control),
        begin_id=begin_id,
        add_begin=add_begin and begin_id is not None,
        end_id=special("eos_token_id"),
        notes=made.notes,
    )
