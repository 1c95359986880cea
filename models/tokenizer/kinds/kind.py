"""What a model that cuts words into tokens must be able to do, and the checks that all kinds share.

Knows nothing about added tokens' roles, nor about how text is cut into words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from models.escaping import escape_text
from models.tokenizer.errors import bad_tokenizer

if TYPE_CHECKING:
    import tokenizers

MOST_TOKENS = 1_000_000
"""No vocabulary is larger; a larger token ID is a mistake or an attempt to fill the memory."""


class TokenModel(ABC):
    """The ordinary tokens of a tokenizer and the rule by which words become them."""

    TYPE: ClassVar[str]
    """Its ``type`` in ``tokenizer.json``."""

    vocabulary: dict[str, int]
    """IDs of the tokens, by the names that the model knows them by."""

    byte_fallback: bool = False
    """Whether tokens named ``<0x0A>`` are single bytes."""

    @classmethod
    @abstractmethod
    def recognises(cls, content: Mapping[str, Any]) -> bool:
        """Whether an old ``tokenizer.json``, which names no type, has a model of this kind."""

    @classmethod
    @abstractmethod
    def read(cls, content: Mapping[str, Any]) -> TokenModel:
        """The model from the object ``model`` of a ``tokenizer.json``.

        Raises:
            TokenizerError: a part is missing, malformed or contradicts another.
        """

    @abstractmethod
    def without(self, names: Iterable[str]) -> TokenModel:
        """This model unable to make the tokens of these names out of text; the unknown token stays."""

    @abstractmethod
    def to_dict(self, added: dict[str, int]) -> dict[str, Any]:
        """The object ``model`` of a ``tokenizer.json``, with added tokens back at their IDs."""

    @abstractmethod
    def build(self, added: dict[str, int]) -> tokenizers.models.Model:
        """The library's model; `added` are tokens that will be matched as a whole, with their IDs.

        Raises:
            Exception: whatever the library says.
        """


def checked_vocabulary(vocabulary: object) -> dict[str, int]:
    """IDs by name, from the object ``vocab``.

    Raises:
        TokenizerError: it is no such object, or an ID is no whole number, out of range or taken twice.
    """
    if not isinstance(vocabulary, dict):
        raise bad_tokenizer("has no model with a vocabulary")
    if not all(type(number) is int for number in vocabulary.values()):
        raise bad_tokenizer("has a token whose ID is no whole number")
    check_ids(vocabulary)
    return vocabulary


def check_ids(*groups: Mapping[str, int]) -> None:
    """Make sure that IDs are in range, and that no two names have the same.

    Raises:
        TokenizerError: one is not.
    """
    owners: dict[int, str] = {}
    for group in groups:
        if group and not 0 <= min(group.values()) <= max(group.values()) < MOST_TOKENS:
            token, number = next(pair for pair in group.items() if not 0 <= pair[1] < MOST_TOKENS)
            raise bad_tokenizer(f"gives “{escape_text(token)}” the ID {number:,}, which is out of range")
        for token, number in group.items():
            if owners.setdefault(number, token) != token:
                first, second = escape_text(owners[number]), escape_text(token)
                raise bad_tokenizer(f"gives “{first}” and “{second}” the same ID {number:,}")


def checked_unknown(name: object, vocabulary: Mapping[str, int]) -> str | None:
    """The name of the token for what cannot be written, if there is one.

    Raises:
        TokenizerError: it is no text, or not in the vocabulary.
    """
    if name is None or name == "":
        return None
    if not isinstance(name, str) or name not in vocabulary:
        raise bad_tokenizer(f"has no token “{escape_text(str(name))}”, which it names for unknown text")
    return name


def text_or_none(content: Mapping[str, Any], key: str) -> str | None:
    """A text option; an empty one is none.

    Raises:
        TokenizerError: it is something else.
    """
    value = content.get(key)
    if value is not None and not isinstance(value, str):
        raise bad_tokenizer(f"has {escape_text(repr(value))} where “{key}” should be a text")
    return value or None
