"""Binary floating-point formats of up to 32 bits: what patterns of bits mean, and which is nearest to a number.

Knows nothing about tensors or files.

Rounding is to the nearest number of the format, of two as near to the one whose last bit is 0 (IEEE 754, section
4.3.1). What is then larger than the largest becomes infinite, and in formats without infinities no number, as
ml_dtypes has it. Every number of these formats is a 32-bit one, so arrays of them are ``float32``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FRACTION_BITS_32, BIAS_32 = 23, 127
"""Of ``float32``."""

_EXPONENT_MASK_32 = np.uint32(0x7F80_0000)

Kind = Literal["zero", "subnormal", "normal", "infinity", "nan"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the bits of one pattern say.

    Args:
        sign: 1 for negative.
        exponent: the field as it stands, an unsigned number.
        fraction: likewise.
        power: the power of two that the significand is multiplied by; meaningless for infinities and no numbers.
        kind: of value.
    """

    sign: int
    exponent: int
    fraction: int
    power: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class FloatFormat:
    """One format: a sign, an exponent with the usual bias, a fraction.

    Args:
        name: for people.
        exponent_bits: width of the exponent.
        fraction_bits: width of the fraction.
        memory_bits: bits that a number takes in memory; TF32 has 19, which only arithmetic units see.
        infinite: whether the largest exponent stands for infinities and no numbers; otherwise only the pattern of
            ones does, for no number.
    """

    name: str
    exponent_bits: int
    fraction_bits: int
    memory_bits: int
    infinite: bool = True

    @property
    def bits(self) -> int:
        """Of a pattern."""
        return 1 + self.exponent_bits + self.fraction_bits

    @property
    def bias(self) -> int:
        """What is taken off the exponent's field."""
        return (1 << self.exponent_bits - 1) - 1

    @property
    def lowest_power(self) -> int:
        """Power of two of the smallest normal number, and of all subnormal ones."""
        return 1 - self.bias

    @property
    def largest(self) -> float:
        """The largest number."""
        if self.infinite:
            return math.ldexp(2.0 - math.ldexp(1.0, -self.fraction_bits), self.bias)
        return math.ldexp(2.0 - math.ldexp(2.0, -self.fraction_bits), self.bias + 1)

    @property
    def smallest_normal(self) -> float:
        """The smallest positive number with all its digits."""
        return math.ldexp(1.0, self.lowest_power)

    @property
    def smallest(self) -> float:
        """The smallest positive number, a subnormal one."""
        return math.ldexp(1.0, self.lowest_power - self.fraction_bits)

    @property
    def epsilon(self) -> float:
        """From 1 to the next number."""
        return math.ldexp(1.0, -self.fraction_bits)

    @property
    def decimal_digits(self) -> float:
        """How many decimal digits a normal number has."""
        return (self.fraction_bits + 1) * math.log10(2.0)

    # ------------------------------------------------------------ arrays

    def rounded(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """The nearest numbers of this format.

        Args:
            values: of any shape and real type; 64-bit numbers are rounded once, not twice.

        Returns:
            ``float32`` of the same shape; infinities and no numbers stay, except that an infinity becomes no number
            where the format has none.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            if self.fraction_bits == FRACTION_BITS_32:
                return np.asarray(values).astype(np.float32)
            wide = _float32_to_odd(values)
            made = self._cut(wide)
            if self.lowest_power > 1 - BIAS_32:
                # A sum with this has its last digit where subnormal numbers have theirs, and is rounded there.
                anchor = np.float32(1.5 * 2.0 ** (self.lowest_power + FRACTION_BITS_32 - self.fraction_bits))
                small = np.abs(wide) < np.float32(self.smallest_normal)
                made[small] = np.copysign((wide[small] + anchor) - anchor, wide[small])
            beyond = np.abs(made) > np.float32(self.largest)
            made[beyond] = np.copysign(np.float32(np.inf if self.infinite else np.nan), wide[beyond])
            return made

    def _cut(self, wide: NDArray[np.float32]) -> NDArray[np.float32]:
        """Numbers with as many digits as the format has, whatever their size."""
        bits = wide.view(np.uint32)
        dropped = FRACTION_BITS_32 - self.fraction_bits
        last = (bits >> np.uint32(dropped)) & np.uint32(1)
        cut = bits + (last + np.uint32((1 << dropped - 1) - 1))
        cut &= np.uint32(0xFFFF_FFFF ^ ((1 << dropped) - 1))
        # Those without a size are not rounded: a carry would make another out of them.
        endless = (bits & _EXPONENT_MASK_32) == _EXPONENT_MASK_32
        return np.where(endless, bits, cut).view(np.float32)

    def encode(self, values: NDArray[Any]) -> NDArray[np.uint32]:
        """The patterns of the nearest numbers; no number is the pattern with the fraction's first bit set, or all."""
        made = self.rounded(values)
        bits = made.view(np.uint32)
        sign = (bits >> np.uint32(31)) << np.uint32(self.bits - 1)
        size = bits & np.uint32(0x7FFF_FFFF)
        with np.errstate(over="ignore", invalid="ignore"):
            rebiased = (size - np.uint32((BIAS_32 - self.bias) << FRACTION_BITS_32)) >> np.uint32(
                FRACTION_BITS_32 - self.fraction_bits
            )
            small = np.abs(made) < np.float32(self.smallest_normal)
            steps = np.abs(np.where(small, made, 0)).astype(np.float64) / self.smallest
        patterns = np.where(small, steps.astype(np.uint32), rebiased)
        ones = (1 << self.exponent_bits) - 1
        patterns = np.where(np.isinf(made), np.uint32(ones << self.fraction_bits), patterns)
        no_number = (ones << self.fraction_bits) | (
            1 << self.fraction_bits - 1 if self.infinite else (1 << self.fraction_bits) - 1
        )
        patterns = np.where(np.isnan(made), np.uint32(no_number), patterns)
        encoded: NDArray[np.uint32] = (patterns | sign).astype(np.uint32)
        return encoded

    def decode(self, patterns: NDArray[Any]) -> NDArray[np.float32]:
        """The numbers of patterns of bits, ``float32`` of the same shape."""
        given = np.asarray(patterns).astype(np.uint32)
        fraction = given & np.uint32((1 << self.fraction_bits) - 1)
        ones = (1 << self.exponent_bits) - 1
        exponent = (given >> np.uint32(self.fraction_bits)) & np.uint32(ones)
        significand = fraction.astype(np.float64) / (1 << self.fraction_bits) + (exponent > 0)
        power = np.maximum(exponent.astype(np.int64), 1) - self.bias
        size = np.ldexp(significand, power)
        if self.infinite:
            size = np.where(exponent == ones, np.where(fraction > 0, np.nan, np.inf), size)
        else:
            size = np.where(given << 1 & ((1 << self.bits) - 1) == (1 << self.bits) - 2, np.nan, size)
        negative = (given >> np.uint32(self.bits - 1)) & np.uint32(1)
        return np.copysign(size, np.where(negative, -1.0, 1.0)).astype(np.float32)

    # ------------------------------------------------------------ one number

    def pattern_of(self, value: float) -> int:
        """The pattern of the number nearest to a value."""
        return int(self.encode(np.asarray([value], np.float64))[0])

    def value_of(self, pattern: int) -> float:
        """The number of a pattern."""
        return float(self.decode(np.asarray([pattern], np.uint32))[0])

    def parts(self, pattern: int) -> Parts:
        """The fields of a pattern."""
        fraction = pattern & ((1 << self.fraction_bits) - 1)
        ones = (1 << self.exponent_bits) - 1
        exponent = pattern >> self.fraction_bits & ones
        value = self.value_of(pattern)
        kind: Kind = "normal"
        if math.isnan(value):
            kind = "nan"
        elif math.isinf(value):
            kind = "infinity"
        elif value == 0.0:
            kind = "zero"
        elif not exponent:
            kind = "subnormal"
        return Parts(pattern >> self.bits - 1, exponent, fraction, max(exponent, 1) - self.bias, kind)

    def neighbours(self, pattern: int) -> tuple[float, float] | None:
        """The next smaller and the next larger number; infinite where there is none. ``None`` of no number."""
        value = self.value_of(pattern)
        if math.isnan(value):
            return None
        return self._next(value, down=True), self._next(value, down=False)

    def _next(self, value: float, *, down: bool) -> float:
        if down:
            return -self._next(-value, down=False)
        if value == math.inf or value == self.largest:
            return math.inf
        if value == -math.inf:
            return -self.largest
        if value == 0.0:
            return self.smallest
        pattern = self.pattern_of(abs(value))
        return self.value_of(pattern + 1) if value > 0 else -self.value_of(pattern - 1)


def _float32_to_odd(values: NDArray[Any]) -> NDArray[np.float32]:
    """Values as ``float32``, in memory of their own; those that are none end with a bit that says so.

    Rounding to odd keeps what a second rounding, to fewer digits, has to know: Boldo and Melquiond, “When double
    rounding is odd”, 2005.
    """
    given = np.asarray(values)
    if given.dtype.kind in "iu" and given.dtype.itemsize > 2:
        given = given.astype(np.float64)
    made: NDArray[np.float32] = np.array(given, np.float32, order="C")
    if given.dtype != np.float64:
        return made
    inexact = made != given
    inexact &= ~np.isnan(given)
    outward = inexact & (np.abs(made.astype(np.float64)) > np.abs(given))
    made[outward] = np.nextafter(made[outward], np.float32(0))
    bits = made.view(np.uint32)
    bits[inexact] |= np.uint32(1)
    return made
