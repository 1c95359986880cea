"""What is kept of which heads, within how much memory."""

from __future__ import annotations

import numpy as np

from desktop.panels.attention.head_weights import HeadWeights
from desktop.plots.attention_matrix import BLOCK_ROWS

BLOCK = BLOCK_ROWS * BLOCK_ROWS * 4
"""Bytes of the first block of a head."""


def read(weights: HeadWeights, layer: int, head: int, rows: int = 1) -> None:
    """Put the first rows of a head."""
    weights.matrix(layer, head).put(0, np.ones((rows, rows), np.float32))


def test_heads_are_kept_apart() -> None:
    weights = HeadWeights()
    read(weights, 0, 1)
    assert weights.matrix(0, 1).row(0) is not None
    assert weights.matrix(1, 0).row(0) is None
    assert weights.matrix(0, "mean").row(0) is None


def test_the_head_used_longest_ago_goes_first() -> None:
    weights = HeadWeights(budget=2 * BLOCK)
    for head in (0, 1):
        read(weights, 0, head)
    weights.matrix(0, 0)
    read(weights, 0, 2)
    weights.bound(near=0)
    assert weights.nbytes == 2 * BLOCK
    assert weights.matrix(0, 0).row(0) is not None
    assert weights.matrix(0, 1).row(0) is None
    assert weights.matrix(0, 2).row(0) is not None


def test_a_single_head_that_is_too_large_keeps_rows_near_the_cursor() -> None:
    weights = HeadWeights(budget=5 * BLOCK)
    read(weights, 0, 0, rows=3 * BLOCK_ROWS)
    weights.bound(near=3 * BLOCK_ROWS)
    assert weights.nbytes == 5 * BLOCK
    assert weights.matrix(0, 0).row(0) is None
    assert weights.matrix(0, 0).row(3 * BLOCK_ROWS - 1) is not None


def test_a_changed_sequence_is_forgotten_from_where_it_changed_in_all_heads() -> None:
    weights = HeadWeights()
    for head in (0, 1):
        read(weights, 0, head, rows=10)
    weights.truncate(4)
    for head in (0, 1):
        assert list(weights.matrix(0, head).runs(0, 10, known=True)) == [(0, 4)]
    weights.clear()
    assert weights.nbytes == 0


def test_all_rows_of_ordinary_sequences_are_affordable() -> None:
    assert HeadWeights().affordable(2000, near=0) == range(2000)
    assert HeadWeights().affordable(8192, near=0) == range(8192)


def test_fault_58_of_a_hundred_thousand_tokens_only_rows_near_the_cursor_are_read() -> None:
    weights = HeadWeights()
    rows = weights.affordable(100_000, near=50_000)
    assert 50_000 in rows
    assert 2 * BLOCK_ROWS <= len(rows) < 1000
    # Whole blocks are kept, each as wide as its last row is long.
    assert (len(rows) + 2 * BLOCK_ROWS) * 50_500 * 4 <= weights.budget
