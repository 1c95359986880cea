"""How much weights change when they are kept in fewer bits, summed up while they pass by.

Knows nothing about how they are kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class RoundingError:
    """Sums over all weights so far.

    Args:
        weights: of the squares of the weights.
        differences: of the squares of what was added to them by rounding.
    """

    weights: float = 0.0
    differences: float = 0.0

    @property
    def relative(self) -> float:
        """Root mean square of the differences, as a fraction of that of the weights; 0 for no weights."""
        return math.sqrt(self.differences / self.weights) if self.weights else 0.0

    def add(self, weights: NDArray[np.float32], rounded: NDArray[Any]) -> None:
        """Count some weights, and the same as they are kept, in an array of as many floats."""
        difference = (weights - rounded).reshape(-1)
        flat = weights.reshape(-1)
        self.weights += float(np.dot(flat, flat))
        self.differences += float(np.dot(difference, difference))

    def add_exact(self, weights: NDArray[np.float32]) -> None:
        """Count some weights that are kept as they are."""
        flat = weights.reshape(-1)
        self.weights += float(np.dot(flat, flat))
