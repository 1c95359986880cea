"""The errors of tokenizers whose data cannot be, or is of a kind that is not read.

Knows nothing about where the data lies.
"""

from __future__ import annotations

from models.errors import TokenizerError


def bad_tokenizer(what: str) -> TokenizerError:
    """The error for tokenizer data that cannot be; `what` is a clause about the tokenizer."""
    return TokenizerError("bad-tokenizer", f"The tokenizer {what}.", "Use another file of this model.")


def unsupported_tokenizer(what: str) -> TokenizerError:
    """The error for a tokenizer that is sound but not read here; `what` is a clause about the tokenizer."""
    return TokenizerError(
        "unsupported-tokenizer",
        f"The tokenizer {what}, which is not supported.",
        "Use a model with byte-level or SentencePiece BPE, Unigram or WordPiece.",
    )
