"""The registry of number formats: one line each, from the widest to the narrowest.

Knows nothing about tensors or files.

Sources: IEEE 754-2019 (FP32, FP16); NVIDIA's A100 whitepaper (TF32); Google's bfloat16; “FP8 formats for deep
learning”, arXiv 2209.05433 (E4M3, E5M2).
"""

from __future__ import annotations

from typing import TypeAlias

from models.number_formats.float_format import FloatFormat, Parts
from models.number_formats.integer_format import IntegerFormat

__all__ = [
    "FLOAT_FORMATS",
    "INTEGER_FORMATS",
    "NUMBER_FORMATS",
    "FloatFormat",
    "IntegerFormat",
    "NumberFormat",
    "Parts",
]

NumberFormat: TypeAlias = FloatFormat | IntegerFormat

FLOAT_FORMATS: tuple[FloatFormat, ...] = (
    FloatFormat("FP32", 8, 23, 32),
    FloatFormat("TF32", 8, 10, 32),
    FloatFormat("FP16", 5, 10, 16),
    FloatFormat("BF16", 8, 7, 16),
    FloatFormat("FP8 E4M3", 4, 3, 8, infinite=False),
    FloatFormat("FP8 E5M2", 5, 2, 8),
)
"""Formats with an exponent."""

INTEGER_FORMATS: tuple[IntegerFormat, ...] = (IntegerFormat("INT8", 8), IntegerFormat("INT4", 4))
"""Formats with a scale for each block."""

NUMBER_FORMATS: tuple[NumberFormat, ...] = (*FLOAT_FORMATS, *INTEGER_FORMATS)
"""All of them."""
