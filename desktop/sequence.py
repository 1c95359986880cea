"""The token sequence that a window looks at: tokens by position and what is known about each.

Knows nothing about engines, conversations or widgets.
"""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inference.contract import Statistics, Step, Token


class TokenSequence:
    """Tokens by position, the steps that made some of them, and numbers about all of them.

    `tokens` is the whole sequence, prompt first; `steps` holds, by position, those that were generated here;
    `prompt_length` is how many tokens were there when it was replaced last, `version` how often that was.
    """

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.steps: dict[int, Step] = {}
        self.prompt_length = 0
        self.version = 0
        self._logprobs = np.zeros(0, np.float32)
        self._ranks = np.zeros(0, np.int64)
        self._entropies = np.zeros(0, np.float32)
        self._guessed = np.zeros(0, np.bool_)

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def logprobs(self) -> NDArray[np.float32]:
        """``float32 [tokens]`` natural logarithm of each token's probability, NaN where unknown."""
        return self._logprobs[: len(self.tokens)]

    @property
    def ranks(self) -> NDArray[np.int64]:
        """``int64 [tokens]`` rank of each token, 1 for the most probable, 0 where unknown."""
        return self._ranks[: len(self.tokens)]

    @property
    def entropies(self) -> NDArray[np.float32]:
        """``float32 [tokens]`` entropy of the distribution each token came from, nats, NaN where unknown."""
        return self._entropies[: len(self.tokens)]

    @property
    def guessed(self) -> NDArray[np.bool_]:
        """``bool [tokens]`` whether each was guessed before it was written, as `Step.guessed`."""
        return self._guessed[: len(self.tokens)]

    def replace(self, tokens: Many[Token]) -> int:
        """Take another sequence; what is known about the common beginning is kept.

        Returns:
            How many of the first tokens were the same.
        """
        same = 0
        for old, new in zip(self.tokens, tokens, strict=False):
            if old.id != new.id:
                break
            same += 1
        self._reserve(len(tokens))
        self._forget_from(same)
        self.tokens = list(tokens)
        self.prompt_length = len(self.tokens)
        self.version += 1
        return same

    def append(self, steps: Many[Step]) -> tuple[int, int]:
        """Add generated tokens; a step behind the end is ignored, for it belongs to another sequence.

        Returns:
            First new position and one past the last.
        """
        start = len(self.tokens)
        self._reserve(start + len(steps))
        for step in steps:
            if step.position != len(self.tokens):
                continue
            self.tokens.append(step.token)
            self._know(step)
        return start, len(self.tokens)

    def remember(self, steps: Many[Step]) -> None:
        """Know the steps that made tokens of the prompt; those of other tokens than stand there are ignored."""
        for step in steps:
            if step.position < len(self.tokens) and self.tokens[step.position].id == step.token.id:
                self._know(step)

    def read_alone(self, alone: Many[bool]) -> int | None:
        """Know how the first tokens were read.

        Args:
            alone: for each of them, as `Token.alone`.

        Returns:
            The first position whose reading is another one than was known; ``None`` for none.
        """
        changed: int | None = None
        for position, (token, read) in enumerate(zip(self.tokens, alone, strict=False)):
            if token.alone != read:
                changed = position if changed is None else changed
                self.tokens[position] = replace(token, alone=read)
        return changed

    def learn(self, statistics: Statistics) -> None:
        """Take numbers about tokens that were not generated here."""
        start, stop = statistics.start, min(statistics.stop, len(self.tokens))
        if stop <= start:
            return
        self._logprobs[start:stop] = statistics.logprobs[: stop - start]
        self._ranks[start:stop] = statistics.ranks[: stop - start]
        self._entropies[start:stop] = statistics.entropies[: stop - start]

    def first_unknown(self) -> tuple[int, int] | None:
        """The first run of positions whose numbers are not known; position 0 never is, and does not count."""
        unknown = np.isnan(self.logprobs)
        unknown[:1] = False
        if not unknown.any():
            return None
        start = int(np.argmax(unknown))
        known_again = np.flatnonzero(~unknown[start:])
        return start, start + int(known_again[0]) if len(known_again) else len(self.tokens)

    def _know(self, step: Step) -> None:
        self.steps[step.position] = step
        self._logprobs[step.position] = step.logprob
        self._ranks[step.position] = step.rank
        self._entropies[step.position] = step.entropy
        self._guessed[step.position] = step.guessed

    def _forget_from(self, position: int) -> None:
        self._logprobs[position:] = np.nan
        self._ranks[position:] = 0
        self._entropies[position:] = np.nan
        self._guessed[position:] = False
        self.steps = {at: step for at, step in self.steps.items() if at < position}

    def _reserve(self, size: int) -> None:
        have = len(self._logprobs)
        if size <= have:
            return
        grown = max(size, 2 * have, 256) - have
        self._logprobs = np.concatenate([self._logprobs, np.full(grown, np.nan, np.float32)])
        self._ranks = np.concatenate([self._ranks, np.zeros(grown, np.int64)])
        self._entropies = np.concatenate([self._entropies, np.full(grown, np.nan, np.float32)])
        self._guessed = np.concatenate([self._guessed, np.zeros(grown, np.bool_)])
