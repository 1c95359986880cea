"""Where the contents of messages end up in a rendered conversation.

Knows nothing about tokens or Jinja: rendering is a function that it is given.

What a person typed must never be taken for the template's own text, so it has to be known character by
character. The conversation is rendered once more with private marks around every content. If taking the marks
out gives the same text, the marks tell the places, whatever the template trims, escapes or repeats.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from models.errors import TemplateError

Render: TypeAlias = Callable[[Sequence[str]], str]
"""Contents of the messages, in their order → the rendered conversation."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the rendered text that came from a message.

    Args:
        start: its first character.
        stop: one past its last.
        content: index of the content that it came from.
    """

    start: int
    stop: int
    content: int


@dataclass(frozen=True, slots=True)
class RenderedConversation:
    """A rendered conversation.

    Args:
        text: all of it.
        places: what came from messages, in order, without overlap.
        neutral: ``None`` where the places are certain and complete. Otherwise what the template makes of the
            same conversation with harmless contents; nothing if it refuses those.
    """

    text: str
    places: tuple[Place, ...]
    neutral: str | None = None

    def outside(self) -> Iterator[str]:
        """The stretches of text before, between and after the places."""
        end = 0
        for place in self.places:
            yield self.text[end : place.start]
            end = place.stop
        yield self.text[end:]


def render_with_places(contents: Sequence[str], render: Render) -> RenderedConversation:
    """Render a conversation and find its contents in the text.

    Args:
        contents: of the messages.
        render: must give the same text for the same contents.

    Raises:
        TemplateError: as `render` for the contents as they are.
    """
    text = render(contents)
    places: tuple[Place, ...] = ()
    # Templates may trim: marks around what trimming leaves survive it, marks around spaces do not.
    for inside in (False, True):
        nonce = str(secrets.randbits(96))
        marked = _render_or_nothing(render, [_mark(nonce, *each, inside) for each in enumerate(contents)])
        found = _read_marks(marked, nonce, contents)
        if found.text == text:
            if found.complete:
                return RenderedConversation(text, found.places)
            places = places or found.places
    # The template computes with contents. What it makes of them can be told from its own text only by comparison.
    neutral = _render_or_nothing(render, ["x" if content.strip() else content for content in contents])
    return RenderedConversation(text, places, neutral)


def _render_or_nothing(render: Render, contents: Sequence[str]) -> str:
    """A template that looks into contents may refuse those that are made up here."""
    try:
        return render(contents)
    except TemplateError:
        return ""


# ---------------------------------------------------------------- marks


def _mark(nonce: str, number: int, content: str, inside: bool) -> str:
    core = content.strip() if inside else content
    if inside and not core:
        return content
    before, _, after = content.partition(core) if core else ("", "", "")
    return f"{before}\ue000{nonce}:{number}\ue001{core}\ue000{nonce}:{number}\ue002{after}"


@dataclass(frozen=True, slots=True)
class _FoundMarks:
    """What a marked conversation tells.

    Args:
        text: without the marks.
        places: between them.
        complete: whether every content is there, and from its beginning to its end.
    """

    text: str
    places: tuple[Place, ...]
    complete: bool


def _read_marks(marked: str, nonce: str, contents: Sequence[str]) -> _FoundMarks:
    """Take the marks out and remember where they were.

    A template may keep only one end of a content, and with it only one mark. The other end is then where text
    and content cease to agree.
    """
    parts: list[str] = []
    opened: dict[int, int] = {}
    closed: list[tuple[int, int | None, int]] = []
    length = end = 0
    for match in re.finditer(f"\ue000{nonce}:([0-9]+)([\ue001\ue002])", marked):
        parts.append(marked[end : match.start()])
        length += match.start() - end
        end = match.end()
        number = int(match[1])
        if match[2] == "\ue001":
            opened[number] = length
        else:
            closed.append((length, opened.pop(number, None), number))
    text = "".join([*parts, marked[end:]])

    whole = {number for _, start, number in closed if start is not None}
    missing = {number for number, content in enumerate(contents) if content.strip()} - whole
    complete = not missing and not opened and all(start is not None for _, start, _ in closed)
    places = []
    for stop, start, number in closed:
        if start is None:
            start = stop - _agreement(text[:stop][::-1], contents[number][::-1])
        places.append(Place(start, stop, number))
    for number, start in opened.items():
        places.append(Place(start, start + _agreement(text[start:], contents[number]), number))
    return _FoundMarks(text, _without_overlap(places), complete)


def _agreement(left: str, right: str) -> int:
    """How many characters at the beginning agree."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(left), len(right)))


def _without_overlap(places: Sequence[Place]) -> tuple[Place, ...]:
    apart: list[Place] = []
    for place in sorted(places, key=lambda each: (each.start, each.stop)):
        start = max(place.start, apart[-1].stop if apart else 0)
        if place.stop >= start:
            apart.append(Place(start, place.stop, place.content))
    return tuple(apart)
