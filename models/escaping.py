"""Untrusted text made safe to show: nothing invisible, nothing that reorders or breaks a line.

Knows nothing about where it is shown.
"""

from __future__ import annotations

import unicodedata

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing of its own: controls, bidi marks, surrogates, unassigned ones."""
    return unicodedata.category(character) in _INVISIBLE_CATEGORIES


def escape_character(character: str) -> str:
    """The code point of a character in visible form, ``⟨U+202E⟩``."""
    return f"⟨U+{ord(character):04X}⟩"


def escape_text(text: str, limit: int = 120) -> str:
    """Text with every invisible character escaped, cut to a length that fits a sentence.

    Args:
        text: anything, a file name or a key from an untrusted file.
        limit: most characters of it to show; the middle of a longer text gives way to ``…``.
    """
    if len(text) > limit:
        half = limit // 2
        text = f"{text[:half]}…{text[-half:]}"
    return "".join(escape_character(one) if is_invisible(one) else one for one in text)
