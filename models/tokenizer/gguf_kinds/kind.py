"""What a kind of tokenizer in GGUF files gives, and the token list that all kinds share.

Knows the metadata keys of tokens, nothing about how text becomes tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from models.escaping import escape_text
from models.gguf.metadata import Metadata
from models.tokenizer.added_tokens import AddedToken, role_of
from models.tokenizer.definition import TokenizerDefinition
from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.kinds.kind import MOST_TOKENS


class TokenType(IntEnum):
    """Values of ``tokenizer.ggml.token_type``."""

    NORMAL = 1
    """Text that the model makes of words."""
    UNKNOWN = 2
    """Stands for what cannot be encoded; treated as a control token."""
    CONTROL = 3
    """Written by templates and models only."""
    USER_DEFINED = 4
    """Text that is matched whole."""
    UNUSED = 5
    """Fills the vocabulary up."""
    BYTE = 6
    """A single byte, as ``<0x0A>``."""


_ADDED = {TokenType.UNKNOWN, TokenType.CONTROL, TokenType.USER_DEFINED}


@dataclass(frozen=True, slots=True)
class GgufTokens:
    """The tokens of a file.

    Args:
        names: by ID.
        types: by ID.
        scores: by ID, [tokens] float64, where the file has them.
    """

    names: list[str]
    types: list[TokenType]
    scores: NDArray[np.float64] | None

    def added(self, *, strips_right: bool = False) -> dict[str, AddedToken]:
        """The tokens that are matched as a whole, by name; optionally with the white space after them."""
        return {
            name: AddedToken(
                number,
                role_of(name, special=kind is not TokenType.USER_DEFINED),
                strips_right=strips_right and kind is not TokenType.UNKNOWN,
            )
            for number, (name, kind) in enumerate(zip(self.names, self.types, strict=True))
            if kind in _ADDED
        }

    def required_scores(self) -> list[float]:
        """The scores.

        Raises:
            TokenizerError: the file has none, or one that is no number.
        """
        if self.scores is None:
            raise bad_tokenizer("has no scores (tokenizer.ggml.scores)")
        if not np.isfinite(self.scores).all():
            place = int(np.flatnonzero(~np.isfinite(self.scores))[0])
            raise bad_tokenizer(f"has the score {self.scores[place]} at {place:,}")
        scores: list[float] = self.scores.tolist()
        return scores

    def unknown_id(self, metadata: Metadata) -> int | None:
        """The token for what cannot be written, if there is one."""
        key = "tokenizer.ggml.unknown_token_id"
        if key in metadata:
            return metadata.integer(key, 0, len(self.names) - 1)
        return next((n for n, kind in enumerate(self.types) if kind is TokenType.UNKNOWN), None)


@dataclass(frozen=True, slots=True)
class GgufTokenizer:
    """What a kind makes of a file.

    Args:
        definition: the tokenizer's parts.
        begins: whether a sequence starts with the begin token unless the file says otherwise.
        notes: sentences about what was found odd.
    """

    definition: TokenizerDefinition
    begins: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GgufTokenizerKind:
    """One kind.

    Args:
        identifier: the value of ``tokenizer.ggml.model`` that means it.
        name: for people.
        read: makes a tokenizer of metadata and tokens; raises `TokenizerError` or `ModelFileError`.
    """

    identifier: str
    name: str
    read: Callable[[Metadata, GgufTokens], GgufTokenizer]


def read_tokens(metadata: Metadata) -> GgufTokens:
    """The tokens of a file.

    Raises:
        ModelFileError: a list is missing or of the wrong type.
        TokenizerError: a token is empty or there twice, or the lists do not fit together.
    """
    names = metadata.texts("tokenizer.ggml.tokens")
    if not 0 < len(names) <= MOST_TOKENS:
        raise bad_tokenizer(
            f"has {len(names):,} tokens, not 1 to {MOST_TOKENS:,}" if names else "has no tokens"
        )
    types = _types(metadata, names)
    scores = _scores(metadata, names)
    first: dict[str, int] = {}
    for number, token in enumerate(names):
        if not token:
            raise bad_tokenizer(f"has an empty token at {number:,}")
        if first.setdefault(token, number) != number:
            raise bad_tokenizer(
                f"has the token “{escape_text(token)}” twice, at {first[token]:,} and {number:,}"
            )
    return GgufTokens(names, types, scores)


def _types(metadata: Metadata, names: list[str]) -> list[TokenType]:
    if "tokenizer.ggml.token_type" not in metadata:
        return [TokenType.NORMAL] * len(names)
    numbers = metadata.integers("tokenizer.ggml.token_type").tolist()
    if len(numbers) != len(names):
        raise bad_tokenizer(f"has {len(names):,} tokens but {len(numbers):,} token types")
    by_number = {int(kind): kind for kind in TokenType}
    unknown = next((number for number in numbers if number not in by_number), None)
    if unknown is not None:
        raise bad_tokenizer(f"has a token of type {unknown}, which does not exist")
    return [by_number[number] for number in numbers]


def _scores(metadata: Metadata, names: list[str]) -> NDArray[np.float64] | None:
    scores = metadata.get("tokenizer.ggml.scores")
    if scores is None:
        return None
    if not isinstance(scores, np.ndarray) or scores.dtype.kind not in "iuf":
        raise bad_tokenizer(f"has {len(names):,} tokens but no list of scores")
    if len(scores) != len(names):
        raise bad_tokenizer(f"has {len(names):,} tokens but {len(scores):,} scores")
    return scores.astype(np.float64)
