"""Words in sequences of tokens: which tokens each is made of, and which word two sentences share.

Knows nothing about widgets or engines.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from desktop.piece_text import shown
from inference.contract import Token

_JOINING = frozenset("'’-")
"""Signs inside a word: they are part of it where letters stand on both sides."""

_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts without spaces between words: each of their characters counts as a word."""


@dataclass(frozen=True, slots=True)
class Word:
    """A run of tokens.

    Args:
        start: position of its first token.
        stop: one past its last.
        text: of the word, without what else the tokens have.
    """

    start: int
    stop: int
    text: str

    @property
    def last(self) -> int:
        """Position of the token that has seen all of it."""
        return self.stop - 1

    @property
    def shown(self) -> str:
        """The text as a line can hold it: nothing in it reorders the line or does not show."""
        return " ".join(shown(self.text).split())

    @property
    def folded(self) -> str:
        """The text as words are compared: capitals and ways of writing accents make no difference."""
        return unicodedata.normalize("NFC", self.text).casefold()


def words_of(tokens: Sequence[Token]) -> list[Word]:
    """The words that a person typed, in order; what a template added has none."""
    typed = [at for at, token in enumerate(tokens) if token.part == "user" and not token.special]
    ends = list(accumulate(len(tokens[at].piece) for at in typed))
    # What is no character stays a byte each.
    text = b"".join(tokens[at].piece for at in typed).decode("utf-8", "surrogateescape")
    places = [0, *accumulate(len(character.encode("utf-8", "surrogateescape")) for character in text)]
    found = []
    for start, stop in _runs(text):
        first, last = places[start], places[stop]
        # The tokens that have its first byte and its last.
        one, other = typed[bisect_right(ends, first)], typed[bisect_left(ends, last)]
        found.append(Word(one, other + 1, text[start:stop]))
    return found


def word_at(tokens: Sequence[Token], position: int) -> Word:
    """The word that a token is part of; the token alone where it is part of none."""
    for word in words_of(tokens):
        if word.start <= position < word.stop:
            return word
    return run_of(tokens, position, position + 1)


def run_of(tokens: Sequence[Token], start: int, stop: int) -> Word:
    """Some tokens, whatever they are."""
    text = b"".join(token.piece for token in tokens[start:stop]).decode("utf-8", "replace")
    return Word(start, stop, text.strip() or text)


def shared_word(
    first: Sequence[Token], second: Sequence[Token], preferred: str = ""
) -> tuple[Word, Word] | None:
    """The word that two sentences have in common: the longest, and where it occurs several times the last.

    Args:
        first: tokens of one.
        second: tokens of the other.
        preferred: a word, folded, that is taken where both have it.
    """
    ones, others = ({word.folded: word for word in words_of(tokens)} for tokens in (first, second))
    common = [word for word in ones if word in others]
    if not common:
        return None
    chosen = preferred if preferred in common else max(common, key=lambda word: (len(word), ones[word].start))
    return ones[chosen], others[chosen]


def occurrences(tokens: Sequence[Token], word: Word) -> int:
    """How often a word is in a sentence."""
    return sum(one.folded == word.folded for one in words_of(tokens))


def _runs(text: str) -> list[tuple[int, int]]:
    """Where words begin and end in a text."""
    runs: list[tuple[int, int]] = []
    begun = -1
    for at, character in enumerate(text):
        if _unspaced(character):
            runs += [(begun, at)] if begun >= 0 else []
            runs.append((at, at + 1))
            begun = -1
        elif _is_letter(character) or (
            begun >= 0 and character in _JOINING and at + 1 < len(text) and _is_letter(text[at + 1])
        ):
            begun = at if begun < 0 else begun
        elif begun >= 0:
            runs.append((begun, at))
            begun = -1
    return [*runs, (begun, len(text))] if begun >= 0 else runs


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _unspaced(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _UNSPACED)
