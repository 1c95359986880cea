"""Weights that are kept as whole numbers in blocks with a scale: what is stored, and the numbers it means.

Knows nothing about graphs; a weight is ``(integer - zero point) × scale``.

Layouts: com.microsoft's MatMulNBits and GatherBlockQuantized, as in ONNX Runtime's ContribOperators.md, and the
standard DequantizeLinear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.weights.stored_tensor import StoredTensor, unpack_fields


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """One weight as it is stored.

    Args:
        integer: the whole number.
        scale: of its block.
        zero_point: the whole number that stands for zero; it need not be whole.
    """

    integer: int
    scale: float
    zero_point: float

    @property
    def value(self) -> float:
        """The number it means."""
        return float((np.float32(self.integer) - np.float32(self.zero_point)) * np.float32(self.scale))


@dataclass(frozen=True, slots=True, eq=False)
class BlockMatrix:
    """A quantized matrix; `numbers` are those it means.

    Args:
        stored: the whole numbers: fields of `bits` in bytes, or numbers of a type of their own.
        scales: one for each block.
        zero_points: likewise, or packed like the whole numbers; ``None`` where all blocks have `default_zero`.
        rows: of the matrix.
        columns: of it, without what fills up the last block of a row.
        bits: of a whole number.
        block_rows: rows that share a scale.
        block_columns: columns that share a scale; the last block of a row may be shorter.
        default_zero: the zero point where none is stored.
    """

    stored: StoredTensor
    scales: StoredTensor
    zero_points: StoredTensor | None
    rows: int
    columns: int
    bits: int
    block_rows: int
    block_columns: int
    default_zero: int

    @property
    def shape(self) -> tuple[int, ...]:
        """As `NumberSource.shape`."""
        return (self.rows, self.columns)

    @property
    def blocks(self) -> int:
        """Blocks of one row."""
        return -(-self.columns // self.block_columns)

    @property
    def packs(self) -> bool:
        """Whether the whole numbers are fields of bytes, and not numbers of a type of their own."""
        return self.stored.element.name == "UINT8" and self.stored.count != self.rows * self.columns

    @property
    def _row_width(self) -> int:
        """Values that are stored of a row, with what fills it up."""
        return self.stored.count // self.rows

    def integers_of_rows(self, start: int, stop: int) -> NDArray[np.int32]:
        """The whole numbers of some rows: ``int32 [stop - start, columns]``.

        Raises:
            ModelFileError: they cannot be read.
        """
        width = self._row_width
        fields = self.stored.values(start * width, stop * width)
        if self.packs:
            fields = unpack_fields(fields, self.bits)
        return fields.reshape(stop - start, -1)[:, : self.columns].astype(np.int32)

    def scales_of_rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """The scales of some rows: ``float32 [stop - start, blocks]``."""
        return self._by_block(self.scales, start, stop).astype(np.float32)

    def zero_points_of_rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """The zero points of some rows: ``float32 [stop - start, blocks]``."""
        points, blocks = self.zero_points, self.blocks
        if points is None:
            return np.full((stop - start, blocks), self.default_zero, np.float32)
        if points.element.name == "UINT8" and self.bits < 8 and points.count < self._scale_rows * blocks:
            per_byte = 8 // self.bits
            width = -(-blocks // per_byte)
            packed = points.values(start * width, stop * width).view(np.uint8)
            return unpack_fields(packed, self.bits).reshape(stop - start, -1)[:, :blocks].astype(np.float32)
        return self._by_block(points, start, stop).astype(np.float32)

    @property
    def _scale_rows(self) -> int:
        return -(-self.rows // self.block_rows)

    def _by_block(self, tensor: StoredTensor, start: int, stop: int) -> NDArray[Any]:
        """Values of a tensor with one for each block, for each row: ``[stop - start, blocks]``."""
        first, last = start // self.block_rows, -(-stop // self.block_rows)
        found = tensor.values(first * self.blocks, last * self.blocks).reshape(last - first, self.blocks)
        return found[np.arange(start, stop) // self.block_rows - first]

    def rows_of_numbers(self, start: int, stop: int) -> NDArray[np.float32]:
        """The numbers of some rows: ``float32 [stop - start, columns]``."""
        values = self.integers_of_rows(start, stop).astype(np.float32)
        block = np.arange(self.columns) // self.block_columns
        values -= self.zero_points_of_rows(start, stop)[:, block]
        values *= self.scales_of_rows(start, stop)[:, block]
        return values

    def numbers(self, start: int, stop: int) -> NDArray[Any]:
        """As `NumberSource.numbers`."""
        start, stop = max(start, 0), min(stop, self.rows * self.columns)
        if stop <= start:
            return np.empty(0, np.float32)
        first, last = start // self.columns, -(-stop // self.columns)
        rows = self.rows_of_numbers(first, last).reshape(-1)
        return rows[start - first * self.columns : stop - first * self.columns]

    def entry(self, index: int) -> BlockEntry:
        """One weight as it is stored, by its place in the order of memory."""
        row, column = divmod(index, self.columns)
        block = column // self.block_columns
        return BlockEntry(
            int(self.integers_of_rows(row, row + 1)[0, column]),
            float(self.scales_of_rows(row, row + 1)[0, block]),
            float(self.zero_points_of_rows(row, row + 1)[0, block]),
        )

    def stored_bit(self, index: int) -> tuple[int, int]:
        """Where a weight's whole number lies: its byte in `stored`, and the lowest of its bits there."""
        row, column = divmod(index, self.columns)
        if self.packs:
            per_byte = 8 // self.bits
            return row * self._row_width + column // per_byte, column % per_byte * self.bits
        bit = (row * self._row_width + column) * self.stored.element.bits
        return bit // 8, bit % 8
