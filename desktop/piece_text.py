"""Pieces of tokens made into text that can be laid out: whole characters, with the tokens they came from.

Knows nothing about layouts, sequences or engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inference.contract import Token
from models.escaping import escape_character, is_invisible

NEWLINE_SIGN = "⏎"
"""Stands for a newline where every token has to be seen."""

_LONGEST_CHARACTER = 4
_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest run of tokens that makes whole characters; mostly one token.

    Args:
        start: position of its first token.
        stop: one past the position of its last token.
        text: its characters as the tokens say, U+FFFD where bytes are none.
        special: whether it is a control token, whose text is its name.
    """

    start: int
    stop: int
    text: str
    special: bool = False


class UnitStream:
    """Makes units of tokens as they come; a character is held back until all its bytes are there."""

    def __init__(self) -> None:
        self._held = b""
        self._held_from = -1

    @property
    def holding(self) -> bool:
        """Whether the last token ends inside a character."""
        return self._held_from >= 0

    def feed(self, tokens: Iterable[Token], start: int) -> list[Unit]:
        """The units that are complete with these tokens.

        Args:
            tokens: that follow those fed before.
            start: position of the first of them.
        """
        units: list[Unit] = []
        for position, token in enumerate(tokens, start):
            if token.special:
                units += self.flush(position)
                units.append(Unit(position, position + 1, token.piece.decode("utf-8", "replace"), True))
                continue
            first = self._held_from if self.holding else position
            data = self._held + token.piece
            if not _ends_inside_a_character(data):
                units.append(Unit(first, position + 1, data.decode("utf-8", "replace")))
                self._held, self._held_from = b"", -1
            else:
                self._held, self._held_from = data, first
        return units

    def flush(self, stop: int) -> list[Unit]:
        """What is left at the end: the bytes of a character that was never completed.

        Args:
            stop: one past the position of the last token fed.
        """
        if not self.holding:
            return []
        left = Unit(self._held_from, stop, self._held.decode("utf-8", "replace"))
        self._held, self._held_from = b"", -1
        return [left]


def decode(pieces: Sequence[bytes]) -> str:
    """The text of a finished run of tokens; bytes that are no character become U+FFFD."""
    return b"".join(pieces).decode("utf-8", errors="replace")


def shown(text: str) -> str:
    """Text of a unit as a line of a layout can hold it: nothing that reorders the line or does not show.

    Newlines stay; whoever lays out breaks the line there.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        one if one in "\n\t" or one in _JOINERS or not is_invisible(one) else _shown_control(one)
        for one in text
    )


def _shown_control(character: str) -> str:
    # Windows line ends are common in pasted text and would otherwise fill it with code points.
    return "" if character == "\r" else escape_character(character)


def _ends_inside_a_character(data: bytes) -> bool:
    """Whether the last bytes are a beginning of a UTF-8 character, its end not there yet."""
    for back in range(1, min(_LONGEST_CHARACTER, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return byte < 0xF8 and back < length
        if byte < 0x80:
            return False
    return False
