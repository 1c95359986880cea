"""How a bundle keeps its weights and computes: one precision for each kind of provider.

Knows nothing about architectures.
"""

from __future__ import annotations

from dataclasses import dataclass

import onnx_ir as ir


@dataclass(frozen=True, slots=True)
class Precision:
    """How weights are kept and activations computed.

    Args:
        name: stable short name, part of a bundle's folder name.
        label: for people.
        activations: type of everything that is computed.
        block_bits: bits of a weight in quantized blocks of 32; ``None`` keeps weights as the activations.
    """

    name: str
    label: str
    activations: ir.DataType
    block_bits: int | None


BLOCK = 32
"""Weights that share a scale."""

EIGHT_BIT = Precision("int8", "8-bit blocks of 32", ir.DataType.FLOAT, 8)
"""For the CPU: the fastest that stays within 0.01 nats of the exact model; 4 bits would not."""

HALF = Precision("fp16", "16-bit floating point", ir.DataType.FLOAT16, None)
"""For CUDA, whose attention kernel takes 16-bit numbers only."""

PRECISIONS: tuple[Precision, ...] = (EIGHT_BIT, HALF)
"""Every precision a bundle can have."""


def precision_named(name: str) -> Precision:
    """The precision of a registered name.

    Raises:
        KeyError: there is none.
    """
    return {precision.name: precision for precision in PRECISIONS}[name]
