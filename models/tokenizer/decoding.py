"""How tokens become bytes again, one by one and in a row, by the decoder of a ``tokenizer.json``.

Knows nothing about IDs. Where the library gives text, this gives bytes: a token may be half a character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.escaping import escape_text
from models.tokenizer.byte_alphabet import token_bytes
from models.tokenizer.errors import bad_tokenizer, unsupported_tokenizer
from models.tokenizer.steps import flat_steps

_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")

_NO_CHANGE = frozenset({"Fuse"})


@dataclass(frozen=True, slots=True)
class Decoding:
    """What is done to tokens.

    Args:
        byte_level: tokens are written in the alphabet of bytes.
        byte_fallback: tokens like ``<0x0A>`` are single bytes.
        replacements: what stands for what, one after the other.
        spaced: tokens are words with a space between them.
        prefix: of words' later parts, where tokens are words.
        cleaned: whether spaces before punctuation go, where tokens are words.
        suffix: ends a word.
        bare_start: the first token loses these characters, all of them (``Metaspace`` does that).
        stripped: this character is lost from the beginning of the whole text …
        strip_count: … so many times at most.
    """

    byte_level: bool = False
    byte_fallback: bool = False
    replacements: tuple[tuple[str, str], ...] = ()
    spaced: bool = False
    prefix: str = ""
    cleaned: bool = False
    suffix: str = ""
    bare_start: str = ""
    stripped: str = " "
    strip_count: int = 0

    def piece(self, token: str) -> bytes:
        """The bytes of a token inside a text."""
        return self._bytes(token)

    def join(self, tokens: Sequence[str | bytes]) -> bytes:
        """The bytes of a whole text; tokens that are bytes are taken as they are."""
        last = len(tokens) - 1
        joined = b"".join(
            one if isinstance(one, bytes) else self._bytes(one, first=place == 0, last=place == last)
            for place, one in enumerate(tokens)
        )
        lost = self.stripped.encode()
        for _ in range(self.strip_count):
            joined = joined.removeprefix(lost)
        return joined

    def _bytes(self, token: str, *, first: bool = False, last: bool = False) -> bytes:
        if self.byte_level:
            return token_bytes(token)
        if self.byte_fallback and (match := _BYTE.fullmatch(token)):
            return bytes([int(match[1], 16)])
        if first and self.bare_start:
            token = token.replace(self.bare_start, "")
        for old, new in self.replacements:
            token = token.replace(old, new)
        if self.suffix:
            token = token.replace(self.suffix, "" if last else " ")
        if self.spaced:
            token = self._spaced(token, first)
        return token.encode("utf-8", "replace")

    def _spaced(self, token: str, first: bool) -> str:
        if not first:
            inner = bool(self.prefix) and token.startswith(self.prefix)
            token = token[len(self.prefix) :] if inner else f" {token}"
        if self.cleaned:
            for old, new in _CLEANED:
                token = token.replace(old, new)
        return token


_CLEANED = (
    (" .", "."),
    (" ?", "?"),
    (" !", "!"),
    (" ,", ","),
    (" ' ", "'"),
    (" n't", "n't"),
    (" 'm", "'m"),
    (" do not", " don't"),
    (" 's", "'s"),
    (" 've", "'ve"),
    (" 're", "'re"),
)
"""What the WordPiece decoder takes away, in its order."""


def read_decoding(decoder: object, *, byte_level: bool, byte_fallback: bool) -> Decoding:
    """What a decoder does.

    Args:
        decoder: in the form of ``tokenizer.json``.
        byte_level: whether some step of the tokenizer writes the alphabet of bytes.
        byte_fallback: whether its model writes bytes.

    Raises:
        TokenizerError: its steps are malformed, or cannot be done token by token.
    """
    if byte_level:
        return Decoding(byte_level=True)
    if decoder is None:
        return Decoding(spaced=True, byte_fallback=byte_fallback)
    replacements: list[tuple[str, str]] = []
    options: dict[str, object] = {"byte_fallback": byte_fallback}
    for step in flat_steps(decoder):
        match step:
            case {"type": "Replace", "pattern": {"String": str(old)}, "content": str(new)}:
                replacements.append((old, new))
            case {"type": "ByteFallback"}:
                options["byte_fallback"] = True
            case {"type": "Metaspace", "replacement": str(sign)} if len(sign) == 1:
                replacements.append((sign, " "))
                scheme = step.get("prepend_scheme", "always")
                if scheme != "never" and step.get("add_prefix_space") is not False:
                    options["bare_start"] = sign
            case {"type": "Strip", "content": str(sign), "start": int(start), "stop": 0} if 0 <= start < 64:
                options |= {"stripped": sign, "strip_count": start}
            case {"type": "WordPiece", "prefix": str(prefix)}:
                options |= {"spaced": True, "prefix": prefix, "cleaned": bool(step.get("cleanup"))}
            case {"type": "BPEDecoder", "suffix": str(suffix)}:
                options["suffix"] = suffix
            case {"type": str(kind)} if kind in _NO_CHANGE:
                pass
            case {"type": str(kind)} if kind in ("CTC", "Replace", "Strip"):
                raise unsupported_tokenizer(f"makes tokens into text by the decoder “{escape_text(kind)}”")
            case _:
                raise bad_tokenizer(f"has the decoder {escape_text(str(step))}")
    return Decoding(replacements=tuple(replacements), **options)  # type: ignore[arg-type]
