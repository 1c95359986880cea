"""Weights as 8- or 4-bit numbers in blocks that share a scale, in the layout of ONNX Runtime's MatMulNBits.

Knows nothing about where weights come from or which graph uses them.

The layout: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#commicrosoftmatmulnbits
with ``bits=8``, where a weight is ``(quantized - 128) * scale``, or ``bits=4``, where it is ``(quantized - 8) *
scale`` and two of them share a byte, the first in its lower half.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.rounding_error import RoundingError

ZERO_POINT = 128
ZERO_POINT_4BIT, _LARGEST_4BIT = 8, 7
_LARGEST = 127  # 128 would leave the symmetric range that the integer kernels multiply without overflow.
_SLICE_VALUES = 1 << 18  # Values at a time: a megabyte, so that each pass over them finds them in the cache.


def quantize_8bit_blocks(
    weights: NDArray[np.float32], block: int = 32, error: RoundingError | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Round each block of a row to 255 levels, symmetric about zero.

    The scale of a block is its largest magnitude / 127, so that no weight moves by more than half a scale.

    Args:
        weights: [rows, columns], finite.
        block: values that share a scale, a power of two; columns must be a multiple of it.
        error: takes note of what rounding changes.

    Returns:
        The quantized weights ``[rows, columns / block, block]`` with zero point 128 and the scales
        ``[rows, columns / block]``.
    """
    rows, columns = weights.shape
    quantized = np.empty((rows, columns // block, block), np.uint8)
    scales = np.empty((rows, columns // block), np.float32)
    for part, blocks, scaled, block_scales in _slices(weights, block, _LARGEST):
        rounded = np.rint(scaled)
        if error is not None:
            _note(error, blocks, scaled, rounded, block_scales)
        rounded += ZERO_POINT
        quantized[part] = rounded.reshape(quantized[part].shape)
        scales[part] = block_scales.reshape(scales[part].shape)
    return quantized, scales


def dequantize_8bit_blocks(quantized: NDArray[np.uint8], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights ``[rows, columns]`` of what `quantize_8bit_blocks` returns, as far as it kept them."""
    values = quantized.astype(np.float32)
    values -= ZERO_POINT
    values *= scales[..., np.newaxis]
    return values.reshape(quantized.shape[0], -1)


def quantize_4bit_blocks(
    weights: NDArray[np.float32], block: int = 32
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Round each block of a row to 15 levels, symmetric about zero; otherwise as `quantize_8bit_blocks`.

    Returns:
        The quantized weights ``[rows, columns / block, block / 2]`` with zero point 8 and the scales
        ``[rows, columns / block]``.
    """
    rows, columns = weights.shape
    packed = np.empty((rows, columns // block, block // 2), np.uint8)
    scales = np.empty((rows, columns // block), np.float32)
    for part, _, scaled, block_scales in _slices(weights, block, _LARGEST_4BIT):
        levels = (np.rint(scaled) + ZERO_POINT_4BIT).astype(np.uint8)
        packed[part] = (levels[:, 0::2] | levels[:, 1::2] << 4).reshape(packed[part].shape)
        scales[part] = block_scales.reshape(scales[part].shape)
    return packed, scales


def _slices(
    weights: NDArray[np.float32], block: int, largest: int
) -> Iterator[tuple[slice, NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]]:
    """Some rows at a time: which, their blocks ``[blocks, block]``, those divided by their scales, and the scales."""
    rows, columns = weights.shape
    if columns % block:
        raise ValueError(f"{columns} columns are no multiple of the block {block}")
    step = max(1, _SLICE_VALUES // max(columns, 1))
    for start in range(0, rows, step):
        part = slice(start, start + step)
        blocks = np.ascontiguousarray(weights[part]).reshape(-1, block)
        scales = _largest_magnitudes(blocks) / np.float32(largest)
        with np.errstate(divide="ignore", over="ignore"):
            inverse = np.float32(1) / scales
        # Blocks of zeros, or of numbers too small to have a reciprocal, become zeros.
        tiny = ~np.isfinite(inverse)
        inverse[tiny], scales[tiny] = 0, 0
        yield part, blocks, blocks * inverse[:, np.newaxis], scales


def _largest_magnitudes(blocks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each block ``[blocks, block]``, ``[blocks]``.

    Magnitudes have the order of their bits, and integers compare faster than floats, which may be no numbers. Halving
    whole arrays takes a quarter of the time of a reduction along a short axis.
    """
    bits = blocks.reshape(-1).view(np.uint32) & np.uint32(0x7FFF_FFFF)
    while bits.size > len(blocks):
        bits = np.maximum(bits[0::2], bits[1::2])
    return bits.view(np.float32)


def _note(
    error: RoundingError,
    blocks: NDArray[np.float32],
    scaled: NDArray[np.float32],
    rounded: NDArray[np.float32],
    scales: NDArray[np.float32],
) -> None:
    """Count the weights of some blocks and what rounding changed; `scaled` is overwritten."""
    np.subtract(scaled, rounded, out=scaled)
    np.multiply(scaled, scaled, out=scaled)
    # A product with a vector of ones sums the short rows faster than a reduction does.
    sums = scaled @ np.ones(scaled.shape[1], np.float32)
    flat = blocks.reshape(-1)
    error.weights += float(np.dot(flat, flat))
    error.differences += float(np.dot(sums, scales * scales))
