"""Whole numbers with a scale, by hand and against the quantization that models are kept in."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.block_quantization import dequantize_8bit_blocks, quantize_8bit_blocks
from models.number_formats import INTEGER_FORMATS

INT8, INT4 = INTEGER_FORMATS


def test_a_block_of_known_numbers() -> None:
    values = np.zeros(32, np.float32)
    values[:4] = [7.0, -3.4, 0.4, 3.6]
    # The scale of four bits is 7 / 7 = 1.
    assert INT4.rounded(values)[:4].tolist() == [7.0, -3.0, 0.0, 4.0]
    assert INT4.scale_for(7.0) == 1.0
    assert INT4.integer_of(-3.4, 1.0) == -3
    assert INT4.pattern_of(-3) == 0b1101
    assert INT8.integer_of(1e9, 1.0) == 127


def test_eight_bits_are_those_that_weights_are_kept_in() -> None:
    values = np.random.default_rng(1).normal(size=(6, 64)).astype(np.float32)
    np.testing.assert_array_equal(INT8.rounded(values), dequantize_8bit_blocks(*quantize_8bit_blocks(values)))


def test_blocks_of_zeros_short_ones_and_no_numbers() -> None:
    assert INT8.rounded(np.zeros(40, np.float32)).tolist() == [0.0] * 40
    assert INT8.rounded(np.zeros((0,), np.float32)).shape == (0,)
    values = np.ones(33, np.float32)
    values[0] = np.nan
    made = INT8.rounded(values)
    assert np.isnan(made[:32]).all()
    assert made[32] == 1.0
    assert INT8.scale_for(0.0) == 1.0
    assert INT8.integer_of(float("nan"), 1.0) == 0


@pytest.mark.parametrize("magnitude", [0.0, 1e300, math.inf])
def test_without_a_scale_that_32_bits_hold_it_is_1(magnitude: float) -> None:
    assert INTEGER_FORMATS[0].scale_for(magnitude) == 1.0


def test_memory_counts_the_scale() -> None:
    assert INT8.memory_bits == 9
    assert INT4.memory_bits == 5
