"""Weights as 8-bit numbers in blocks that share a scale, in the layout of ONNX Runtime's MatMulNBits.

Knows nothing about where weights come from or which graph uses them.

The layout: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#commicrosoftmatmulnbits
with ``bits=8``; a weight is ``(quantized - 128) * scale``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ZERO_POINT = 128
_LARGEST = 127  # 128 would leave the symmetric range that the integer kernels multiply without overflow.
_SLICE_VALUES = 1 << 18  # Values at a time: a megabyte, so that each pass over them finds them in the cache.


def quantize_8bit_blocks(
    weights: NDArray[np.float32], block: int = 32
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Round each block of a row to 255 levels, symmetric about zero.

    The scale of a block is its largest magnitude / 127, so that no weight moves by more than half a scale.

    Args:
        weights: [rows, columns], finite.
        block: values that share a scale; columns must be a multiple of it.

    Returns:
        The quantized weights ``[rows, columns / block, block]`` with zero point 128 and the scales
        ``[rows, columns / block]``.
    """
    rows, columns = weights.shape
    if columns % block:
        raise ValueError(f"{columns} columns are no multiple of the block {block}")
    quantized = np.empty((rows, columns // block, block), np.uint8)
    scales = np.empty((rows, columns // block), np.float32)
    step = max(1, _SLICE_VALUES // max(columns, 1))
    for start in range(0, rows, step):
        part = slice(start, start + step)
        blocks = weights[part].reshape(-1, columns // block, block)
        scales[part] = np.maximum(blocks.max(axis=-1), -blocks.min(axis=-1)) / _LARGEST
        with np.errstate(divide="ignore", over="ignore"):
            inverse = np.float32(1) / scales[part]
        # Blocks of zeros, or of numbers too small to have a reciprocal, become zeros.
        tiny = ~np.isfinite(inverse)
        inverse[tiny], scales[part][tiny] = 0, 0
        scaled = blocks * inverse[..., np.newaxis]
        np.rint(scaled, out=scaled)
        scaled += ZERO_POINT
        quantized[part] = scaled
    return quantized, scales


def dequantize_8bit_blocks(quantized: NDArray[np.uint8], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights ``[rows, columns]`` of what `quantize_8bit_blocks` returns, as far as it kept them."""
    values = quantized.astype(np.float32)
    values -= ZERO_POINT
    values *= scales[..., np.newaxis]
    return values.reshape(quantized.shape[0], -1)
