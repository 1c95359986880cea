"""Lengths and places in a text as Qt counts them: in UTF-16 code units, of which some characters take two.

Knows nothing about layouts or documents.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LAST_SINGLE = "\uffff"


def count(text: str) -> int:
    """Code units of a text."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > _LAST_SINGLE for character in text)


def cut(text: str, units: int) -> int:
    """Index of the character that begins at a number of code units; inside a character, of the one after."""
    if text.isascii():
        return min(max(units, 0), len(text))
    passed = 0
    for index, character in enumerate(text):
        if passed >= units:
            return index
        passed += 2 if character > _LAST_SINGLE else 1
    return len(text)


def widths(text: str) -> NDArray[np.int64]:
    """``int64 [len(text)]`` code units of each character."""
    return np.fromiter((2 if one > _LAST_SINGLE else 1 for one in text), np.int64, len(text))
