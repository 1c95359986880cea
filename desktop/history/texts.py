"""Texts as SQLite can hold them, and as they are searched and listed.

Knows no table.

A Python string can hold half of a surrogate pair, which UTF-8 cannot: such a text is kept as bytes, so that it comes
back as it was typed (fault 32).
"""

from __future__ import annotations

import re

TITLE_LENGTH = 60
"""Most characters of a title made from what was said."""

LONGEST_TITLE = 500
"""Most characters of a title that a person gives."""

SEARCHED_LENGTH = 100_000
"""Characters at the beginning of a message that can be found."""

_UNSEARCHABLE = re.compile("[\x00\ud800-\udfff]")


def stored(text: str) -> str | bytes:
    """A text as it is kept."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def restored(value: str | bytes) -> str:
    """The text that was kept."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def searched(text: str) -> str:
    """What of a text goes into the index: a bounded beginning, without what ends a text in C."""
    return _UNSEARCHABLE.sub(" ", text[:SEARCHED_LENGTH])


def title_of(text: str) -> str:
    """A title for what was said first, on one line."""
    line = " ".join(_UNSEARCHABLE.sub(" ", text[: 4 * TITLE_LENGTH]).split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def edited_title(text: str) -> str:
    """A title as a person gave it, on one line and bounded."""
    return " ".join(_UNSEARCHABLE.sub(" ", text[:LONGEST_TITLE]).split())
