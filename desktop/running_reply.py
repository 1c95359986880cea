"""The generation that runs: its number, its steps so far, and what a message is told when it ends.

Knows nothing about engines, phases or signals.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from desktop.conversation import ChatMessage, EndReason, asides_in, reply_facts, said_in
from inference.contract import Step

PACE_TOKENS = 32
"""The speed of a running reply is that of so many last tokens, which is what one sees."""


class RunningReply:
    """One generation at a time; events of another number are not its own.

    `number` is that of the generation, `restoring` whether it only reads a known sequence again, `steps` what
    was written.
    """

    def __init__(self) -> None:
        self.number = 0
        self.restoring = False
        self.steps: list[Step] = []
        self._asked_at = 0.0

    def begin(self, restoring: bool) -> int:
        """Start counting anew.

        Returns:
            The number of the generation.
        """
        self.number += 1
        self.restoring = restoring
        self.steps = []
        self._asked_at = time.monotonic()
        return self.number

    def give_up(self) -> None:
        """From now on no event is its own."""
        self.number += 1

    def extend(self, steps: Sequence[Step]) -> None:
        """Add what was written."""
        self.steps += steps

    @property
    def waited_ms(self) -> float:
        """Time since it was asked for."""
        return (time.monotonic() - self._asked_at) * 1000

    @property
    def pace(self) -> float:
        """Tokens per second now, 0 while that cannot be told."""
        return reply_facts(self.steps[-PACE_TOKENS:], "end").tokens_per_second

    def complete(
        self, message: ChatMessage, reason: EndReason, end_ids: Collection[int], decode_ms: float | None
    ) -> None:
        """Give a message its text, its asides, IDs and figures.

        Args:
            message: that was written.
            reason: why it ended.
            end_ids: IDs that end a reply; such a token at the end belongs to the template.
            decode_ms: from the first token to the last where the engine measured it.
        """
        written = [step.token for step in self.steps]
        if written and written[-1].id in end_ids:
            written.pop()
        message.text = said_in(written)
        message.asides = asides_in(written)
        message.ids = tuple(token.id for token in written)
        message.facts = reply_facts(self.steps, reason, decode_ms)
