"""A causal matrix that grows by rows and forgets them."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.plots.attention_matrix import BLOCK_ROWS, AttentionMatrix


def numbered(start: int, stop: int) -> np.ndarray:
    """Rows in which the weight of query q on key k is q + k / 1000."""
    query, key = np.arange(start, stop)[:, None], np.arange(stop)
    return (query + key / 1000).astype(np.float32)


def test_rows_come_back_as_long_as_their_query_has_keys() -> None:
    matrix = AttentionMatrix()
    matrix.put(2, numbered(2, 4))
    np.testing.assert_array_equal(matrix.row(2), np.float32([2, 2.001, 2.002]))
    np.testing.assert_array_equal(matrix.row(3), np.float32([3, 3.001, 3.002, 3.003]))


@pytest.mark.parametrize("query", [-1, 0, 1, 4, 5000])
def test_rows_that_never_came_are_not_known(query: int) -> None:
    matrix = AttentionMatrix()
    matrix.put(2, numbered(2, 4))
    assert matrix.row(query) is None


def test_rows_may_lie_across_the_border_of_two_blocks() -> None:
    matrix = AttentionMatrix()
    start, stop = BLOCK_ROWS - 1, BLOCK_ROWS + 1
    matrix.put(start, numbered(start, stop))
    for query in range(start, stop):
        np.testing.assert_array_equal(matrix.row(query), numbered(start, stop)[query - start, : query + 1])


def test_what_was_put_is_copied() -> None:
    matrix, rows = AttentionMatrix(), numbered(0, 1)
    matrix.put(0, rows)
    rows[:] = 99
    assert matrix.row(0) == [0]


def test_missing_and_known_rows_come_in_runs_that_end_with_their_block() -> None:
    matrix = AttentionMatrix()
    matrix.put(3, numbered(3, 5))
    matrix.put(7, numbered(7, 8))
    end = BLOCK_ROWS + 2
    assert list(matrix.runs(0, 10, known=True)) == [(3, 5), (7, 8)]
    assert list(matrix.runs(0, 10, known=False)) == [(0, 3), (5, 7), (8, 10)]
    assert list(matrix.runs(7, end, known=False)) == [(8, BLOCK_ROWS), (BLOCK_ROWS, end)]
    assert list(matrix.runs(4, 5, known=False)) == []


def test_rows_are_read_as_they_lie_zero_where_there_is_nothing() -> None:
    matrix = AttentionMatrix()
    matrix.put(1, np.float32([[5, 6]]))
    assert matrix.read(0, 2).tolist() == [[0, 0], [5, 6]]
    with pytest.raises(KeyError):
        matrix.read(BLOCK_ROWS, BLOCK_ROWS + 1)


def test_truncating_forgets_rows_within_a_block_and_whole_blocks() -> None:
    matrix = AttentionMatrix()
    matrix.put(0, numbered(0, 2 * BLOCK_ROWS))
    matrix.truncate(5)
    assert list(matrix.runs(0, 2 * BLOCK_ROWS, known=True)) == [(0, 5)]
    assert matrix.read(4, 6)[1].tolist() == [0] * 6
    matrix.truncate(0)
    assert matrix.nbytes == 0


def test_memory_is_that_of_a_triangle_of_blocks() -> None:
    matrix = AttentionMatrix()
    matrix.put(0, numbered(0, 3 * BLOCK_ROWS))
    # Blocks are 1, 2 and 3 block sides wide.
    assert matrix.nbytes == BLOCK_ROWS * BLOCK_ROWS * 4 * (1 + 2 + 3)


def test_shrinking_keeps_the_blocks_nearest_to_a_row() -> None:
    matrix = AttentionMatrix()
    matrix.put(0, numbered(0, 4 * BLOCK_ROWS))
    side = BLOCK_ROWS * BLOCK_ROWS * 4
    matrix.shrink(budget=side * (2 + 3), near=BLOCK_ROWS)
    assert [run[0] // BLOCK_ROWS for run in matrix.runs(0, 4 * BLOCK_ROWS, known=True)] == [1, 2]
    assert matrix.nbytes <= side * 5
