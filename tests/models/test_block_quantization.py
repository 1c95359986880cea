"""Weights in blocks stand for the weights they were made of, as closely as 255 levels can, or 15."""

from __future__ import annotations

import numpy as np
import pytest

from models import block_quantization
from models.block_quantization import (
    ZERO_POINT,
    dequantize_8bit_blocks,
    quantize_4bit_blocks,
    quantize_8bit_blocks,
)
from models.number_formats import INTEGER_FORMATS
from models.rounding_error import RoundingError

INT4 = INTEGER_FORMATS[1]


def test_blocks_by_hand() -> None:
    weights = np.array([[127, -1, 0.4, 0.6], [-2.54, 0.02, 0, 1.27]], np.float32)
    quantized, scales = quantize_8bit_blocks(weights, block=4)
    assert quantized.dtype == np.uint8
    assert scales.dtype == np.float32
    np.testing.assert_allclose(scales, [[1], [0.02]], rtol=1e-6)
    assert quantized.tolist() == [[[255, 127, 128, 129]], [[1, 129, 128, 192]]]


def test_blocks_of_a_row_lie_one_after_the_other() -> None:
    weights = np.array([[1, 1, 2, 2, 4, 4]], np.float32)
    quantized, scales = quantize_8bit_blocks(weights, block=2)
    assert quantized.shape == (1, 3, 2)
    np.testing.assert_allclose(scales * 127, [[1, 2, 4]], rtol=1e-6)


def test_zeros_and_tiny_numbers_become_zero() -> None:
    weights = np.array([[0, 0, 1e-40, -1e-42], [0, 0, 3, -3]], np.float32)
    quantized, scales = quantize_8bit_blocks(weights, block=2)
    assert scales[:, 0].tolist() == [0, 0]
    assert (quantized[:, 0] == ZERO_POINT).all()
    assert dequantize_8bit_blocks(quantized, scales)[0].tolist() == [0, 0, 0, 0]
    np.testing.assert_allclose(dequantize_8bit_blocks(quantized, scales)[1], [0, 0, 3, -3], rtol=1e-6)


@pytest.mark.parametrize("block", [16, 32, 128])
def test_no_weight_moves_by_more_than_half_a_scale(block: int) -> None:
    weights = np.random.default_rng(0).standard_normal((50, 256)).astype(np.float32)
    quantized, scales = quantize_8bit_blocks(weights, block)
    moved = np.abs(dequantize_8bit_blocks(quantized, scales) - weights).reshape(50, -1, block)
    assert (moved <= scales[..., np.newaxis] * 0.5001).all()


def test_quantizing_again_changes_nothing() -> None:
    weights = np.random.default_rng(1).standard_normal((8, 64)).astype(np.float32)
    first = quantize_8bit_blocks(weights)
    second = quantize_8bit_blocks(dequantize_8bit_blocks(*first))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_allclose(first[1], second[1], rtol=1e-6)


def test_slices_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = np.random.default_rng(2).standard_normal((37, 64)).astype(np.float32)
    whole = quantize_8bit_blocks(weights)
    monkeypatch.setattr(block_quantization, "_SLICE_VALUES", 200)
    sliced = quantize_8bit_blocks(weights)
    np.testing.assert_array_equal(whole[0], sliced[0])
    np.testing.assert_array_equal(whole[1], sliced[1])


def test_rows_must_be_whole_blocks() -> None:
    with pytest.raises(ValueError, match="33 columns"):
        quantize_8bit_blocks(np.zeros((1, 33), np.float32))


def test_the_error_is_that_of_the_weights_as_they_are_kept() -> None:
    weights = np.random.default_rng(3).standard_normal((70, 64)).astype(np.float32)
    weights[3, :32] = 0
    noted, counted = RoundingError(), RoundingError()
    kept = quantize_8bit_blocks(weights, error=noted)
    counted.add(weights, dequantize_8bit_blocks(*kept))
    assert noted.weights == pytest.approx(counted.weights, rel=1e-5)
    assert noted.relative == pytest.approx(counted.relative, rel=1e-4)
    # A block of normal numbers reaches about 2.2 deviations, in 127 steps; a step's rounding deviates by step / √12.
    assert noted.relative == pytest.approx(2.2 / 127 / 12**0.5, rel=0.1)


def test_errors_by_hand() -> None:
    error = RoundingError()
    assert error.relative == 0
    error.add(np.array([[3, 4]], np.float32), np.array([[3, 4.5]], np.float32))
    assert error.relative == pytest.approx(0.1)
    # What is kept exactly halves the share of what is not.
    error.add_exact(np.array([5, 5, 5], np.float32) * np.float32(1))
    assert error.relative == pytest.approx(0.05)


def test_noncontiguous_weights_are_quantized_too() -> None:
    weights = np.random.default_rng(4).standard_normal((64, 40)).astype(np.float32)
    whole = quantize_8bit_blocks(np.ascontiguousarray(weights.T))
    np.testing.assert_array_equal(quantize_8bit_blocks(weights.T)[0], whole[0])


def test_four_bits_by_hand() -> None:
    """The largest magnitude is 7 steps; two numbers share a byte, the first in its lower half; 8 stands for zero."""
    weights = np.zeros((1, 32), np.float32)
    weights[0, :5] = (7, -7, 1.4, 0, 3.6)
    packed, scales = quantize_4bit_blocks(weights)
    assert (packed.shape, scales.tolist()) == ((1, 1, 16), [[1.0]])
    assert packed[0, 0, :3].tolist() == [15 | 1 << 4, 9 | 8 << 4, 12 | 8 << 4]


def test_four_bits_are_what_the_format_says() -> None:
    """The same numbers as `IntegerFormat` makes, block by block, whatever the slices."""
    weights = np.random.default_rng(5).standard_normal((70, 96)).astype(np.float32)
    weights[3, :32] = 0
    packed, scales = quantize_4bit_blocks(weights)
    levels = np.stack([packed & 15, packed >> 4], axis=-1).reshape(70, 3, 32).astype(np.float32)
    kept = ((levels - 8) * scales[..., np.newaxis]).reshape(weights.shape)
    np.testing.assert_array_equal(kept, INT4.rounded(weights))


def test_rows_of_four_bits_must_be_whole_blocks() -> None:
    with pytest.raises(ValueError, match="33 columns"):
        quantize_4bit_blocks(np.zeros((1, 33), np.float32))
