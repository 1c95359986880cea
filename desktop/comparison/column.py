"""A column of a comparison: settings under a name, and the reply that was, is or will be written with them.

Knows no Qt and no other column.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from enum import Enum

from desktop.comparison.side import Side
from inference.sampling.settings import SamplingSettings

MOST_COLUMNS = 4
"""More cannot be read beside each other."""

LETTERS = "ABCD"
"""What columns are called, from left to right."""

_keys = itertools.count(1)


class ColumnState(Enum):
    """What there is of a column's reply."""

    PLANNED = "planned"
    """Nothing yet."""

    WAITING = "waiting"
    """Nothing yet; it is written after others."""

    WRITING = "writing"
    """Its first tokens."""

    WRITTEN = "written"
    """All of it, or as far as it got."""


@dataclass(eq=False, slots=True)
class Column:
    """One column.

    Args:
        planned: the settings it is to be written with; of a reply that is there, those it began with.
        name: of the preset that was chosen for it, empty for none.
        reply: number of its reply in the history, 0 while there is none.
        side: its reply, as far as it is written.
        state: what there is of it.
        key: tells columns apart; counted up in this run.
    """

    planned: SamplingSettings
    name: str = ""
    reply: int = 0
    side: Side | None = None
    state: ColumnState = ColumnState.PLANNED
    key: int = field(default_factory=lambda: next(_keys))

    @property
    def settings(self) -> SamplingSettings:
        """The settings it was or will be written with."""
        return self.planned if self.side is None else self.side.first_settings

    @property
    def length(self) -> int:
        """How many tokens there are."""
        return 0 if self.side is None else len(self.side)
