"""Rotary position embedding: the tables of cosines and sines, and turning vectors by them.

Knows nothing about graphs; the same tables go into a graph and into the reconstruction of attention.
Source: Su et al., RoFormer, arXiv 2104.09864; half-split layout as in GPT-NeoX and ONNX Runtime.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def rotary_tables(
    base: float, dimensions: int, positions: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosines and sines of every position and frequency.

    Args:
        base: of the geometric series of wavelengths.
        dimensions: how many entries of a head are turned; even.
        positions: how many positions, from 0.

    Returns:
        Two ``float32 [positions, dimensions / 2]``.
    """
    frequencies = base ** (-np.arange(0, dimensions, 2, dtype=np.float64) / dimensions)
    angles = np.arange(positions, dtype=np.float64)[:, None] * frequencies
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def rotate(
    vectors: NDArray[np.float32], cosines: NDArray[np.float32], sines: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Turn each head's vector by the angles of its position, half-split layout.

    Args:
        vectors: ``float32 [..., head_size]``.
        cosines: ``float32 [..., dimensions / 2]``, broadcast against the vectors' leading axes.
        sines: as the cosines.

    Returns:
        ``float32 [..., head_size]``, a new array; entries beyond the turned dimensions are copied.
    """
    half = cosines.shape[-1]
    first, second = vectors[..., :half], vectors[..., half : 2 * half]
    turned = vectors.copy()
    turned[..., :half] = first * cosines - second * sines
    turned[..., half : 2 * half] = second * cosines + first * sines
    return turned
