"""The generation that runs: its number, what it was planned as, its steps so far, and what a message is told.

Knows nothing about engines, phases or signals.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from desktop.conversation import ChatMessage, ReplyFacts, asides_in, reply_facts, said_in
from desktop.history.records import Origin, Reason
from desktop.history.reply_writer import ReplyWriter
from inference.contract import Step
from inference.sampling.settings import SamplingSettings

PACE_TOKENS = 32
"""The speed of a running reply is that of so many last tokens, which is what one sees."""


@dataclass(frozen=True, slots=True)
class ReplyPlan:
    """What is known of a reply before its first token.

    Args:
        parent: number of the message it answers.
        settings: in force at first.
        seed: of its draws.
        system_prompt: it is written under.
        reason: why it is written.
        origin: what it is a variant of.
        kept: the steps that it has in common with that.
        former: the message that the branch ended with before, and ends with again should nothing be written.
        returned: whether the question goes back to where it was typed then.
        guess: whether it is written with guesses.
    """

    parent: int
    settings: SamplingSettings
    seed: int
    system_prompt: str
    reason: Reason = "answered"
    origin: Origin | None = None
    kept: tuple[Step, ...] = ()
    former: int | None = None
    returned: bool = False
    guess: bool = False


class RunningReply:
    """One generation at a time; events of another number are not its own.

    `number` is that of the generation, `plan` what it was planned as (``None`` while a known sequence is only read
    again), `steps` all of the reply's, the kept ones first, `writer` what keeps it.
    """

    def __init__(self) -> None:
        self.number = 0
        self.plan: ReplyPlan | None = None
        self.writer: ReplyWriter | None = None
        self.steps: list[Step] = []
        self._asked_at = 0.0

    def begin(self, plan: ReplyPlan | None) -> int:
        """Start counting anew.

        Returns:
            The number of the generation.
        """
        self.number += 1
        self.plan = plan
        self.writer = None
        self.steps = [] if plan is None else list(plan.kept)
        self._asked_at = time.monotonic()
        return self.number

    def give_up(self) -> None:
        """From now on no event is its own."""
        self.number += 1

    def extend(self, steps: Sequence[Step]) -> None:
        """Add what was written."""
        self.steps += steps

    @property
    def restoring(self) -> bool:
        """Whether a known sequence is only read again."""
        return self.plan is None

    @property
    def new_steps(self) -> int:
        """How many tokens were written."""
        return len(self.steps) - (0 if self.plan is None else len(self.plan.kept))

    @property
    def waited_ms(self) -> float:
        """Time since it was asked for."""
        return (time.monotonic() - self._asked_at) * 1000

    @property
    def pace(self) -> float:
        """Tokens per second now, 0 while that cannot be told."""
        return reply_facts(self.steps[-PACE_TOKENS:], "end").tokens_per_second

    def complete(self, message: ChatMessage, facts: ReplyFacts, end_ids: Collection[int]) -> None:
        """Give a message its text, its asides, IDs and figures.

        Args:
            message: that was written.
            facts: its figures.
            end_ids: IDs that end a reply; such a token at the end belongs to the template.
        """
        written = [step.token for step in self.steps]
        if written and written[-1].id in end_ids:
            written.pop()
        message.text = said_in(written)
        message.asides = asides_in(written)
        message.ids = tuple(token.id for token in written)
        message.facts = facts
