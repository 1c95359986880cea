"""How a bundle keeps its weights and computes: one precision for each kind of provider.

Knows nothing about architectures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Precision:
    """How weights are kept and activations computed.

    Args:
        name: stable short name, part of a bundle's folder name.
        label: for people.
        activations: numpy's name of the type of everything that is computed.
        block_bits: bits of a weight in quantized blocks of 32; ``None`` keeps weights as the activations.
    """

    name: str
    label: str
    activations: Literal["float32", "float16"]
    block_bits: int | None

    @property
    def bytes_per_weight(self) -> float:
        """Of a matrix, scales included."""
        if self.block_bits is None:
            return 4.0 if self.activations == "float32" else 2.0
        return self.block_bits / 8 + 4 / BLOCK


BLOCK = 32
"""Weights that share a scale."""

EIGHT_BIT = Precision("int8", "8-bit blocks of 32", "float32", 8)
"""For the CPU: the fastest that stays within 0.01 nats of the exact model; 4 bits would not."""

HALF = Precision("fp16", "16-bit floating point", "float16", None)
"""For CUDA, whose attention kernel takes 16-bit numbers only."""

FULL = Precision("fp32", "32-bit floating point", "float32", None)
"""For people who want exactly what the file holds, and for comparisons."""

PRECISIONS: tuple[Precision, ...] = (EIGHT_BIT, HALF, FULL)
"""Every precision a bundle can have."""


def precision_named(name: str) -> Precision:
    """The precision of a registered name.

    Raises:
        KeyError: there is none.
    """
    return {precision.name: precision for precision in PRECISIONS}[name]
