"""Statistics of numbers that come in parts: extremes, moments, what is zero or no number, and a histogram.

Knows nothing about where numbers come from.

The histogram's bins lie between the extremes, which are not known before the end. Numbers are therefore counted by
their first 16 bits, finer than any bin, and shared out among the bins when somebody asks.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.tensors.contract import TensorStatistics

BINS = 64
_FINE = 1 << 16


class StatisticsSum:
    """Statistics that grow.

    Args:
        total: how many values there will be.
    """

    def __init__(self, total: int) -> None:
        self.done = 0
        self._total = total
        self._minimum, self._maximum = math.inf, -math.inf
        self._finite = 0
        self._mean = self._squares = 0.0
        self._zeros = self._no_numbers = self._infinities = 0
        self._fine = np.zeros(_FINE, np.int64)

    def add(self, values: NDArray[Any]) -> None:
        """Take some values, ``float32`` or ``float64``."""
        self.done += values.size
        finite = values
        if not np.isfinite(values).all():
            self._no_numbers += int(np.isnan(values).sum())
            self._infinities += int(np.isinf(values).sum())
            finite = values[np.isfinite(values)]
        if not finite.size:
            return
        self._minimum = min(self._minimum, float(finite.min()))
        self._maximum = max(self._maximum, float(finite.max()))
        self._zeros += finite.size - int(np.count_nonzero(finite))
        self._add_moments(finite)
        with np.errstate(over="ignore"):
            fine = finite.astype(np.float32).view(np.uint32) >> np.uint32(16)
        self._fine += np.bincount(fine, minlength=_FINE)

    def _add_moments(self, finite: NDArray[Any]) -> None:
        """Chan, Golub and LeVeque's update, which loses no digits of small deviations from a large mean."""
        count = finite.size
        # Sums of squares of the largest numbers there are overflow; the deviation is then infinite.
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(finite.mean(dtype=np.float64))
            squares = float(np.square(finite - mean, dtype=np.float64).sum())
        together = self._finite + count
        apart = mean - self._mean
        self._squares += squares + apart * apart * self._finite * count / together
        self._mean += apart * count / together
        self._finite = together

    def statistics(self) -> TensorStatistics:
        """What is known so far."""
        edges, counts = self._histogram()
        known = self._finite > 0
        return TensorStatistics(
            done=self.done,
            total=self._total,
            minimum=self._minimum if known else math.nan,
            maximum=self._maximum if known else math.nan,
            mean=self._mean if known else math.nan,
            deviation=math.sqrt(self._squares / self._finite) if known else math.nan,
            zeros=self._zeros,
            no_numbers=self._no_numbers,
            infinities=self._infinities,
            edges=edges,
            counts=counts,
        )

    def _histogram(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        low, high = self._minimum, self._maximum
        if not self._finite:
            return np.zeros(BINS + 1), np.zeros(BINS, np.int64)
        if low == high:
            low, high = low - max(abs(low), 1.0) / 2, high + max(abs(high), 1.0) / 2
        edges = low / 2 + (high / 2 - low / 2) * np.linspace(0.0, 1.0, BINS + 1)
        edges *= 2
        below = np.interp(edges, *_cumulative(self._fine))
        below[0], below[-1] = 0, self._finite
        return edges, np.diff(np.rint(below)).astype(np.int64)


def _fine_order() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Fine bins by what they hold, ascending, and the edge that each ends with."""
    numbers = np.arange(_FINE, dtype=np.uint32) << np.uint32(16)
    values = numbers.view(np.float32)
    finite = np.flatnonzero(np.isfinite(values))
    negative = finite[finite >= _FINE // 2][::-1]
    positive = finite[finite < _FINE // 2]
    order = np.concatenate([negative, positive])
    # A bin reaches from its own number outwards; of negative ones the own number is the upper edge.
    with np.errstate(over="ignore", invalid="ignore"):
        outward = ((positive.astype(np.uint32) + 1) << np.uint32(16)).view(np.float32).astype(np.float64)
    outward[~np.isfinite(outward)] = np.finfo(np.float32).max
    return order, np.concatenate([values[negative].astype(np.float64), outward])


_ORDER, _ENDS = _fine_order()


def _cumulative(fine: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Edges of fine bins, and how many numbers lie below each."""
    below = np.cumsum(fine[_ORDER]).astype(np.float64)
    edges = np.concatenate([[-np.finfo(np.float32).max], _ENDS])
    return edges, np.concatenate([[0.0], below])
