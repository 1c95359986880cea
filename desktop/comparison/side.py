"""One reply as it is compared: its prompt, its tokens, and what was known when each was drawn.

Knows no Qt, no engine, and not which replies it is compared with.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from desktop.conversation import EndReason, ReplyFacts
from desktop.history.history import History
from desktop.history.model_identity import ModelIdentity
from desktop.history.records import Reason
from desktop.history.token_table import TokenTable, join_tables
from inference.contract import Source, Step, Token
from inference.sampling.distribution import IntArray
from inference.sampling.settings import SamplingSettings


@dataclass(frozen=True, eq=False)
class Side:
    """One reply.

    Args:
        reply: its number in the history.
        prompt: ``int64 [tokens]`` IDs that the model was given.
        table: its tokens with what is known about each, the one that ended it included.
        settings: in force, each with the index of the first token they were for, ascending from 0.
        seed: of its draws.
        model: that wrote it.
        reason: why it exists.
        end_reason: why it ended; ``None`` while it is being written.
        facts: its figures; ``None`` while it is being written.
    """

    reply: int
    prompt: IntArray
    table: TokenTable
    settings: tuple[tuple[int, SamplingSettings], ...]
    seed: int
    model: ModelIdentity
    reason: Reason = "answered"
    end_reason: EndReason | None = None
    facts: ReplyFacts | None = None

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """Token IDs, the one that ended it included."""
        return self.table.ids

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens."""
        return self.table.tokens()

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Who put each token there."""
        return self.table.sources

    @property
    def logprobs(self) -> NDArray[np.float64]:
        """``float64 [tokens]`` natural logarithms of the probabilities before the chain, NaN where unknown."""
        return np.asarray(self.table.rows["logprob"], np.float64)

    @property
    def processed_logprobs(self) -> NDArray[np.float64]:
        """``float64 [tokens]`` the same after the chain."""
        return np.asarray(self.table.rows["processed_logprob"], np.float64)

    @property
    def draws(self) -> NDArray[np.float64]:
        """``float64 [tokens]`` the random number that chose each, NaN where nobody threw dice."""
        return np.asarray(self.table.rows["draw"], np.float64)

    @property
    def first_settings(self) -> SamplingSettings:
        """The settings that it began with."""
        return self.settings[0][1]

    @property
    def settings_changed(self) -> bool:
        """Whether a person moved a slider while it was written."""
        return len(self.settings) > 1

    def settings_at(self, index: int) -> SamplingSettings:
        """The settings that a token was drawn with; behind the end, the last ones."""
        return self.settings[max(bisect_right(self.settings, index, key=lambda one: one[0]) - 1, 0)][1]

    def sequence(self, length: int) -> IntArray:
        """``int64 [prompt + length]`` the prompt and the first tokens, as the model was given them."""
        return np.concatenate([self.prompt, np.asarray(self.ids[:length], np.int64)])

    def grown(self, steps: Sequence[Step]) -> Side:
        """The same reply with the tokens that were written since; where settings changed, their steps say so.

        Args:
            steps: that follow the tokens that are known.
        """
        settings = list(self.settings)
        for index, step in enumerate(steps, len(self)):
            if step.settings != settings[-1][1]:
                # Settings may change between the beginning and the first token.
                settings = [*(settings if index else ()), (index, step.settings)]
        table = join_tables([self.table, TokenTable.of_steps(steps)])
        return replace(self, table=table, settings=tuple(settings))


def read_side(history: History, reply: int) -> Side | None:
    """A reply of the history, as far as it is kept.

    Args:
        history: where it is.
        reply: its number.

    Returns:
        ``None`` where there is no such reply any more, or it began without a token.

    Raises:
        HistoryError: it cannot be read.
    """
    record = history.messages.record(reply)
    if record is None or record.reply is None:
        return None
    settings = history.replies.settings(reply)
    if not settings:
        return None
    return Side(
        reply=reply,
        prompt=np.asarray(history.replies.prompt_table(reply).ids, np.int64),
        table=history.replies.table(reply),
        settings=settings,
        seed=record.reply.seed,
        model=record.reply.model,
        reason=record.reason,
        end_reason=record.reply.end_reason,
        facts=record.reply.facts,
    )


def same_prompt(one: Side, other: Side) -> bool:
    """Whether two replies continue the same tokens, so that they can be laid side by side."""
    return bool(np.array_equal(one.prompt, other.prompt))
