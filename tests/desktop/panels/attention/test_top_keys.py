"""The keys of the largest weights."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.attention.top_keys import LEAST_WEIGHT, TopKey, top_keys


def test_keys_come_by_descending_weight_and_equal_ones_by_position() -> None:
    weights = np.float32([0.125, 0.5, 0.125, 0.25])
    assert top_keys(weights, 3) == [TopKey(1, 0.5), TopKey(3, 0.25), TopKey(0, 0.125)]
    assert [key.position for key in top_keys(weights, 9)] == [1, 3, 0, 2]


def test_what_rounds_to_nothing_is_left_out() -> None:
    assert top_keys(np.float32([1, 0, LEAST_WEIGHT / 2]), 3) == [TopKey(0, 1.0)]


@pytest.mark.parametrize("count", [0, 3])
def test_no_keys_no_lines(count: int) -> None:
    assert top_keys(np.zeros(0, np.float32), count) == []


def test_a_weight_that_is_not_a_number_is_no_key() -> None:
    assert top_keys(np.float32([float("nan"), 0.5, 0.25]), 2) == [TopKey(1, 0.5)]
