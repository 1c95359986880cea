"""WordPiece: the longest token that begins the rest of a word, again and again.

Knows nothing about how text is cut into words. The form is that of the class ``WordPiece`` of the `tokenizers`
library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.kinds.kind import TokenModel, checked_unknown, checked_vocabulary, text_or_none

if TYPE_CHECKING:
    import tokenizers

LONGEST_WORD = 1_000
"""Finding tokens takes time that grows with the square of a word's length; longer words are unknown."""


@dataclass(frozen=True, eq=False)
class WordPieceModel(TokenModel):
    """A WordPiece model.

    Args:
        vocabulary: IDs of tokens.
        unknown: name of the token for words that cannot be written.
        prefix: of tokens that do not begin a word.
        longest_word: most characters of a word that is not unknown.
    """

    TYPE: ClassVar[str] = "WordPiece"

    vocabulary: dict[str, int]
    unknown: str
    prefix: str = "##"
    longest_word: int = 100

    @classmethod
    def recognises(cls, content: Mapping[str, Any]) -> bool:
        """Whether an old ``tokenizer.json``, which names no type, has a model of this kind."""
        return "max_input_chars_per_word" in content

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> WordPieceModel:
        """The model from the object ``model`` of a ``tokenizer.json``.

        Raises:
            TokenizerError: a part is missing, malformed or contradicts another.
        """
        vocabulary = checked_vocabulary(content.get("vocab"))
        unknown = checked_unknown(content.get("unk_token"), vocabulary)
        if unknown is None:
            raise bad_tokenizer("names no token for unknown words")
        longest = content.get("max_input_chars_per_word", 100)
        if type(longest) is not int or not 0 < longest <= LONGEST_WORD:
            raise bad_tokenizer(f"allows words of {longest!r} characters, not of 1 to {LONGEST_WORD:,}")
        prefix = text_or_none(content, "continuing_subword_prefix") or ""
        return cls(vocabulary, unknown, prefix, longest)

    def without(self, names: Iterable[str]) -> WordPieceModel:
        """This model unable to make the tokens of these names out of text; the unknown token stays."""
        apart = {*names} - {self.unknown}
        kept = {token: number for token, number in self.vocabulary.items() if token not in apart}
        return replace(self, vocabulary=kept)

    def to_dict(self, added: dict[str, int]) -> dict[str, Any]:
        """The object ``model`` of a ``tokenizer.json``, with added tokens back at their IDs."""
        return {
            "type": self.TYPE,
            "unk_token": self.unknown,
            "continuing_subword_prefix": self.prefix,
            "max_input_chars_per_word": self.longest_word,
            "vocab": self.vocabulary | added,
        }

    def build(self, added: dict[str, int]) -> tokenizers.models.Model:
        """The library's model; `added` are tokens that will be matched as a whole, with their IDs."""
        from tokenizers.models import WordPiece

        return WordPiece(
            vocab=self.vocabulary | added,
            unk_token=self.unknown,
            continuing_subword_prefix=self.prefix,
            max_input_chars_per_word=self.longest_word,
        )
