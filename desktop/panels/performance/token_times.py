"""Where the time of each token of a reply went, as arrays, and the window's own share of it.

Knows no widget; steps come from the engine, the window's time from the clock of its thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.contract import Step

KINDS = ("model", "sampling", "capture", "window")
"""What the time of a token is split into, from the bottom of a column up."""


@dataclass(frozen=True, slots=True, eq=False)
class TokenTimes:
    """Times of the tokens of a reply.

    Args:
        start: position of the first token.
        ms: ``float64 [4, tokens]`` by `KINDS`; NaN where it was not measured.
    """

    start: int
    ms: NDArray[np.float64]

    @property
    def count(self) -> int:
        """How many tokens."""
        return int(self.ms.shape[1])

    @property
    def token_ms(self) -> NDArray[np.float64]:
        """``float64 [tokens]`` what a token took in the engine; the window works beside it."""
        return np.asarray(self.ms[:3].sum(axis=0))

    @property
    def steady(self) -> slice:
        """The tokens that were read one by one: the row of the first came out of reading the prompt."""
        return slice(1 if self.count > 1 else 0, None)

    @property
    def typical(self) -> NDArray[np.float64]:
        """``float64 [4]`` medians by `KINDS`; NaN where nothing was measured."""
        steady = self.ms[:, self.steady]
        return np.array(
            [np.median(row[~np.isnan(row)]) if (~np.isnan(row)).any() else np.nan for row in steady]
        )

    @property
    def typical_ms(self) -> float:
        """Median of what a token took; NaN where nothing was measured."""
        known = self.token_ms[self.steady]
        known = known[~np.isnan(known)]
        return float(np.median(known)) if len(known) else float("nan")


def times_of(steps: Mapping[int, Step], span: tuple[int, int], window_ms: Mapping[int, float]) -> TokenTimes:
    """The times of the tokens of a reply.

    Args:
        steps: by position.
        span: first position of the reply, one past the last.
        window_ms: by position.
    """
    start, stop = span
    ms = np.full((len(KINDS), max(stop - start, 0)), np.nan)
    for index in range(ms.shape[1]):
        step = steps.get(start + index)
        if step is not None:
            ms[:3, index] = step.model_ms, step.sampling_ms, step.capture_ms
            ms[3, index] = window_ms.get(start + index, np.nan)
    return TokenTimes(start, ms)


class WindowClock:
    """How long the window's thread worked for each token, while somebody looks.

    Args:
        clock: seconds of processor time of the calling thread.
    """

    def __init__(self, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._last: float | None = None
        self.ms: dict[int, float] = {}
        """By position; tokens that came together share their time."""

    def pause(self) -> None:
        """What comes next is not a token's: nothing is written, or nobody looks."""
        self._last = None

    def take(self, start: int, stop: int) -> None:
        """Tokens have come."""
        now = self._clock()
        if self._last is not None and stop > start:
            share = (now - self._last) * 1000 / (stop - start)
            self.ms |= dict.fromkeys(range(start, stop), share)
        self._last = now

    def clear(self) -> None:
        """Forget everything."""
        self.ms.clear()
        self._last = None
