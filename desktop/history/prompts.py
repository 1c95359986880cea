"""Prompts of replies: each is what it has in common with an earlier one, and the rest.

Knows nothing about what is written after them.

A long conversation takes room for its tokens that way, not for their square.
"""

from __future__ import annotations

import numpy as np

from desktop.history.database import Database
from desktop.history.errors import HistoryError
from desktop.history.token_table import PROMPT_ROW, TokenTable, join_tables

DEEPEST_PROMPT = 32
"""How many earlier prompts may have to be read to know one; the next is kept whole."""


class Prompts:
    """The prompts of a database. All methods raise `HistoryError` where it cannot be read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: tuple[int, TokenTable] | None = None

    def remember(self, message: int, prompt: TokenTable) -> None:
        """Have the prompt of the newest reply at hand, for the next most likely begins with it."""
        self._last = message, prompt

    def table(self, message: int) -> TokenTable:
        """Every token that the model was given before it wrote a reply."""
        parts: list[TokenTable] = []
        at: int | None = message
        wanted: int | None = None
        while at is not None:
            rows = self._database.rows("SELECT base, shared, prompt FROM replies WHERE message = ?", (at,))
            if not rows:
                raise HistoryError("no-reply", f"There is no reply {at}.", "Choose another message.")
            base, shared, data = rows[0]
            own = TokenTable.decode(data)
            if wanted is None:
                parts.insert(0, own)
                wanted = shared
            elif wanted > shared:
                parts.insert(0, own.cut(0, wanted - shared))
                wanted = shared
            at = base if wanted else None
        return join_tables(parts, PROMPT_ROW)

    def shared_with(self, parent: int, origin: int | None, prompt: TokenTable) -> tuple[int | None, int, int]:
        """The earlier reply whose prompt begins like one, or ``None``; the depth then; how many tokens are the same.

        Args:
            parent: the message that is answered.
            origin: the reply that is varied.
            prompt: all of it.
        """
        base = origin if origin is not None else self._reply_before(parent)
        if base is None:
            return None, 0, 0
        (depth,) = self._database.rows("SELECT depth FROM replies WHERE message = ?", (base,))[0]
        if depth + 1 >= DEEPEST_PROMPT:
            return None, 0, 0
        last = self._last
        other = last[1] if last is not None and last[0] == base else self.table(base)
        shared = common_length(other, prompt)
        return (base, depth + 1, shared) if shared else (None, 0, 0)

    def _reply_before(self, message: int) -> int | None:
        rows = self._database.rows(
            "WITH RECURSIVE up (id, parent) AS (SELECT id, parent FROM messages WHERE id = ? UNION ALL "
            "SELECT m.id, m.parent FROM messages AS m JOIN up ON m.id = up.parent) "
            "SELECT up.id FROM up JOIN replies ON replies.message = up.id LIMIT 1",
            (message,),
        )
        return int(rows[0][0]) if rows else None


def common_length(one: TokenTable, other: TokenTable) -> int:
    """How many first tokens of two prompts are the same in everything that is kept of them."""
    length = min(len(one), len(other))
    first, second = one.rows[:length], other.rows[:length]
    same = (first["id"] == second["id"]) & (first["flags"] == second["flags"])
    same &= (first["message"] == second["message"]) & (first["length"] == second["length"])
    if length:
        same &= np.array(one.channels)[first["channel"]] == np.array(other.channels)[second["channel"]]
    differing = (~same).nonzero()[0]
    length = int(differing[0]) if len(differing) else length
    # Another model may have other pieces for the same IDs.
    return length if one.pieces[:length] == other.pieces[:length] else 0
