"""Weights as they lie in the file: what a precision keeps and what it says of it.

Knows nothing about whole graphs.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.architectures.matrix import Matrix
from models.block_quantization import dequantize_8bit_blocks
from models.errors import ModelFileError
from models.graphs.precision import EIGHT_BIT, FULL, HALF
from models.graphs.stored_weights import StoredMatrix, WeightStore
from models.graphs.weight_file import StoredArray, WeightFile

SEED = np.random.default_rng(0)


def in_parts(values: NDArray[np.float32], rows: int) -> Matrix:
    parts = [values[start : start + rows] for start in range(0, len(values), rows)]
    return Matrix(*values.shape, lambda: iter(parts))


def read(folder: Path, stored: StoredArray) -> NDArray:
    content = (folder / stored.file).read_bytes()[stored.offset : stored.offset + stored.size]
    return np.frombuffer(content, stored.dtype).reshape(stored.shape)


def test_arrays_can_be_shared_under_another_shape(tmp_path: Path) -> None:
    with WeightFile(tmp_path / "weights.bin") as file:
        file.add("first", np.zeros(3, np.uint8))
        stored = file.add("second", np.arange(6, dtype=np.float32))
    np.testing.assert_array_equal(read(tmp_path, stored.shared("again", (2, 3))), [[0, 1, 2], [3, 4, 5]])


def test_fewer_parts_than_promised_are_an_error(tmp_path: Path) -> None:
    with WeightFile(tmp_path / "weights.bin") as file, pytest.raises(OSError, match="8 bytes of short"):
        file.add_parts("short", np.dtype(np.float32), (2, 2), [np.zeros((1, 2), np.float32)])


@pytest.mark.parametrize("precision", [FULL, HALF, EIGHT_BIT], ids=lambda one: one.name)
def test_a_matrix_in_parts_is_the_matrix(precision, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    values = SEED.standard_normal((10, 64)).astype(np.float32)
    with WeightFile(tmp_path / "weights.bin") as file:
        store = WeightStore(file, precision)
        stored: StoredMatrix = store.matrix("a", in_parts(values, 3))
    kept = read(tmp_path, stored.values)
    if stored.scales is not None:
        kept = dequantize_8bit_blocks(kept, read(tmp_path, stored.scales))
    difference = np.sqrt(np.mean((kept.astype(np.float32) - values) ** 2) / np.mean(values**2))
    assert store.error.relative == pytest.approx(difference, rel=1e-3)
    assert difference <= {"fp32": 0, "fp16": 1e-3, "int8": 1e-2}[precision.name]


def test_rows_that_are_no_whole_blocks_are_kept_exactly(tmp_path: Path) -> None:
    values = SEED.standard_normal((4, 33)).astype(np.float32)
    with WeightFile(tmp_path / "weights.bin") as file:
        store = WeightStore(file, EIGHT_BIT)
        stored = store.matrix("odd", in_parts(values, 2))
    assert stored.scales is None
    np.testing.assert_array_equal(read(tmp_path, stored.values), values)
    assert store.error.relative == 0


def test_what_a_16_bit_number_cannot_be_is_named(tmp_path: Path) -> None:
    values = np.full((2, 32), 1e5, np.float32)
    with (
        WeightFile(tmp_path / "weights.bin") as file,
        pytest.raises(ModelFileError, match=r"layers\.0\.down reach 100000"),
    ):
        WeightStore(file, HALF).matrix("layers.0.down", in_parts(values, 2))
