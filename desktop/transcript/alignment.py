"""Which token each character of rendered Markdown came from.

Knows nothing about documents or layouts: it compares two strings.

Rendering drops characters (the signs of Markdown, addresses of links) and never reorders them, so the rendered
characters are found in the source one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop.piece_text import Unit

FARTHEST = 400
"""Characters of the source that may be dropped between two that are shown."""

_DROPPED = re.compile(
    r"\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"  # the address of a link
    r"|^[ \t]*(?:```|~~~)[^\n]*$"  # a fence with its language
    r"|^[ \t]*\d+[.)](?=[ \t])"  # the number of a list's entry
    r"|^[ \t]*[-*+](?=[ \t])"  # its bullet
    r"|^[ \t>]*#{1,6}(?=[ \t])"  # the sign of a heading
    r"|^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$",  # the line below a table's head
    re.MULTILINE,
)

_MARKS = frozenset("*_`~[]()!\\")


def align(source: str, rendered: str) -> NDArray[np.int64] | None:
    """Where each rendered character stands in the source.

    Args:
        source: Markdown.
        rendered: what was made of it, with any character between blocks.

    Returns:
        ``int64 [len(rendered)]`` indices into `source`, ascending, -1 for characters that rendering added; ``None``
        if the two do not belong together.
    """
    hidden = np.zeros(len(source) + 1, bool)
    for match in _DROPPED.finditer(source):
        hidden[match.start() : match.end()] = True
    indices = np.full(len(rendered), -1, np.int64)
    at = 0
    for place, character in enumerate(rendered):
        if character.isspace():
            space = at
            while space < len(source) and (hidden[space] or source[space] in _MARKS):
                space += 1
            if space < len(source) and source[space].isspace():
                indices[place] = space
                at = space + 1
            continue
        found = at
        while True:
            found = source.find(character, found, at + FARTHEST)
            if found < 0:
                return None
            if not hidden[found]:
                break
            found += 1
        indices[place] = found
        at = found + 1
    return indices


def units_of(indices: NDArray[np.int64], units: Sequence[Unit]) -> NDArray[np.int64]:
    """The unit that each rendered character came from.

    Args:
        indices: from `align`, into the text of all units joined.
        units: whose texts joined are the source.

    Returns:
        ``int64 [len(indices)]`` indices into `units`, -1 where there is none.
    """
    starts = np.cumsum([0, *(len(unit.text) for unit in units)])
    found = np.searchsorted(starts, indices, side="right") - 1
    return np.where(indices < 0, -1, found)
