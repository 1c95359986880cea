"""The columns that stood beside each other in this run, by the reply whose dice they share.

Knows no Qt beyond the archive it reads from, and nothing of what is shown or written.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop.archive import Archive
from desktop.comparison.column import MOST_COLUMNS, Column, ColumnState
from desktop.comparison.family import family_of, root_of, variants_of
from desktop.comparison.side import Side, read_side
from desktop.history.records import MessageRecord

MOST_OTHERS = 12
"""So many of the newest other replies are offered."""


class Boards:
    """Columns by root: the reply that was there first, of which the others are replays.

    Args:
        archive: where replies are read from; what cannot be read is told there, and has no column.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._boards: dict[int, list[Column]] = {}
        self._roots: dict[int, int] = {}

    def __iter__(self) -> Iterator[Column]:
        """Every column there was."""
        return (column for board in self._boards.values() for column in board)

    def column(self, key: int) -> Column | None:
        """The column of a key."""
        return next((column for column in self if column.key == key), None)

    def root_of(self, reply: int) -> int:
        """The reply whose board one belongs to."""
        if reply not in self._roots:
            self._roots[reply] = root_of(self._variants(reply), reply)
        return self._roots[reply]

    def board_of(self, reply: int) -> list[Column]:
        """The columns around a reply, as they were left; at first it and what was written with its dice."""
        root = self.root_of(reply)
        if root not in self._boards:
            columns = [self.read(one) for one in family_of(self._variants(reply), reply, MOST_COLUMNS)]
            self._boards[root] = [column for column in columns if column is not None]
        return self._boards[root]

    def read(self, reply: int) -> Column | None:
        """A new column about a reply; ``None`` where it cannot be read."""
        side = self._archive.attempt(lambda: read_side(self._archive.history, reply), None)
        if side is None:
            return None
        state = ColumnState.WRITTEN if side.end_reason is not None else ColumnState.WRITING
        return Column(side.first_settings, "", reply, side, state)

    def read_again(self, column: Column) -> None:
        """Take a column's reply as it is kept now."""
        found = self.read(column.reply)
        if found is not None:
            column.side, column.state = found.side, found.state

    def others(self, first: Side, there: set[int]) -> tuple[MessageRecord, ...]:
        """Finished replies to the same prompt as one, oldest first, among the newest.

        Args:
            first: the one.
            there: numbers of replies that are left out.
        """
        history, prompt = self._archive.history, tuple(first.prompt.tolist())
        finished = [
            one
            for one in self._variants(first.reply)
            if one.id not in there and one.reply is not None and one.reply.end_reason is not None
        ]
        nothing: tuple[MessageRecord, ...] = ()
        return self._archive.attempt(
            lambda: tuple(
                one for one in finished[-MOST_OTHERS:] if history.replies.prompt_table(one.id).ids == prompt
            ),
            nothing,
        )

    def _variants(self, reply: int) -> tuple[MessageRecord, ...]:
        nothing: tuple[MessageRecord, ...] = ()
        return self._archive.attempt(lambda: variants_of(self._archive.history, reply), nothing)
