"""One row of the comparison: what was measured against what, and what it should be.

Knows nothing about how anything is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio should be.

    Args:
        bound: of the ratio.
        most: whether that is the most it may be; otherwise the least.
    """

    bound: float
    most: bool = False

    def is_reached(self, ratio: float) -> bool:
        """Whether a ratio is good enough."""
        return ratio <= self.bound if self.most else ratio >= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.

    Args:
        measure: what of.
        context: tokens of the prompt.
        against: what it is compared with, for people.
        ours: our figure.
        theirs: the other.
        unit: of both.
        ratio: how they compare: median over rounds in which the two were measured one right after the other.
        goal: what the ratio should be; ``None`` where there is no goal.
        reached: whether it is.
        rounds: how many there were.
    """

    measure: Literal["decode", "prefill", "decode step", "first token of a second turn"]
    context: int
    against: str
    ours: float
    theirs: float
    unit: Literal["tokens/s", "ms"]
    ratio: float
    goal: Goal | None
    reached: bool | None
    rounds: int

    @classmethod
    def of(
        cls,
        measure: Literal["decode", "prefill", "decode step", "first token of a second turn"],
        context: int,
        against: str,
        figures: tuple[float, float],
        unit: Literal["tokens/s", "ms"],
        ratio: float,
        goal: Goal | None,
        rounds: int,
    ) -> Row:
        """A row that knows whether its goal is reached; figures are ours and theirs."""
        reached = None if goal is None else goal.is_reached(ratio)
        return cls(measure, context, against, *figures, unit, ratio, goal, reached, rounds)
