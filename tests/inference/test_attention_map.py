"""Pooled maps: by hand, and against exact weights of the default kinds of attention."""

from __future__ import annotations

import numpy as np
import pytest

from inference.attention_map import WEIGHTS_OF_A_SLICE, pooled, rows_of_a_slice, without_sink

WEIGHTS = np.array(
    [[1.0, 0.0, 0.0, 0.0], [0.25, 0.75, 0.0, 0.0], [0.5, 0.125, 0.375, 0.0], [0.0, 0.0, 0.25, 0.75]],
    np.float32,
)


def test_a_cell_is_the_largest_of_its_group() -> None:
    assert pooled(WEIGHTS, 2, 0, 4).tolist() == [[1.0, 0.0], [0.5, 0.75]]


def test_the_last_group_may_be_smaller() -> None:
    assert pooled(WEIGHTS[:3], 2, 0, 3).tolist() == [[1.0, 0.0], [0.5, 0.375]]


def test_a_part_of_the_keys() -> None:
    assert pooled(WEIGHTS, 2, 2, 4).tolist() == [[0.0], [0.75]]


def test_a_stride_of_one_is_the_map_itself() -> None:
    assert pooled(WEIGHTS, 1, 1, 3).tolist() == WEIGHTS[:, 1:3].tolist()


def test_without_the_sink_a_row_keeps_its_sum() -> None:
    shown = without_sink(WEIGHTS)
    assert shown.tolist() == [
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 1.0, 0.0, 0.0],
        [0.0, 0.25, 0.75, 0.0],
        [0.0, 0.0, 0.25, 0.75],
    ]


@pytest.mark.parametrize("first", [0, 512, 8000])
@pytest.mark.parametrize("heads", [1, 9])
@pytest.mark.parametrize("stride", [1, 16])
def test_a_slice_is_whole_groups_of_not_too_many_weights(first: int, heads: int, stride: int) -> None:
    rows = rows_of_a_slice(first, heads, stride)
    assert rows >= stride
    assert rows % stride == 0
    assert rows == stride or rows * (first + rows) * heads <= WEIGHTS_OF_A_SLICE
