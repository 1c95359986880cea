"""The printable characters that stand for bytes in byte-level vocabularies.

Knows nothing about tokens. Source: Radford et al., GPT-2, ``encoder.py``, ``bytes_to_unicode``.
"""

from __future__ import annotations


def _byte_characters() -> tuple[str, ...]:
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    # The others take, in order, the characters from U+0100 on.
    substitutes = (chr(number) for number in range(0x100, 0x200))
    return tuple(chr(byte) if byte in printable else next(substitutes) for byte in range(256))


BYTE_CHARACTERS = _byte_characters()
"""The character for each byte."""

_TO_CHARACTERS = dict(enumerate(BYTE_CHARACTERS))

# Characters outside the alphabet become one that Latin-1 has not, so that they are noticed.
_TO_LATIN_1 = dict.fromkeys(range(0x100), "\uffff") | {
    ord(character): chr(byte) for byte, character in enumerate(BYTE_CHARACTERS)
}


def token_bytes(token: str) -> bytes:
    """The bytes that a token of a byte-level vocabulary stands for.

    A token with a character outside the alphabet stands for its own UTF-8, as in the ByteLevel decoder of the
    `tokenizers` library.
    """
    try:
        return token.translate(_TO_LATIN_1).encode("latin-1")
    except UnicodeEncodeError:
        return token.encode("utf-8", "replace")


def byte_token(content: bytes) -> str:
    """The token of a byte-level vocabulary that stands for some bytes."""
    return content.decode("latin-1").translate(_TO_CHARACTERS)
