"""Which rows of a long list are in view, and which singled-out ones must be shown below them.

Knows nothing about pixels, painting or widgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from desktop.plots.bar_rows import Bar, BarSource


@dataclass(frozen=True, eq=False)
class BarWindow:
    """A view of whole rows.

    Args:
        source: the rows.
        first: the row at the top.
        room: how many rows there is room for.
        singled_out: tokens that must be seen wherever they stand; -1 is none.
    """

    source: BarSource
    first: int
    room: int
    singled_out: tuple[int, ...]

    @property
    def rows(self) -> range:
        """The rows in view."""
        return range(self.first, min(self.first + self.room - len(self.pinned), len(self.source)))

    @cached_property
    def pinned(self) -> list[Bar]:
        """The singled-out tokens that are out of view, in order of rank."""
        places = {token: self.source.place_of(token) for token in self.singled_out if token >= 0}
        pinned: list[int] = []
        # What is pinned takes room, and may hide the other one.
        for _ in places:
            last = self.first + self.room - len(pinned)
            pinned = [
                token for token, place in places.items() if place >= 0 and not self.first <= place < last
            ]
        bars = [bar for token in pinned if (bar := self.source.bar_of(token)) is not None]
        return sorted(bars, key=lambda bar: bar.rank)

    @property
    def bars(self) -> list[Bar]:
        """The records of the rows in view, without the pinned ones."""
        return list(self.source.bars(self.rows.start, self.rows.stop))
