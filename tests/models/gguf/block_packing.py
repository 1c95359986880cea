"""Blocks of ggml's quantizations packed from their parts, so that tests know the numbers they stand for.

Written the other way round than they are read: from scales and integers to bytes.
The layouts: https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

SUPER_BLOCK = 256


def q4_0(scale: float, quants: Sequence[int]) -> bytes:
    """32 quants from 0 to 15, each standing for scale × (quant - 8)."""
    return struct.pack("<e16B", scale, *_nibbles(quants))


def q4_1(scale: float, minimum: float, quants: Sequence[int]) -> bytes:
    """32 quants from 0 to 15, each standing for scale × quant + minimum."""
    return struct.pack("<ee16B", scale, minimum, *_nibbles(quants))


def q5_0(scale: float, quants: Sequence[int]) -> bytes:
    """32 quants from 0 to 31, each standing for scale × (quant - 16); the fifth bits have a word of their own."""
    return struct.pack("<eI16B", scale, _fifth_bits(quants), *_nibbles(quants))


def q5_1(scale: float, minimum: float, quants: Sequence[int]) -> bytes:
    """32 quants from 0 to 31, each standing for scale × quant + minimum."""
    return struct.pack("<eeI16B", scale, minimum, _fifth_bits(quants), *_nibbles(quants))


def q8_0(scale: float, quants: Sequence[int]) -> bytes:
    """32 quants from -128 to 127, each standing for scale × quant."""
    return struct.pack("<e32b", scale, *quants)


def q4_k(
    scale: float, minimum: float, scales: Sequence[int], minima: Sequence[int], quants: Sequence[int]
) -> bytes:
    """256 quants from 0 to 15 in eight groups, each scale × scales[g] × quant - minimum × minima[g].

    Args:
        scale: of the scales.
        minimum: scale of the minima.
        scales: eight numbers from 0 to 63.
        minima: eight numbers from 0 to 63.
        quants: 256 numbers; two groups share bytes, the first in the low halves.
    """
    return struct.pack("<ee", scale, minimum) + _six_bit_pairs(scales, minima) + _group_nibbles(quants)


def q5_k(
    scale: float, minimum: float, scales: Sequence[int], minima: Sequence[int], quants: Sequence[int]
) -> bytes:
    """As `q4_k` with quants from 0 to 31: byte i of the 32 before them holds bit g for quant i of group g."""
    high = bytes(sum((quants[32 * group + i] >> 4) << group for group in range(8)) for i in range(32))
    low = _group_nibbles([quant & 15 for quant in quants])
    return struct.pack("<ee", scale, minimum) + _six_bit_pairs(scales, minima) + high + low


def q6_k(scale: float, scales: Sequence[int], quants: Sequence[int]) -> bytes:
    """256 quants from 0 to 63 in sixteen groups, each scale × scales[g] × (quant - 32).

    Args:
        scale: of the scales.
        scales: sixteen numbers from -128 to 127.
        quants: 256 numbers.
    """
    low, high = b"", b""
    for half in (quants[:128], quants[128:]):
        first, second, third, fourth = (half[start : start + 32] for start in (0, 32, 64, 96))
        low += bytes((a & 15) | (c & 15) << 4 for a, c in zip(first, third, strict=True))
        low += bytes((b & 15) | (d & 15) << 4 for b, d in zip(second, fourth, strict=True))
        quarters = zip(first, second, third, fourth, strict=True)
        high += bytes(a >> 4 | (b >> 4) << 2 | (c >> 4) << 4 | (d >> 4) << 6 for a, b, c, d in quarters)
    return low + high + struct.pack("<16be", *scales, scale)


def _nibbles(quants: Sequence[int]) -> list[int]:
    half = len(quants) // 2
    return [low & 15 | (high & 15) << 4 for low, high in zip(quants[:half], quants[half:], strict=True)]


def _fifth_bits(quants: Sequence[int]) -> int:
    return sum((quant >> 4) << place for place, quant in enumerate(quants))


def _group_nibbles(quants: Sequence[int]) -> bytes:
    return b"".join(bytes(_nibbles(quants[start : start + 64])) for start in range(0, SUPER_BLOCK, 64))


def _six_bit_pairs(scales: Sequence[int], minima: Sequence[int]) -> bytes:
    """The first four of each have bytes of their own, whose upper bits hold the upper bits of the last four."""
    first = [scales[i] | (scales[i + 4] >> 4) << 6 for i in range(4)]
    second = [minima[i] | (minima[i + 4] >> 4) << 6 for i in range(4)]
    third = [scales[i + 4] & 15 | (minima[i + 4] & 15) << 4 for i in range(4)]
    return bytes([*first, *second, *third])
