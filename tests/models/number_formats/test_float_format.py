"""Floating-point formats, bit for bit against ml_dtypes, and by hand where it has none."""

from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest

from models.number_formats import FLOAT_FORMATS, FloatFormat

BY_NAME = {one.name: one for one in FLOAT_FORMATS}
ORACLES: dict[str, tuple[type, type]] = {
    "FP32": (np.float32, np.uint32),
    "FP16": (np.float16, np.uint16),
    "BF16": (ml_dtypes.bfloat16, np.uint16),
    "FP8 E4M3": (ml_dtypes.float8_e4m3fn, np.uint8),
    "FP8 E5M2": (ml_dtypes.float8_e5m2, np.uint8),
}
every_oracle = pytest.mark.parametrize("name", ORACLES)
every_format = pytest.mark.parametrize("one", FLOAT_FORMATS, ids=lambda one: one.name)


def random_floats(count: int) -> np.ndarray:
    """``float32``: patterns at random, so of every exponent, with subnormal numbers, infinities and no numbers."""
    return np.random.default_rng(6).integers(0, 1 << 32, count, np.uint64).astype(np.uint32).view(np.float32)


def agree(ours: np.ndarray, theirs: np.ndarray) -> None:
    """The same bits; what is no number is so on both sides, with whatever payload."""
    missing = np.isnan(theirs)
    np.testing.assert_array_equal(np.isnan(ours), missing)
    np.testing.assert_array_equal(ours[~missing].view(np.uint32), theirs[~missing].view(np.uint32))


@pytest.mark.parametrize("name", [name for name in ORACLES if name != "FP32"])
def test_every_pattern_means_what_ml_dtypes_says_and_comes_back(name: str) -> None:
    one, (kind, container) = BY_NAME[name], ORACLES[name]
    patterns = np.arange(1 << one.bits, dtype=np.uint32)
    values = patterns.astype(container).view(kind).astype(np.float32)
    agree(one.decode(patterns), values)
    known = ~np.isnan(values)
    np.testing.assert_array_equal(one.encode(values)[known], patterns[known])
    assert np.isnan(one.decode(one.encode(values[~known]))).all()


@every_oracle
def test_a_million_random_floats_are_rounded_as_ml_dtypes_rounds_them(name: str) -> None:
    one, (kind, container) = BY_NAME[name], ORACLES[name]
    values = random_floats(1_000_000)
    with np.errstate(over="ignore", invalid="ignore"):
        theirs = values.astype(kind)
    agree(one.rounded(values), theirs.astype(np.float32))
    known = ~np.isnan(theirs.astype(np.float32))
    patterns = theirs.view(container).astype(np.uint32)
    np.testing.assert_array_equal(one.encode(values)[known], patterns[known])


@pytest.mark.parametrize("name", ["FP16", "BF16", "FP8 E4M3", "FP8 E5M2"])
def test_halfway_between_neighbours_the_even_one_is_taken(name: str) -> None:
    one, (kind, _) = BY_NAME[name], ORACLES[name]
    values = one.decode(np.arange(1 << one.bits)).astype(np.float64)
    finite = np.sort(values[np.isfinite(values)])
    halves = ((finite[1:] + finite[:-1]) / 2).astype(np.float32)
    nudged = np.concatenate([halves, np.nextafter(halves, np.float32(9e9)), np.nextafter(halves, -halves)])
    with np.errstate(over="ignore", invalid="ignore"):
        theirs = nudged.astype(kind).astype(np.float32)
    agree(one.rounded(nudged), theirs)


def test_tf32_keeps_ten_bits_of_the_fraction() -> None:
    tf32 = BY_NAME["TF32"]
    # 1 + 2^-11 is halfway between 1 and 1 + 2^-10: the even one is 1; a little more is rounded up.
    given = np.array([1 + 2**-11, 1 + 2**-11 + 2**-20, 1 + 3 * 2**-11, -(1 + 2**-10)], np.float32)
    expected = np.array([1, 1 + 2**-10, 1 + 2**-9, -(1 + 2**-10)], np.float32)
    np.testing.assert_array_equal(tf32.rounded(given), expected)
    values = random_floats(200_000)
    made = tf32.rounded(values)
    known = np.isfinite(values) & np.isfinite(made)
    assert not (made[known].view(np.uint32) & np.uint32(0x1FFF)).any()
    agree(tf32.decode(tf32.encode(values)), made)


