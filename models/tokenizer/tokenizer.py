"""A model's tokenizer: text to token IDs and back, where ordinary text never becomes a control token.

Knows nothing about prompts or templates, nor where its data came from.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from models.errors import TokenizerError
from models.tokenizer.added_tokens import AddedTokenMatcher, Role
from models.tokenizer.decoding import Decoding
from models.tokenizer.definition import TokenizerDefinition
from models.tokenizer.facts import END_TOKENS, TokenizerFacts, known_end_ids
from models.tokenizer.pieces import placeholder
from models.tokenizer.tokenizer_json import read_definition
from models.tokenizer.tokenizers_package import OrdinaryTokenizer, paused_collection

__all__ = ["END_TOKENS", "Tokenizer", "TokenizerFacts"]


class Tokenizer:
    """A tokenizer of any kind.

    Args:
        definition: its parts.
        facts: what the model does with its control tokens.
        source: where the definition was found, for people (``"tokenizer.json"``); `None` keeps the description
            that the facts have.

    Raises:
        TokenizerError: the definition cannot be used, or a fact names a token that is not there.
    """

    def __init__(
        self, definition: TokenizerDefinition, facts: TokenizerFacts, source: str | None = None
    ) -> None:
        self._definition = definition
        self.vocabulary_size = size = definition.vocabulary_size
        """One past the largest token ID."""
        if source is not None or not facts.family:
            family = definition.family
            description = f"{family}, {size:,} tokens" + (f", from {source}" if source else "")
            facts = replace(facts, family=family, description=description)
        self.facts = facts
        named = {*facts.end_ids, *(one for one in (facts.begin_id, facts.end_id) if one is not None)}
        if strangers := sorted(one for one in named if not 0 <= one < size):
            raise TokenizerError(
                "token-id-out-of-range",
                f"Token {strangers[0]} has a special role, but the vocabulary ends at {size - 1}.",
                "Use another file of this model.",
            )
        self.control_ids = frozenset(definition.control.values())
        """Tokens that only templates may write, and that are not shown as text."""
        self._matcher = AddedTokenMatcher(
            {name: token for name, token in definition.added.items() if token.role is not Role.PLAIN}
        )
        self._ordinary = OrdinaryTokenizer(definition)

    @classmethod
    def from_json(
        cls, text: str, facts: TokenizerFacts | None = None, source: str | None = None
    ) -> Tokenizer:
        """A tokenizer from the content of a ``tokenizer.json``.

        Args:
            text: the file's content.
            facts: `None` takes the end tokens to be those of `END_TOKENS` that exist, and no begin token.
            source: as the class has it.

        Raises:
            TokenizerError: malformed, or of a kind that is not supported.
        """
        with paused_collection():
            definition = read_definition(text)
            return cls(definition, facts or TokenizerFacts(known_end_ids(definition.control)), source)

    def to_json(self) -> str:
        """The content of a ``tokenizer.json``, as the `tokenizers` library and others read it."""
        return self._definition.to_json()

    def for_model(self, places: int) -> Tokenizer:
        """This tokenizer for a model that has so many tokens; its facts note a difference.

        Names without a place in the model are not matched any more; places without a name show their ID.

        Raises:
            TokenizerError: ordinary text could become a token that the model does not have.
        """
        size = self.vocabulary_size
        if places == size:
            return self
        if places > size:
            note = f"The model has {places:,} tokens, its tokenizer {size:,}: the others have no name."
            other = copy.copy(self)
            other.facts = replace(self.facts, places=places, notes=(*self.facts.notes, note))
            # The copy has the pieces of the original if they were made already.
            other.__dict__.pop("pieces", None)
            return other
        return self._cut(places)

    def _cut(self, places: int) -> Tokenizer:
        definition, facts = self._definition, self.facts
        plain = definition.ids(Role.PLAIN).values()
        if max((*definition.model.vocabulary.values(), *plain), default=-1) >= places:
            raise TokenizerError(
                "vocabulary-mismatch",
                f"The tokenizer has {self.vocabulary_size:,} tokens, the model {places:,}.",
                "Use the tokenizer that belongs to this model.",
            )
        added = {name: token for name, token in definition.added.items() if token.id < places}
        lost = len(definition.added) - len(added)
        note = (
            f"The model has {places:,} tokens, its tokenizer {self.vocabulary_size:,}: {lost:,} special names "
            "mean nothing to the model and are ordinary text."
        )
        return Tokenizer(
            replace(definition, added=added),
            replace(
                facts,
                end_ids=frozenset(one for one in facts.end_ids if one < places),
                begin_id=facts.begin_id if (facts.begin_id or 0) < places else None,
                add_begin=facts.add_begin and (facts.begin_id or 0) < places,
                end_id=facts.end_id if (facts.end_id or 0) < places else None,
                places=places,
                notes=(*facts.notes, note),
            ),
        )

    @property
    def end_ids(self) -> frozenset[int]:
        """Tokens that end a reply."""
        return self.facts.end_ids

    @property
    def begin_id(self) -> int | None:
        """The token that may stand before everything."""
        return self.facts.begin_id

    @property
    def add_begin(self) -> bool:
        """Whether prompts start with the begin token."""
        return self.facts.add_begin

    @cached_property
    def pieces(self) -> tuple[bytes, ...]:
        """The bytes of every token by ID, for as many as the model has; a control token's are its name.

        They are what a token adds to a text in the middle of it: the first token of a text may add one space
        less (`decode` knows).
        """
        definition = self._definition
        piece_of = definition.decoding.piece
        size = max(self.vocabulary_size, self.facts.places or 0)
        pieces: list[bytes | None] = [None] * size
        for token, number in definition.model.vocabulary.items():
            pieces[number] = piece_of(token)
        for name, added in definition.added.items():
            # Runs of "▁" are spaces where the tokenizer says so; in the alphabet of bytes they are themselves.
            plain = added.role is Role.PLAIN and not definition.is_byte_level
            pieces[added.id] = piece_of(name) if plain else name.encode("utf-8", "replace")
        return tuple(placeholder(n) if piece is None else piece for n, piece in enumerate(pieces))

    def piece(self, token_id: int) -> bytes:
        """The bytes of one token; ``‹id 99999›`` for one outside the vocabulary."""
        return self.pieces[token_id] if 0 <= token_id < len(self.pieces) else placeholder(token_id)

    def is_control(self, token_id: int) -> bool:
        """Whether only templates may write this token."""
        return token_id in self.control_ids

    def encode(self, text: str, *, first: bool = True) -> list[int]:
        """The tokens of ordinary text: names of control tokens in it are text like any other.

        Lone surrogates become U+FFFD. Bytes that the vocabulary has no token for are left out or become the
        unknown token, as every implementation of these tokenizers does.

        Args:
            text: anything.
            first: whether no text comes before it; some tokenizers write a space before the first word.

        Raises:
            TokenizerError: the tokenizer failed on this text.
        """
        return self._ordinary.encode(_without_lone_surrogates(text), first=first)

    def encode_with_control(self, text: str) -> list[int]:
        """The tokens of a template's text: names of control tokens, the longest first, become these tokens.

        Raises:
            TokenizerError: the tokenizer failed on this text.
        """
        ids: list[int] = []
        end = 0
        for start, stop, token_id in self.find_control(text):
            ids += self.encode(text[end:start], first=end == 0)
            ids.append(token_id)
            end = stop
        return ids + self.encode(text[end:], first=end == 0)

    def find_control(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Where a template's text names control tokens or markers, the longest name first.

        Yields:
            First character, one past the last, and the token's ID, in the order of the text. White space that
            belongs to the token (some swallow what follows them) is within.
        """
        return self._matcher.find(text)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of tokens, control tokens by name; bytes that are no character become U+FFFD."""
        names = self._names
        tokens = [names[one] if one in names else self.piece(one) for one in ids]
        return self._decoding.join(tokens).decode("utf-8", "replace")

    @cached_property
    def _names(self) -> dict[int, str]:
        """Names of the tokens whose bytes depend on their place in a text."""
        definition = self._definition
        names = {number: name for name, number in definition.model.vocabulary.items()}
        for name, added in definition.added.items():
            names.pop(added.id, None)
            if added.role is Role.PLAIN and not definition.is_byte_level:
                names[added.id] = name
        return names

    @cached_property
    def _decoding(self) -> Decoding:
        return self._definition.decoding


def _without_lone_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
