"""Which rows of logits a comparison still lacks, and in which order they are worth reading.

Knows no Qt, no engine and no logits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Sequence
from dataclasses import dataclass

from desktop.comparison.alignment import Alignment
from desktop.comparison.side import Side

READ_AT_FIRST = 256
"""So many tokens of a long agreement are measured unasked; more when somebody asks, or scrolls there (fault 58)."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A row to read.

    Args:
        index: of the token that it predicts, counted from the first of the reply.
        leader: the reply whose tokens before it the row belongs to.
        parting: number of the parting whose probabilities are to be read there, -1 for none.
        sides: replies to be measured against the first there.
    """

    index: int
    leader: int
    parting: int
    sides: tuple[int, ...]


def places_of(
    sides: Sequence[Side],
    alignment: Alignment,
    known: Sequence[Container[int]],
    indices: range,
) -> list[Place]:
    """The rows among some that are worth reading for the divergence of replies from the first, in order of index.

    Where two replies had the same settings nothing has to be read: their distributions are the same.

    Args:
        sides: the replies.
        alignment: how they lie beside each other.
        known: of each reply the indices where its divergence is known.
        indices: the rows that are looked at.
    """
    lacking: dict[int, tuple[int, ...]] = {}
    for number in range(1, len(sides)):
        first, other = sides[0], sides[number]
        stop = min(alignment.agreeing[number] + 1, len(first), len(other), indices.stop)
        always = not first.settings_changed and not other.settings_changed
        if always and first.first_settings == other.first_settings:
            continue
        for index in range(indices.start, stop):
            if index not in known[number] and (
                always or first.settings_at(index) != other.settings_at(index)
            ):
                lacking[index] = (*lacking.get(index, ()), number)
    return [Place(index, 0, -1, numbers) for index, numbers in sorted(lacking.items())]


class ReadingList:
    """Places in the order in which they are read: partings, what is in sight, the rest.

    Args:
        partings: places where replies part.
        places: others, by index.
    """

    def __init__(self, partings: Sequence[Place] = (), places: Sequence[Place] = ()) -> None:
        self._partings = list(partings)
        self._places = list(places)
        self._seen: list[Place] = []

    def see(self, places: Sequence[Place]) -> None:
        """Read these before the rest: they are in sight, and would not be read otherwise."""
        self._seen = list(places)

    def next(self, sight: range) -> Place | None:
        """Take the next place off the list.

        Args:
            sight: indices in view.
        """
        if self._partings:
            return self._partings.pop(0)
        at = bisect_left(self._places, sight.start, key=lambda place: place.index)
        if at < len(self._places) and self._places[at].index in sight:
            return self._places.pop(at)
        if self._seen:
            return self._seen.pop(0)
        return self._places.pop(0) if self._places else None

    def __len__(self) -> int:
        return len(self._partings) + len(self._seen) + len(self._places)
