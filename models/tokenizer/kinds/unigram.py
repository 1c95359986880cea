"""Unigram: the most probable way to write a word as tokens, each with a probability of its own.

Knows nothing about how SentencePiece files hold it. Sources: Kudo 2018 (arXiv:1804.10959); the form is that of
the class ``Unigram`` of the `tokenizers` library.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from models.escaping import escape_text
from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.kinds.kind import MOST_TOKENS, TokenModel

if TYPE_CHECKING:
    import tokenizers


@dataclass(frozen=True, eq=False)
class UnigramModel(TokenModel):
    """A Unigram model.

    Args:
        tokens: all of them, by ID.
        scores: logarithms of their probabilities, by ID.
        unknown_id: of the token for what cannot be written.
        byte_fallback: whether unknown characters become tokens ``<0x..>`` of their bytes.
        hidden: IDs that text cannot become.
    """

    TYPE: ClassVar[str] = "Unigram"

    tokens: list[str]
    scores: list[float]
    unknown_id: int | None = None
    byte_fallback: bool = False
    hidden: frozenset[int] = frozenset()
    vocabulary: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        vocabulary = {token: number for number, token in enumerate(self.tokens) if number not in self.hidden}
        object.__setattr__(self, "vocabulary", vocabulary)

    @classmethod
    def recognises(cls, content: Mapping[str, Any]) -> bool:
        """Whether an old ``tokenizer.json``, which names no type, has a model of this kind."""
        return isinstance(content.get("vocab"), list)

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> UnigramModel:
        """The model from the object ``model`` of a ``tokenizer.json``.

        Raises:
            TokenizerError: a part is missing, malformed or contradicts another.
        """
        tokens: list[str] = []
        scores: list[float] = []
        entries = content.get("vocab")
        if not isinstance(entries, list):
            raise bad_tokenizer("has no model with a vocabulary")
        for entry in entries:
            match entry:
                case [str(token), int() | float() as score] if not isinstance(score, bool):
                    tokens.append(token)
                    scores.append(float(score))
                case _:
                    raise bad_tokenizer(f"has a token without name or score: {escape_text(str(entry))}")
        unknown_id = content.get("unk_id")
        if unknown_id is not None and type(unknown_id) is not int:
            raise bad_tokenizer("names an unknown token that is no whole number")
        return cls.checked(tokens, scores, unknown_id, bool(content.get("byte_fallback")))

    @classmethod
    def checked(
        cls, tokens: list[str], scores: list[float], unknown_id: int | None, byte_fallback: bool
    ) -> UnigramModel:
        """A model whose parts fit together; arguments as the class.

        Raises:
            TokenizerError: they do not.
        """
        if not 0 < len(tokens) <= MOST_TOKENS:
            raise bad_tokenizer(f"has {len(tokens):,} tokens, not 1 to {MOST_TOKENS:,}")
        if unknown_id is not None and not 0 <= unknown_id < len(tokens):
            raise bad_tokenizer(f"names the unknown token {unknown_id:,}, which is out of range")
        first: dict[str, int] = {}
        for number, (token, score) in enumerate(zip(tokens, scores, strict=True)):
            if not token:
                raise bad_tokenizer(f"has an empty token at {number:,}")
            if not math.isfinite(score):
                raise bad_tokenizer(f"gives “{escape_text(token)}” the score {score}")
            if first.setdefault(token, number) != number:
                raise bad_tokenizer(
                    f"has the token “{escape_text(token)}” twice, at {first[token]:,} and {number:,}"
                )
        return cls(tokens, scores, unknown_id, byte_fallback)

    def without(self, names: Iterable[str]) -> UnigramModel:
        """This model unable to make the tokens of these names out of text; the unknown token stays."""
        apart = {number for name in names if (number := self.vocabulary.get(name)) is not None}
        return replace(self, hidden=self.hidden | (apart - {self.unknown_id}))

    def to_dict(self, added: dict[str, int]) -> dict[str, Any]:
        """The object ``model`` of a ``tokenizer.json``; hidden tokens are in it, others find their ID by order."""
        return {
            "type": self.TYPE,
            "unk_id": self.unknown_id,
            "vocab": [list(pair) for pair in zip(self.tokens, self.scores, strict=True)],
            "byte_fallback": self.byte_fallback,
        }

    def build(self, added: dict[str, int]) -> tokenizers.models.Model:
        """The library's model; `added` are tokens that will be matched as a whole, with their IDs."""
        from tokenizers.models import Unigram

        named = [
            # Words have no spaces in them, so these match none; the IDs of the others stay what they are.
            (f"\ufdd0 {number} \ufdd1" if number in self.hidden else token, score)
            for number, (token, score) in enumerate(zip(self.tokens, self.scores, strict=True))
        ]
        return Unigram(vocab=named, unk_id=self.unknown_id, byte_fallback=self.byte_fallback)
