"""Tokens that are matched as a whole, beside the model that cuts words: what each may be matched in, and where.

Knows nothing about the model.

Three roles keep what a person typed from becoming control: *control* tokens and *markers* are matched in a template's
own text only, *plain* tokens in all text, because they are nothing but text (runs of spaces, mostly).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from models.escaping import escape_text
from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.facts import END_TOKENS

_WORD = re.compile(r"\w")
_WHITE_SPACE = re.compile(r"\s+")


class Role(Enum):
    """In which text a token is matched, and whether people see it."""

    CONTROL = "control"
    """Written by templates and models only, and no text to people."""
    MARKER = "marker"
    """Text to people, matched in templates only, such as ``<think>``."""
    PLAIN = "plain"
    """White space or a single character: matched in all text."""


@dataclass(frozen=True, slots=True)
class AddedToken:
    """One such token.

    Args:
        id: its ID.
        role: in which text it is matched.
        strips_left: whether it swallows the white space before it.
        strips_right: whether it swallows the white space after it.
        single_word: whether it is matched only between characters that are no letters or digits.
        normalized: whether it is matched in the text after its normalization.
    """

    id: int
    role: Role
    strips_left: bool = False
    strips_right: bool = False
    single_word: bool = False
    normalized: bool = False

    def to_dict(self, name: str) -> dict[str, Any]:
        """The form of an entry of ``added_tokens``."""
        return {
            "id": self.id,
            "content": name,
            "single_word": self.single_word,
            "lstrip": self.strips_left,
            "rstrip": self.strips_right,
            "normalized": self.normalized,
            "special": self.role is Role.CONTROL,
        }


def role_of(name: str, *, special: bool) -> Role:
    """The role of a token, by its name and by what its file says.

    A name that is only white space or a single character cannot be markup that a template relies on. Tokens that
    end replies are control tokens even where a file calls them text.
    """
    if special or name in END_TOKENS:
        return Role.CONTROL
    return Role.PLAIN if len(name) == 1 or not name.replace("▁", " ").strip() else Role.MARKER


def read_added_tokens(entries: object) -> dict[str, AddedToken]:
    """Added tokens by name, from the list ``added_tokens`` of a ``tokenizer.json``.

    Raises:
        TokenizerError: an entry has no name or no ID.
    """
    if entries is None:
        return {}
    return dict(map(read_added_token, entries if isinstance(entries, list) else [entries]))


def read_added_token(entry: object) -> tuple[str, AddedToken]:
    """Name and token of one entry.

    Raises:
        TokenizerError: it has no name or no ID.
    """
    match entry:
        case {"id": int(number), "content": str(name), **rest} if name and not isinstance(number, bool):
            return name, AddedToken(
                number,
                role_of(name, special=bool(rest.get("special"))),
                bool(rest.get("lstrip")),
                bool(rest.get("rstrip")),
                bool(rest.get("single_word")),
                bool(rest.get("normalized")),
            )
    raise bad_tokenizer(f"has an added token without name or ID: {escape_text(str(entry))}")


class AddedTokenMatcher:
    """Finds added tokens in text, the longest first.

    Args:
        tokens: by name; there may be tens of thousands.
    """

    def __init__(self, tokens: Mapping[str, AddedToken]) -> None:
        self._tokens = dict(tokens)
        lengths: dict[str, set[int]] = {}
        for name in self._tokens:
            lengths.setdefault(name[0], set()).add(len(name))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        # An alternative for every name would be tried one after the other at every place.
        self._starts = re.compile(f"[{''.join(map(re.escape, lengths))}]") if lengths else None

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Where tokens are named, with the white space that they swallow.

        Yields:
            First character, one past the last, and the token's ID, in the order of the text.
        """
        if self._starts is None:
            return
        end = place = 0
        while match := self._starts.search(text, place):
            start = match.start()
            name = self._name_at(text, start)
            if name is None:
                place = start + 1
                continue
            token, stop = self._tokens[name], start + len(name)
            place = stop
            if token.single_word and _inside_word(text, start, stop):
                continue
            if token.strips_left:
                start = end + len(text[end:start].rstrip())
            if token.strips_right:
                white = _WHITE_SPACE.match(text, stop)
                place = stop = stop if white is None else white.end()
            yield start, stop, token.id
            end = stop

    def _name_at(self, text: str, start: int) -> str | None:
        names = (text[start : start + length] for length in self._lengths[text[start]])
        return next((name for name in names if name in self._tokens), None)


def _inside_word(text: str, start: int, stop: int) -> bool:
    before, after = text[max(start - 1, 0) : start], text[stop : stop + 1]
    return bool(_WORD.match(before) or _WORD.match(after))
