"""A model's tokenizer: text to token IDs and back, where ordinary text never becomes a control token.

Knows nothing about prompts or templates, nor where its data came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from models.errors import TokenizerError
from models.escaping import escape_text
from models.tokenizer.byte_alphabet import token_bytes
from models.tokenizer.definition import TokenizerDefinition, read_definition

if TYPE_CHECKING:
    import tokenizers

END_TOKENS = (
    "<|im_end|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<|end_of_text|>",
    "<|endoftext|>",
)
"""Control tokens that end a reply wherever they exist."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class TokenizerFacts:
    """What must be known of a tokenizer beside its ``tokenizer.json``.

    Args:
        end_ids: tokens that end a reply.
        begin_id: the token that may stand before everything, if there is one.
        add_begin: whether it does.
    """

    end_ids: frozenset[int] = frozenset()
    begin_id: int | None = None
    add_begin: bool = False

    def to_dict(self) -> dict[str, Any]:
        """These facts as JSON can hold them."""
        return {"end_ids": sorted(self.end_ids), "begin_id": self.begin_id, "add_begin": self.add_begin}

    @classmethod
    def from_dict(cls, values: object) -> TokenizerFacts:
        """The facts that `to_dict` wrote.

        Raises:
            TokenizerError: they are not of that form.
        """
        match values:
            case {
                "end_ids": list(end_ids),
                "begin_id": int() | None as begin_id,
                "add_begin": bool(add_begin),
            }:
                if all(isinstance(one, int) for one in end_ids):
                    return cls(frozenset(end_ids), begin_id, add_begin)
        raise TokenizerError(
            "damaged-tokenizer-facts",
            "The facts about the tokenizer are not in the form they were written in.",
            "Import the model again.",
        )


class Tokenizer:
    """A byte-level BPE tokenizer.

    Args:
        definition: vocabulary, merges and the rest.
        facts: what the model does with its control tokens.

    Raises:
        TokenizerError: the definition cannot be used, or a fact names a token that is not there.
    """

    def __init__(self, definition: TokenizerDefinition, facts: TokenizerFacts) -> None:
        self.facts = facts
        self._definition = definition
        self.vocabulary_size = size = definition.vocabulary_size
        """One past the largest token ID."""
        named = {*facts.end_ids, *([] if facts.begin_id is None else [facts.begin_id])}
        if strangers := sorted(one for one in named if not 0 <= one < size):
            raise TokenizerError(
                "token-id-out-of-range",
                f"Token {strangers[0]} has a special role, but the vocabulary ends at {size - 1}.",
                "Use another file of this model.",
            )
        self.control_ids = frozenset(definition.control.values())
        """Tokens that only templates may write, and that are not shown as text."""
        self._marked = definition.control | definition.markers
        longest_first = sorted(self._marked, key=len, reverse=True)
        self._marks = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._ordinary = _guarded(lambda: _build(definition))

    @classmethod
    def from_json(cls, text: str, facts: TokenizerFacts | None = None) -> Tokenizer:
        """A tokenizer from the content of a ``tokenizer.json``.

        Args:
            text: the file's content.
            facts: `None` takes the end tokens to be those of `END_TOKENS` that exist, and no begin token.

        Raises:
            TokenizerError: malformed, or of a kind that is not supported.
        """
        definition = read_definition(text)
        return cls(definition, facts or TokenizerFacts(known_end_ids(definition)))

    def to_json(self) -> str:
        """The content of a ``tokenizer.json``, as the `tokenizers` library and others read it."""
        return self._definition.to_json()

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
        """The bytes of every token by ID; a control token's are its name."""
        pieces = [_placeholder(number) for number in range(self.vocabulary_size)]
        for token, number in self._definition.vocabulary.items():
            pieces[number] = token_bytes(token)
        for token, number in self._marked.items():
            pieces[number] = token.encode()
        return tuple(pieces)

    def piece(self, token_id: int) -> bytes:
        """The bytes of one token; ``<id 99999>`` for one outside the vocabulary."""
        return self.pieces[token_id] if 0 <= token_id < self.vocabulary_size else _placeholder(token_id)

    def is_control(self, token_id: int) -> bool:
        """Whether only templates may write this token."""
        return token_id in self.control_ids

    def encode(self, text: str) -> list[int]:
        """The tokens of ordinary text: names of control tokens in it are text like any other.

        Lone surrogates become U+FFFD. Bytes that the vocabulary has no token for are left out, as every
        implementation of these tokenizers does.

        Raises:
            TokenizerError: the tokenizer failed on this text.
        """
        sound = _without_lone_surrogates(text)
        ids: list[int] = _guarded(lambda: self._ordinary.encode(sound, add_special_tokens=False).ids)
        return ids

    def encode_with_control(self, text: str) -> list[int]:
        """The tokens of a template's text: names of control tokens, the longest first, become these tokens.

        Raises:
            TokenizerError: the tokenizer failed on this text.
        """
        ids: list[int] = []
        end = 0
        for start, stop, token_id in self.find_control(text):
            ids += self.encode(text[end:start])
            ids.append(token_id)
            end = stop
        return ids + self.encode(text[end:])

    def find_control(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Where a template's text names control tokens or markers, the longest name first.

        Yields:
            First character, one past the last, and the token's ID, in the order of the text.
        """
        if self._marks is not None:
            for match in self._marks.finditer(text):
                yield match.start(), match.end(), self._marked[match.group()]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of tokens, control tokens by name; bytes that are no character become U+FFFD."""
        return b"".join(map(self.piece, ids)).decode("utf-8", "replace")


def known_end_ids(definition: TokenizerDefinition) -> frozenset[int]:
    """The tokens of `END_TOKENS` that a tokenizer has."""
    return frozenset(definition.control[name] for name in END_TOKENS if name in definition.control)


def _placeholder(token_id: int) -> bytes:
    return f"<id {token_id}>".encode()


def _without_lone_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _build(definition: TokenizerDefinition) -> tokenizers.Tokenizer:
    """The library's tokenizer without any added token, so that it cannot match one."""
    import tokenizers

    # Handing the large parts over as objects takes half as long as a second round through JSON.
    ordinary = tokenizers.Tokenizer.from_str(definition.shell())
    ordinary.model = tokenizers.models.BPE(
        vocab=definition.vocabulary,
        merges=definition.merges,
        ignore_merges=definition.whole_words_first,
    )
    return ordinary


def _guarded(call: Callable[[], _Result]) -> _Result:
    """Run something of the `tokenizers` library and turn every way it fails into an error."""
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        # Rust's panics arrive as pyo3_runtime.PanicException, which is no Exception.
        raise TokenizerError(
            "tokenizer-failed",
            f"The tokenizer failed: {escape_text(str(error))}.",
            "Use another file of this model, or other text.",
        ) from error
