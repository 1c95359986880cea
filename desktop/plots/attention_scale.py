"""How attention weights become the 255 levels of a colour map.

Knows nothing about images, widgets or where weights come from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.attention_map import without_sink
from inference.contract import FloatArray

EMPTY = 0
"""Level of a cell that holds no weight: above the diagonal, not read yet, or hidden."""

ZERO, ONE = 1, 255
"""Levels of the weights 0 and 1; the levels between them belong to the weights between."""

LOGARITHM_FLOOR = 1e-4
"""On the logarithmic scale this weight and all smaller ones look like zero."""


@dataclass(frozen=True, slots=True)
class AttentionScale:
    """A fixed scale from weight to colour: the same colour means the same weight on every map.

    Args:
        logarithmic: equal steps of colour are equal factors of weight, down to `LOGARITHM_FLOOR`;
            otherwise equal steps are equal differences.
        hide_sink: the weight on key 0 is left out and the others of a row are scaled up so that the row
            keeps its sum. For display only.
    """

    logarithmic: bool = True
    hide_sink: bool = False

    def shown(self, weights: FloatArray) -> FloatArray:
        """The weights as they are displayed: themselves, unless the sink is hidden.

        Args:
            weights: ``[row, key]`` with all keys from 0.

        Returns:
            ``[row, key]``, the argument itself where nothing changes.
        """
        if not self.hide_sink or weights.shape[1] == 0:
            return weights
        return without_sink(weights)

    def levels(self, weights: FloatArray, start: int) -> NDArray[np.uint8]:
        """Levels of some rows of a causal map.

        Args:
            weights: ``[row, key]`` of the queries ``start``, ``start + 1``, …, with all keys from 0. What is
                not a number counts as zero, what is above 1 as 1.
            start: position of the first query.

        Returns:
            ``uint8 [row, key]``: `ZERO` … `ONE` up to the diagonal; `EMPTY` beyond it, and in column 0 if the
            sink is hidden.
        """
        levels = self.levels_of_shown(self.shown(weights), start)
        if self.hide_sink:
            levels[:, :1] = EMPTY
        return levels

    def levels_of_shown(self, weights: FloatArray, diagonal: int) -> NDArray[np.uint8]:
        """Levels of weights, or of the largest of groups of weights, that are as they are displayed already.

        Args:
            weights: ``[row, column]``.
            diagonal: the last column that the first row sees.

        Returns:
            ``uint8 [row, column]``: `ZERO` … `ONE` up to the diagonal, `EMPTY` beyond it.
        """
        fractions = self._fractions(weights)
        fractions *= ONE - ZERO
        fractions += ZERO + 0.5
        levels = fractions.astype(np.uint8)
        return np.tril(levels, k=diagonal) if weights.shape[1] > diagonal + 1 else levels

    def fraction(self, weight: float) -> float:
        """Where a weight lies between the two ends of the colour map, 0 … 1."""
        return float(self._fractions(np.array([[weight]], np.float32))[0, 0])

    def ticks(self) -> tuple[float, ...]:
        """Weights that deserve a number beside the colour map, ascending."""
        return (1e-4, 1e-3, 1e-2, 1e-1, 1.0) if self.logarithmic else (0.0, 0.25, 0.5, 0.75, 1.0)

    def _fractions(self, weights: FloatArray) -> FloatArray:
        # fmax and fmin pass the number where the other operand is NaN.
        if not self.logarithmic:
            return np.fmin(np.fmax(weights, np.float32(0)), np.float32(1))
        fractions = np.log2(np.fmin(np.fmax(weights, np.float32(LOGARITHM_FLOOR)), np.float32(1)))
        fractions *= np.float32(-1 / math.log2(LOGARITHM_FLOOR))
        fractions += np.float32(1)
        return fractions
