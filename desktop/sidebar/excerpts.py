"""Titles and excerpts as lines: what is invisible made visible, cut so that what was found is seen.

Knows no font; whoever asks says how wide a text is.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop.history.search import Excerpt
from desktop.history.texts import LONGEST_TITLE
from models.escaping import escape_character, is_invisible

Measure = Callable[[str], float]
"""How wide a text is, in pixels."""

ELLIPSIS = "…"

LONGEST = LONGEST_TITLE
"""Most characters that are looked at."""

_LEAD = 0.4
"""Share of a line that what stands before the first hit may take when something is cut off before it."""

_LONG_WORD = 12
"""Characters of a word that is rather left out than begun in its middle."""


def visible(excerpt: Excerpt) -> Excerpt:
    """The same on one line and with every invisible character escaped (fault 38); the hits move along.

    Of what is longer than anybody sees only the surroundings of the first hit are taken: words have no end.
    """
    if len(excerpt.text) > LONGEST:
        start = max(excerpt.hits[0][0] - LONGEST // 2, 0) if excerpt.hits else 0
        excerpt = _part(excerpt, start, start + LONGEST)
    if excerpt.text.isprintable():
        return excerpt
    shown: list[str] = []
    places = [0]
    for character in excerpt.text:
        if character.isspace():
            character = " "
        shown.append(escape_character(character) if is_invisible(character) else character)
        places.append(places[-1] + len(shown[-1]))
    return Excerpt("".join(shown), tuple((places[start], places[stop]) for start, stop in excerpt.hits))


def one_line(excerpt: Excerpt, width: float, measure: Measure) -> Excerpt:
    """As much of a text as fits on a line, the first hit included."""
    return elided(_from_first_hit(excerpt, width, width, measure), width, measure)


def count_lines(excerpt: Excerpt, width: float, measure: Measure) -> int:
    """How many lines `two_lines` makes."""
    return 1 if measure(excerpt.text) <= width else 2


def two_lines(excerpt: Excerpt, width: float, measure: Measure) -> tuple[Excerpt, ...]:
    """As much of a text as fits on two lines, the first hit included; one where that is enough."""
    # Less than two lines: the first may end with a gap that a long word leaves.
    excerpt = _from_first_hit(excerpt, width, 1.6 * width, measure)
    stop = _longest(excerpt.text, width, measure)
    if stop == len(excerpt.text):
        return (excerpt,)
    stop = excerpt.text.rfind(" ", 1, stop + 1) + 1 or max(stop, 1)
    first, rest = _part(excerpt, 0, stop), _part(excerpt, stop, len(excerpt.text))
    return first, elided(rest, width, measure)


def elided(excerpt: Excerpt, width: float, measure: Measure) -> Excerpt:
    """A text that ends in an ellipsis where it would be too wide."""
    if measure(excerpt.text) <= width:
        return excerpt
    text = excerpt.text[: _longest(excerpt.text, width - measure(ELLIPSIS), measure)].rstrip()
    return Excerpt(text + ELLIPSIS, _part(excerpt, 0, len(text)).hits)


def _from_first_hit(excerpt: Excerpt, width: float, room: float, measure: Measure) -> Excerpt:
    """The text without its beginning where the first hit would be beyond the room."""
    if not excerpt.hits or measure(excerpt.text) <= room:
        return excerpt
    first, last = excerpt.hits[0]
    if measure(excerpt.text[:last] + ELLIPSIS) <= room:
        return excerpt
    start = first - _longest(excerpt.text[:first][::-1], _LEAD * width, measure)
    # Where little comes after the hit, more of what is before it has room.
    start = min(start, len(excerpt.text) - _longest(excerpt.text[::-1], room - measure(ELLIPSIS), measure))
    if not start:
        return excerpt
    # Rather whole words before the hit than half of one, but not none.
    start = excerpt.text.find(" ", start - 1, min(start + _LONG_WORD, first - 1)) + 1 or start
    rest = _part(excerpt, start, len(excerpt.text))
    shift = len(ELLIPSIS)
    return Excerpt(ELLIPSIS + rest.text, tuple((a + shift, b + shift) for a, b in rest.hits))


def _longest(text: str, width: float, measure: Measure) -> int:
    """How many characters at the beginning of a text fit."""
    if measure(text) <= width:
        return len(text)
    fits, too_many = 0, len(text)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        fits, too_many = (middle, too_many) if measure(text[:middle]) <= width else (fits, middle)
    return fits


def _part(excerpt: Excerpt, start: int, stop: int) -> Excerpt:
    hits = tuple(
        (max(a, start) - start, min(b, stop) - start) for a, b in excerpt.hits if a < stop and b > start
    )
    return Excerpt(excerpt.text[start:stop], hits)
