"""Rows by position within a budget: numbers that are their own positions, and memory counted by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from inference.runtime.captured_row import PAGE, CapturedRow
from inference.runtime.captured_rows import CapturedRows
from inference.runtime.taps import Taps

LAYERS, WIDTH, CAPACITY = 2, 4, 640
ROW = LAYERS * WIDTH * 4
"""Bytes of a row's queries: 32."""


def rows_within(budget: int | None, masks: tuple[tuple[str, int], ...] = (), beside: int = 0) -> CapturedRows:
    """Rows of two layers of four numbers."""
    taps = SimpleNamespace(layers=LAYERS, width=WIDTH, dtype=np.dtype(np.float32), mask_names=masks)
    return CapturedRows(cast(Taps, taps), CAPACITY, budget, lambda length: beside)


def queries(position: int) -> np.ndarray:
    """``[layer, width]``, the position everywhere."""
    return np.full((LAYERS, WIDTH), position, np.float32)


def write(rows: CapturedRows, start: int, stop: int, plus: int = 0) -> None:
    """Positions in a run, with their numbers."""
    run = np.arange(start, stop, dtype=np.float32)[:, None].repeat(WIDTH, 1) + plus
    rows.write(start, stop - start, [run] * LAYERS, {})


def none(positions: Sequence[int]) -> Iterator[CapturedRow]:
    """Nothing older is wanted."""
    raise AssertionError(positions)


def again(positions: Sequence[int]) -> Iterator[CapturedRow]:
    """Rows computed again."""
    return (CapturedRow(position, queries(position), {}) for position in positions)


def test_without_a_budget_everything_is_kept() -> None:
    rows = rows_within(None)
    write(rows, 0, 600)
    assert (rows.first, rows.end, rows.nbytes) == (0, 600, 38 * PAGE * ROW)
    wanted = np.array([0, 5, 16, 599])
    np.testing.assert_array_equal(rows.queries(1, wanted, none)[:, 3], wanted)


def test_nothing_is_reserved_where_the_whole_context_fits() -> None:
    rows = rows_within(CAPACITY * ROW + 100, beside=100)
    write(rows, 0, CAPACITY)
    assert rows.first == 0
    assert rows.nbytes == CAPACITY * ROW


def test_the_oldest_pages_go_and_memory_stays_within_the_budget() -> None:
    budget = 200 * ROW
    rows = rows_within(budget, beside=8 * ROW)
    # A quarter is for what is computed again; of the rest, eight rows are taken by something else.
    assert rows.most_held == 50
    for position in range(500):
        rows.write_one(position, queries(position), {})
        assert rows.nbytes + 50 * ROW + 8 * ROW <= budget
    # 142 rows are left, and samples take some: eight pages or 128 rows, 12 of them in the last.
    assert rows.first == 500 // PAGE * PAGE - 7 * PAGE == 384
    kept = np.arange(384, 500)
    np.testing.assert_array_equal(rows.queries(0, kept, none)[:, 0], kept)


def test_some_rows_are_kept_for_pictures_of_the_whole() -> None:
    rows = rows_within(200 * ROW)
    write(rows, 0, 500)
    # An eighth of the budget has room for 25 rows: one of 32 positions makes 20 of 640.
    samples = np.arange(31, rows.first, 32)
    np.testing.assert_array_equal(rows.queries(0, samples, sampled(rows))[:, 0], samples)
    assert rows.held(15) is None


def sampled(rows: CapturedRows):  # type: ignore[no-untyped-def]
    """Older rows that are still here."""
    return lambda positions: [rows.held(position) for position in positions]


def test_a_run_longer_than_the_budget_is_written_all_the_same() -> None:
    rows = rows_within(1)
    write(rows, 0, 500)
    assert (rows.first, rows.end) == (496 - PAGE, 500)
    assert rows.confirms(CapturedRow(7, queries(7), {}))
    assert not rows.confirms(CapturedRow(7, queries(8), {}))


def test_old_rows_are_brought_and_the_longest_unasked_goes_first() -> None:
    rows = rows_within(80 * ROW)
    write(rows, 0, 500)
    np.testing.assert_array_equal(rows.queries(1, np.array([3, 499]), again)[:, 0], [3, 499])
    assert rows.most_held == 20
    for position in range(20):
        rows.hold(CapturedRow(position, queries(position), {}))
    assert rows.held(0) is not None
    rows.hold(CapturedRow(20, queries(20), {}))
    assert rows.held(0) is not None
    assert rows.held(1) is None


def test_going_back_forgets_what_came_after() -> None:
    rows = rows_within(200 * ROW)
    write(rows, 0, 500)
    first = rows.first
    write(rows, 490, 495, plus=1000)
    assert (rows.first, rows.end) == (first, 495)
    np.testing.assert_array_equal(rows.queries(0, np.array([489, 490]), none)[:, 0], [489, 1490])
    # Further back than what is kept: what was dropped before stays dropped, and known by its checksum.
    rows.hold(CapturedRow(100, queries(100), {}))
    rows.hold(CapturedRow(110, queries(110), {}))
    write(rows, 105, 140, plus=1000)
    assert (rows.first, rows.end) == (105, 140)
    assert rows.held(100) is not None
    assert rows.held(110) is None
    assert rows.held(127) is None, "a sample of what was there"
    np.testing.assert_array_equal(rows.queries(0, np.array([104, 105]), again)[:, 0], [104, 1105])
    assert rows.confirms(CapturedRow(104, queries(104), {}))
    assert rows.nbytes <= 150 * ROW


@pytest.mark.parametrize("at_once", [True, False])
def test_masks_have_a_column_for_every_position_before(at_once: bool) -> None:
    rows = rows_within(None, (("bias", 1),))
    count = 20
    mask = np.arange(count * count, dtype=np.float32).reshape(1, 1, count, count)
    if at_once:
        rows.write(0, count, [np.zeros((count, WIDTH), np.float32)] * LAYERS, {"bias": mask})
    else:
        for row in range(count):
            rows.write_one(row, queries(row), {"bias": mask[:, :, row : row + 1, : row + 1]})
    found = rows.masks_of("bias", np.array([2, 17]), 19, none)
    assert found.shape == (1, 2, 19)
    np.testing.assert_array_equal(found[0, 0, :4], [40, 41, 42, 0])
    np.testing.assert_array_equal(found[0, 1, 16:], [356, 357, 0])
    # Two pages, of 16 and of 32 columns.
    assert rows.nbytes == 2 * PAGE * ROW + PAGE * (16 + 32) * 4


def test_of_a_narrower_layer_nothing_else_is_kept() -> None:
    rows = rows_within(1)
    for start in range(0, 320, 10):
        narrow = np.ones((10, 2), np.float32)
        rows.write(start, 10, [np.ones((10, WIDTH), np.float32), narrow], {})
        rows.write_one(start + 10, queries(9), {})
        rows.begin(start + 10)
    expected = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], np.float32)
    assert all(rows.confirms(CapturedRow(position, expected, {})) for position in range(rows.first))
