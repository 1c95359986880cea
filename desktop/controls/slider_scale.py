"""How a setting's values lie along a slider's groove.

Knows nothing about widgets or about which setting it is.

A slider has steps 0 … `steps`; a scale gives the value at each of them and the step of each value. Both are
monotone, and a value that came from a step goes back to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol


class SliderScale(Protocol):
    """The values along a groove."""

    @property
    def steps(self) -> int:
        """The last step; the first is 0."""

    def value_at(self, step: int) -> float:
        """The value at a step."""

    def step_of(self, value: float) -> int:
        """The step nearest to a value; values beyond the ends are at the ends."""


@dataclass(frozen=True, slots=True)
class LinearScale:
    """Equal steps mean equal differences.

    Args:
        minimum: value at step 0.
        maximum: value at the last step.
        interval: difference from one step to the next.
    """

    minimum: float
    maximum: float
    interval: float

    @property
    def steps(self) -> int:
        """The last step."""
        return round((self.maximum - self.minimum) / self.interval)

    def value_at(self, step: int) -> float:
        """The value at a step, rounded so that 0.1 + 0.2 is 0.3."""
        return round(self.minimum + step * self.interval, 9)

    def step_of(self, value: float) -> int:
        """The nearest step."""
        return min(max(round((value - self.minimum) / self.interval), 0), self.steps)


@dataclass(frozen=True, slots=True)
class CountScale:
    """Equal steps mean equal ratios of a count 1 … `largest`; one step beyond the end is 0, for "no limit".

    Keeping more is always further right, and keeping everything is furthest: the slider never jumps from all
    to one. Neighbouring steps may share a small count: there are more steps than counts there.

    Args:
        largest: the largest count.
        resolution: steps from 1 to `largest`.
    """

    largest: int
    resolution: int = 240

    @property
    def steps(self) -> int:
        """The last step, which means no limit."""
        return self.resolution + 1

    def value_at(self, step: int) -> float:
        """The count at a step, 0 at the last."""
        if step > self.resolution:
            return 0.0
        return float(round(math.exp(math.log(max(self.largest, 1)) * step / self.resolution)))

    def step_of(self, value: float) -> int:
        """The nearest step by ratio; 0 and counts beyond the largest are at the last."""
        if value <= 0 or value > self.largest:
            return self.steps
        span = math.log(max(self.largest, 2))
        return min(round(math.log(value) / span * self.resolution), self.resolution)
