"""Pieces, the bytes of single tokens: joined to text as they come, and shown one by one.

Knows nothing about tokenizers or where a piece is shown.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from models.escaping import escape_character, is_invisible

VISIBLE_SIGNS = {" ": "·", "\n": "⏎", "\t": "⇥"}
"""Signs for the white space that tokens are full of."""

_OWN_SIGNS = frozenset({*VISIBLE_SIGNS.values(), "⟨", "⟩"})


def placeholder(token_id: int) -> bytes:
    """What stands for the piece of a token that has none: its ID."""
    return f"‹id {token_id}›".encode()


@lru_cache(maxsize=16384)
def render_piece(piece: bytes) -> str:
    """A piece in visible form, different for every piece.

    Spaces, newlines and tabs become ``·``, ``⏎`` and ``⇥``; bytes that are no character, ASCII controls and
    the signs used here become hexadecimal, ``⟨E3 81⟩``; characters that show nothing or reorder text become
    their code points, ``⟨U+202E⟩``. A combining mark without a base stands on a dotted circle.
    """
    if not piece:
        return "⟨⟩"
    shown: list[str] = []
    bare: list[int] = []
    based = False
    for character in piece.decode("utf-8", "surrogateescape"):
        if "\udc80" <= character <= "\udcff":
            bare.append(ord(character) - 0xDC00)
            continue
        shown += _hexadecimal(bare)
        based = based and not bare
        bare = []
        if character in VISIBLE_SIGNS:
            shown.append(VISIBLE_SIGNS[character])
        elif character in _OWN_SIGNS or character < " " or character == "\x7f":
            shown += _hexadecimal(character.encode())
        elif is_invisible(character) or character.isspace():
            shown.append(escape_character(character))
        elif unicodedata.combining(character) and not based:
            shown.append("◌" + character)
        else:
            shown.append(character)
        based = character not in VISIBLE_SIGNS and not shown[-1].endswith("⟩")
    return "".join([*shown, *_hexadecimal(bare)])


def _hexadecimal(values: Iterable[int]) -> list[str]:
    digits = " ".join(f"{value:02X}" for value in values)
    return [f"⟨{digits}⟩"] if digits else []


class PieceStream:
    """Turns pieces into text as they come, holding back a character until all its bytes are there."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, piece: bytes) -> str:
        """The text that is complete with this piece; bytes that can be no character are ``U+FFFD``."""
        return self._decoder.decode(piece)

    def flush(self) -> str:
        """What is left at the end: ``U+FFFD`` for a character that was never completed, or nothing."""
        text = self._decoder.decode(b"", final=True)
        self._decoder.reset()
        return text
