"""Matrices that are read a few rows at a time, and orders of rows that can be checked by hand.

Knows nothing about architectures.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from models.architectures import matrix
from models.architectures.matrix import half_split_rows, stacked, stored_matrix, transposed_matrix


@dataclass
class Arrays:
    """Tensors in memory, and how many rows were read at a time."""

    tensors: dict[str, NDArray[np.float32]]
    reads: list[int] = field(default_factory=list)

    def read(self, name: str) -> NDArray[np.float32]:
        return self.tensors[name]

    def read_rows(self, name: str, start: int, stop: int) -> NDArray[np.float32]:
        self.reads.append(stop - start)
        return self.tensors[name][start:stop]


def numbers(rows: int, columns: int) -> NDArray[np.float32]:
    return np.arange(rows * columns, dtype=np.float32).reshape(rows, columns)


def test_a_large_matrix_is_read_a_few_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "PART_VALUES", 50)
    source = Arrays({"a": numbers(10, 8)})
    lazy = stored_matrix(source, "a")  # type: ignore[arg-type]
    assert not source.reads
    np.testing.assert_array_equal(lazy.whole(), source.tensors["a"])
    assert source.reads == [6, 4]


def test_rows_that_belong_together_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "PART_VALUES", 50)
    source = Arrays({"a": numbers(12, 8)})
    doubled = stored_matrix(source, "a", rows_together=4, change=lambda part: part * 2)  # type: ignore[arg-type]
    np.testing.assert_array_equal(doubled.whole(), source.tensors["a"] * 2)
    assert source.reads == [4, 4, 4]


def test_transposed_and_stacked() -> None:
    source = Arrays({"a": numbers(3, 2), "b": numbers(1, 3)})
    both = stacked(transposed_matrix(source, "a"), stored_matrix(source, "b"))  # type: ignore[arg-type]
    assert (both.rows, both.columns) == (3, 3)
    np.testing.assert_array_equal(both.whole(), [[0, 2, 4], [1, 3, 5], [0, 1, 2]])


def test_rows_of_interleaved_pairs_become_halves() -> None:
    # Two heads of four rows: pairs (0, 1) and (2, 3) become halves (0, 2) and (1, 3).
    rows = np.arange(8, dtype=np.float32)[:, None]
    assert half_split_rows(rows, 4, 4)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
    # Only the first two rows of each head are turned.
    assert half_split_rows(rows, 4, 2)[:, 0].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    # A bias has no columns.
    assert half_split_rows(rows[:, 0], 4, 4).tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
