"""What other number formats would make of numbers that come in parts: errors and losses.

Knows nothing about where numbers come from.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.tensors.contract import FormatError, FormatErrors
from models.number_formats import NUMBER_FORMATS


class FormatErrorSum:
    """Errors that grow.

    Args:
        total: how many numbers there will be.
        stored_bytes: what they take as they are stored.
    """

    def __init__(self, total: int, stored_bytes: int) -> None:
        self.done = 0
        self._total = total
        self._stored_bytes = stored_bytes
        count = len(NUMBER_FORMATS)
        self._numbers = np.zeros(count)
        self._differences = np.zeros(count)
        self._largest = np.zeros(count)
        self._overflowed = np.zeros(count, np.int64)
        self._vanished = np.zeros(count, np.int64)

    def add(self, values: NDArray[Any]) -> None:
        """Take some values, ``float32`` or ``float64``; what is not finite itself is left out."""
        self.done += values.size
        finite = values if np.isfinite(values).all() else values[np.isfinite(values)]
        if not finite.size:
            return
        present = int(np.count_nonzero(finite))
        with np.errstate(over="ignore", invalid="ignore"):
            energy = float(np.square(finite, dtype=np.float64).sum())
            for index, one in enumerate(NUMBER_FORMATS):
                self._count(index, finite, one.rounded(finite), energy, present)

    def _count(
        self, index: int, finite: NDArray[Any], made: NDArray[np.float32], energy: float, present: int
    ) -> None:
        difference = np.abs(finite - made)
        largest = float(difference.max())
        if not math.isfinite(largest):
            kept = np.isfinite(made)
            self._overflowed[index] += made.size - int(np.count_nonzero(kept))
            difference = difference[kept]
            energy = float(np.square(finite[kept], dtype=np.float64).sum())
            largest = float(difference.max(initial=0.0))
            present = int(np.count_nonzero(finite[kept]))
            made = made[kept]
        self._numbers[index] += energy
        self._differences[index] += float(np.square(difference, dtype=np.float64).sum())
        self._largest[index] = max(self._largest[index], largest)
        self._vanished[index] += present - int(np.count_nonzero(made))

    def errors(self) -> FormatErrors:
        """What is known so far."""
        formats = tuple(
            FormatError(
                name=one.name,
                memory_bits=float(one.memory_bits),
                relative=math.sqrt(self._differences[index] / self._numbers[index])
                if self._numbers[index]
                else 0.0,
                largest=float(self._largest[index]),
                overflowed=int(self._overflowed[index]),
                vanished=int(self._vanished[index]),
            )
            for index, one in enumerate(NUMBER_FORMATS)
        )
        return FormatErrors(self.done, self._total, self._stored_bytes, formats)
