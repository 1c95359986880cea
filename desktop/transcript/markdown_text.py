"""What Markdown a text has, whether it can be rendered in time, and how newlines are kept.

Knows nothing about documents: it looks at strings only.
"""

from __future__ import annotations

import re

LONGEST_TEXT = 60_000
"""Longer replies stay plain text: rendering would hold the window up."""

LONGEST_LINE = 8_000
"""A reply with a longer line stays plain text."""

DEEPEST_QUOTE = 12
"""A reply with deeper nested quotes or lists stays plain text."""

MOST_MARKS = 400
"""A reply with more marks of emphasis or links on one line stays plain text: pairing them takes quadratic time."""

_SIGNS = re.compile(
    r"(^\s{0,3}(#{1,6}\s|[-*+]\s|\d+[.)]\s|>|```|~~~|\|))|\*\*|__|`|(?<!\w)[*_]\w|\]\(|~~", re.MULTILINE
)
_NESTING = re.compile(r"^(?:[ \t]*(?:>|[-*+][ \t]|\d+[.)][ \t]))+", re.MULTILINE)
_FENCE = re.compile(r"^\s*(```|~~~)")


def has_markdown(text: str) -> bool:
    """Whether a text has any sign of Markdown; without one, plain text shows it best."""
    return _SIGNS.search(text) is not None


def is_renderable(text: str) -> bool:
    """Whether a text can be rendered without holding the window up."""
    if len(text) > LONGEST_TEXT:
        return False
    for line in text.split("\n"):
        if len(line) > LONGEST_LINE or sum(map(line.count, "*_[`~<")) > MOST_MARKS:
            return False
    deepest = (len(match.group().split()) for match in _NESTING.finditer(text))
    return max(deepest, default=0) <= DEEPEST_QUOTE and "\0" not in text


def with_hard_breaks(text: str) -> str:
    """Markdown in which every newline of the text breaks the line, as people who chat expect."""
    lines, fenced = [], False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            lines.append(line)
        else:
            lines.append(line if fenced or not line.strip() else line.rstrip() + "  ")
    return "\n".join(lines)
