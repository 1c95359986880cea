"""Whole numbers of a few bits that share a scale: the usual way to keep weights in 8 or 4 bits.

Knows nothing about tensors or files. Symmetric about zero, as `models.block_quantization` keeps weights: a block's
scale is its largest magnitude divided by the largest whole number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
"""Numbers that share a scale."""

SCALE_BITS = 32
"""What a scale takes in memory."""


@dataclass(frozen=True, slots=True)
class IntegerFormat:
    """Whole numbers from -`largest` to `largest`, times a scale.

    Args:
        name: for people.
        bits: of a whole number, in two's complement.
    """

    name: str
    bits: int

    @property
    def largest(self) -> int:
        """The largest whole number."""
        return (1 << self.bits - 1) - 1

    @property
    def memory_bits(self) -> float:
        """Bits that a number takes in memory, with its share of the scale."""
        return self.bits + SCALE_BITS / BLOCK

    def scale_for(self, magnitude: float) -> float:
        """The scale of numbers of at most this magnitude; 1 of zeros, and of what 32 bits cannot hold."""
        with np.errstate(over="ignore"):
            scale = float(np.float32(magnitude) / np.float32(self.largest))
        return scale if scale > 0 and np.isfinite(scale) else 1.0

    def integer_of(self, value: float, scale: float) -> int:
        """The whole number nearest to a value, as far as there are any; 0 for no number."""
        if np.isnan(value):
            return 0
        return int(np.clip(np.rint(value / scale), -self.largest, self.largest))

    def pattern_of(self, integer: int) -> int:
        """Its bits in two's complement."""
        return integer & ((1 << self.bits) - 1)

    def rounded(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """The nearest numbers, in blocks of `BLOCK` in the order of memory; the last may be shorter.

        Returns:
            ``float32`` of the same shape; no number where a block holds one, or an infinity.
        """
        return self._in_blocks(values, BLOCK, lambda largest, scales: np.float32(1) / scales)

    def rounded_as_input(self, values: NDArray[Any], block: int) -> NDArray[np.float32]:
        """The same as the runtime's products of 8-bit numbers round what they are given.

        They multiply with another reciprocal, that of the scale before it is rounded itself; of two numbers equally
        near that can mean the other one.

        Args:
            values: of any shape.
            block: how many share a scale.
        """
        return self._in_blocks(values, block, lambda largest, scales: np.float32(self.largest) / largest)

    def _in_blocks(
        self,
        values: NDArray[Any],
        block: int,
        reciprocal: Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]],
    ) -> NDArray[np.float32]:
        given = np.asarray(values, np.float32)
        flat = given.reshape(-1)
        padded = np.zeros(-(-flat.size // block) * block, np.float32)
        padded[: flat.size] = flat
        blocks = padded.reshape(-1, block)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            largest = np.abs(blocks).max(axis=1, keepdims=True)
            scales = largest / np.float32(self.largest)
            inverse = reciprocal(largest, scales)
            # Blocks of zeros, or of numbers too small to have a reciprocal, become zeros.
            inverse[np.isinf(inverse)] = 0
            made = np.rint(blocks * inverse) * scales
        return made.reshape(-1)[: flat.size].reshape(given.shape)
