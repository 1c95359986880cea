"""Whole words as tokens, and one token for all others.

Knows nothing about how text is cut into words. The form is that of the class ``WordLevel`` of the `tokenizers`
library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.kinds.kind import TokenModel, checked_unknown, checked_vocabulary

if TYPE_CHECKING:
    import tokenizers


@dataclass(frozen=True, eq=False)
class WordLevelModel(TokenModel):
    """A list of words.

    Args:
        vocabulary: IDs of words.
        unknown: name of the token for other words.
    """

    TYPE: ClassVar[str] = "WordLevel"

    vocabulary: dict[str, int]
    unknown: str

    @classmethod
    def recognises(cls, content: Mapping[str, Any]) -> bool:
        """Whether an old ``tokenizer.json``, which names no type, has a model of this kind."""
        return content.keys() == {"vocab", "unk_token"}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> WordLevelModel:
        """The model from the object ``model`` of a ``tokenizer.json``.

        Raises:
            TokenizerError: a part is missing, malformed or contradicts another.
        """
        vocabulary = checked_vocabulary(content.get("vocab"))
        unknown = checked_unknown(content.get("unk_token"), vocabulary)
        if unknown is None:
            raise bad_tokenizer("names no token for unknown words")
        return cls(vocabulary, unknown)

    def without(self, names: Iterable[str]) -> WordLevelModel:
        """This model unable to make the tokens of these names out of text; the unknown token stays."""
        apart = {*names} - {self.unknown}
        kept = {token: number for token, number in self.vocabulary.items() if token not in apart}
        return replace(self, vocabulary=kept)

    def to_dict(self, added: dict[str, int]) -> dict[str, Any]:
        """The object ``model`` of a ``tokenizer.json``, with added tokens back at their IDs."""
        return {"type": self.TYPE, "vocab": self.vocabulary | added, "unk_token": self.unknown}

    def build(self, added: dict[str, int]) -> tokenizers.models.Model:
        """The library's model; `added` are tokens that will be matched as a whole, with their IDs."""
        from tokenizers.models import WordLevel

        return WordLevel(vocab=self.vocabulary | added, unk_token=self.unknown)