def test_a_64_bit_number_is_rounded_once() -> None:
    fp16 = BY_NAME["FP16"]
    # Just above halfway between 1 and 1 + 2^-10, by less than a 32-bit number can tell: rounded twice it would be 1.
    value = 1 + 2**-11 + 2**-40
    assert fp16.rounded(np.array([value]))[0] == np.float16(value) == 1 + 2**-10
    assert fp16.rounded(np.array([1e300, -1e300, 1e-300]))[:2].tolist() == [math.inf, -math.inf]


def test_what_is_too_large_is_infinite_or_no_number() -> None:
    assert BY_NAME["FP16"].rounded(np.array([65519.0, 65520.0])).tolist() == [65504.0, math.inf]
    rounded = BY_NAME["FP8 E4M3"].rounded(np.array([448.0, 464.0, 465.0, math.inf]))
    assert rounded[:2].tolist() == [448.0, 448.0]
    assert np.isnan(rounded[2:]).all()


@pytest.mark.parametrize(
    ("name", "largest", "smallest_normal", "smallest", "epsilon"),
    [
        ("FP32", 3.4028234663852886e38, 2**-126, 2**-149, 2**-23),
        ("TF32", (2 - 2**-10) * 2.0**127, 2**-126, 2**-136, 2**-10),
        ("FP16", 65504.0, 2**-14, 2**-24, 2**-10),
        ("BF16", (2 - 2**-7) * 2.0**127, 2**-126, 2**-133, 2**-7),
        ("FP8 E4M3", 448.0, 2**-6, 2**-9, 2**-3),
        ("FP8 E5M2", 57344.0, 2**-14, 2**-16, 2**-2),
    ],
)
def test_ranges(name: str, largest: float, smallest_normal: float, smallest: float, epsilon: float) -> None:
    one = BY_NAME[name]
    assert (one.largest, one.smallest_normal, one.smallest, one.epsilon) == (
        largest,
        smallest_normal,
        smallest,
        epsilon,
    )


@every_format
def test_neighbours_are_the_next_patterns(one: FloatFormat) -> None:
    assert one.neighbours(one.pattern_of(0.0)) == (-one.smallest, one.smallest)
    assert one.neighbours(one.pattern_of(1.0)) == (1 - one.epsilon / 2, 1 + one.epsilon)
    assert one.neighbours(one.pattern_of(-1.0)) == (-1 - one.epsilon, -1 + one.epsilon / 2)
    below, above = one.neighbours(one.pattern_of(one.largest)) or (0.0, 0.0)
    assert below < one.largest
    assert above == math.inf
    assert one.neighbours(one.pattern_of(math.nan)) is None
    below, _ = one.neighbours(one.pattern_of(-one.smallest)) or (0.0, 0.0)
    assert below == -2 * one.smallest


def test_the_fields_of_one_half_with_a_sign() -> None:
    parts = BY_NAME["FP16"].parts(BY_NAME["FP16"].pattern_of(-0.625))
    # -0.625 = -1.25 · 2^-1: the exponent's field is 14, the fraction a quarter of 1024.
    assert (parts.sign, parts.exponent, parts.fraction, parts.power, parts.kind) == (1, 14, 256, -1, "normal")
    kinds = [BY_NAME["FP16"].parts(pattern).kind for pattern in (0, 1, 0x7C00, 0x7E00)]
    assert kinds == ["zero", "subnormal", "infinity", "nan"]


@every_format
def test_no_numbers_zero_dimensions_and_scalars_pass(one: FloatFormat) -> None:
    assert one.rounded(np.zeros((0, 3), np.float32)).shape == (0, 3)
    assert one.rounded(np.float32(1.0)).shape == ()
    assert one.rounded(np.array([-0.0], np.float32)).view(np.uint32)[0] == 0x8000_0000
