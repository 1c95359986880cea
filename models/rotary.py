"""Rotary position embedding: frequencies and their scalings, tables of cosines and sines, turning vectors.

Knows nothing about graphs or files; the same tables go into a graph and into the reconstruction of attention.
Source: Su et al., RoFormer, arXiv 2104.09864; half-split layout as in GPT-NeoX and ONNX Runtime.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RotaryEmbedding:
    """How far a position turns each pair of entries of a head.

    Args:
        frequencies: radians per position of each pair, ``[turned / 2]``.
        magnitude: by which the turned entries are multiplied besides (attention factor of YaRN and LongRoPE).
        unturned: pairs after those that tables have too, although nothing happens to them.
    """

    frequencies: tuple[float, ...]
    magnitude: float = 1.0
    unturned: int = 0

    @property
    def dimensions(self) -> int:
        """Entries of a head that the tables are for."""
        return 2 * (len(self.frequencies) + self.unturned)

    def tables(self, positions: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Cosines and sines of the positions from 0, each ``float32 [positions, dimensions / 2]``.

        Angles are rounded to 32 bits, as they were where models were trained and as other programs do: at the 480th
        position of a random model that makes a fifth of the difference in logits that exact angles would.
        """
        turned = len(self.frequencies)
        frequencies = np.asarray(self.frequencies, np.float32)
        angles = (np.arange(positions, dtype=np.float32)[:, None] * frequencies).astype(np.float64)
        cosines = np.ones((positions, self.dimensions // 2), np.float32)
        sines = np.zeros_like(cosines)
        cosines[:, :turned] = np.cos(angles) * self.magnitude
        sines[:, :turned] = np.sin(angles) * self.magnitude
        return cosines, sines

    def divided(self, factors: NDArray[np.floating] | float) -> RotaryEmbedding:
        """With every frequency, or each by its own factor ``[turned / 2]``, divided."""
        divided = np.asarray(self.frequencies) / factors
        return replace(self, frequencies=tuple(divided.tolist()))


def plain_rotary(base: float, dimensions: int) -> RotaryEmbedding:
    """Frequencies in a geometric series.

    Args:
        base: the last frequency is about its reciprocal.
        dimensions: how many entries of a head are turned; even.
    """
    exponents = np.arange(0, dimensions, 2, dtype=np.float64) / dimensions
    return RotaryEmbedding(tuple((base**-exponents).tolist()))


def llama3_rotary(
    plain: RotaryEmbedding, factor: float, low_factor: float, high_factor: float, original_context: int
) -> RotaryEmbedding:
    """The scaling of Llama 3.1: long waves are stretched, short ones kept, those between mixed.

    Args:
        plain: unscaled.
        factor: by which long waves are stretched.
        low_factor: waves longer than the original context / this are long.
        high_factor: waves shorter than the original context / this are short; larger than `low_factor`.
        original_context: positions that the model was first trained for.
    """
    frequencies = np.asarray(plain.frequencies)
    waves_in_context = original_context * frequencies / (2 * math.pi)
    kept = np.clip((waves_in_context - low_factor) / (high_factor - low_factor), 0, 1)
    mixed = kept * frequencies + (1 - kept) * frequencies / factor
    return replace(plain, frequencies=tuple(mixed.tolist()))


def yarn_rotary(
    plain: RotaryEmbedding,
    base: float,
    factor: float,
    original_context: int,
    fast: float,
    slow: float,
    magnitude: float | None,
) -> RotaryEmbedding:
    """YaRN (Peng et al., arXiv 2309.00071): short waves kept, long ones stretched, a ramp over pairs between.

    Args:
        plain: unscaled.
        base: of the unscaled series.
        factor: by which long waves are stretched.
        original_context: positions that the model was first trained for.
        fast: pairs that turn at least so often within the original context are kept.
        slow: pairs that turn at most so often are stretched.
        magnitude: by which entries are multiplied; ``None`` takes the paper's.
    """
    pairs = len(plain.frequencies)

    def pair_that_turns(times: float) -> float:
        return pairs * math.log(original_context / (times * 2 * math.pi)) / math.log(base)

    first = max(math.floor(pair_that_turns(fast)), 0)
    last = min(math.ceil(pair_that_turns(slow)), 2 * pairs - 1)
    stretched = np.clip((np.arange(pairs) - first) / max(last - first, 0.001), 0, 1)
    frequencies = np.asarray(plain.frequencies)
    mixed = frequencies * (1 - stretched) + frequencies / factor * stretched
    if magnitude is None:
        magnitude = 0.1 * math.log(factor) + 1 if factor > 1 else 1.0
    return RotaryEmbedding(tuple(mixed.tolist()), magnitude)


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


def rotate_interleaved(
    vectors: NDArray[np.float32], cosines: NDArray[np.float32], sines: NDArray[np.float32]
) -> NDArray[np.float32]:
    """As `rotate`, where the two entries of a turned pair are neighbours."""
    turned_entries = 2 * cosines.shape[-1]
    first, second = vectors[..., 0:turned_entries:2], vectors[..., 1:turned_entries:2]
    turned = vectors.copy()
    turned[..., 0:turned_entries:2] = first * cosines - second * sines
    turned[..., 1:turned_entries:2] = second * cosines + first * sines
    return turned
