"""What is measured of an engine, ours or another: reading a prompt, and writing after it.

Knows nothing about what runs the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

UNTIMED_TOKENS = 2
"""Tokens that are written before the clock starts: the first comes of the prompt's own logits, and the second may pay
for going back."""


@dataclass(frozen=True, slots=True)
class Written:
    """Tokens written one after the other.

    Args:
        tokens: how many, those not timed left out.
        seconds: all of it, choosing each token included.
        model_seconds: how much of that the model took.
    """

    tokens: int
    seconds: float
    model_seconds: float


class MeasuredEngine(Protocol):
    """An engine with a model and one sequence."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    @property
    def version(self) -> str:
        """Of the engine."""
        ...

    def read(self, ids: Sequence[int]) -> float:
        """Read a prompt into an empty cache.

        Returns:
            Seconds, up to the logits of the next token.

        Raises:
            VitrineError: the engine failed.
        """
        ...

    def write(self, length: int, tokens: int) -> Written:
        """Go back to where the prompt was read, and write.

        Args:
            length: tokens of the prompt that was read last.
            tokens: how many are timed, after `UNTIMED_TOKENS`.

        Raises:
            VitrineError: the engine failed.
        """
        ...
