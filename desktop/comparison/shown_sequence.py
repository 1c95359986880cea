"""How much of a reply stands in the window's sequence, which is also what the engine holds.

Knows no widget and no other reply.
"""

from __future__ import annotations

from desktop.comparison.alignment import common_length
from desktop.comparison.side import Side
from desktop.session import Session


class ShownSequence:
    """Compares replies with the sequence that is shown, each once.

    Args:
        session: whose sequence.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._of: tuple[int, int] = (-1, -1)
        self._known: dict[tuple[int, int], int] = {}

    def length_of(self, side: Side) -> int:
        """How many first tokens of a reply stand there behind its prompt; -1 where not even the prompt does."""
        tokens = self._session.tokens
        now = (self._session.epoch, len(tokens))
        if now != self._of:
            self._of, self._known = now, {}
        key = (side.reply, len(side))
        if key not in self._known:
            prompt = len(side.prompt)
            ids = (*side.prompt.tolist(), *side.ids)
            same = common_length([token.id for token in tokens[: len(ids)]], ids)
            self._known[key] = same - prompt if same >= prompt else -1
        return self._known[key]

    def position_of(self, side: Side, index: int) -> int:
        """Where a token of a reply stands in the sequence, -1 where another one stands there, or none."""
        return len(side.prompt) + index if 0 <= index < self.length_of(side) else -1

    def index_of(self, side: Side, position: int) -> int:
        """The token of a reply that stands at a position of the sequence, -1 for none."""
        index = position - len(side.prompt)
        return index if 0 <= index < self.length_of(side) else -1
