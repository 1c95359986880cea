"""Selection must agree with sorting everything, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.sampling.selection import SORT_BELOW, find_boundary, largest_positions, positions_of_largest


def sorted_positions(values: np.ndarray) -> np.ndarray:
    return np.lexsort((np.arange(values.size), -values))


def values_of(seed: int, size: int, decimals: int) -> np.ndarray:
    """Normal numbers; few decimals make ties."""
    return np.random.default_rng(seed).normal(size=size).round(decimals).astype(np.float32)


@given(seed=st.integers(0, 1000), size=st.integers(1, 5000), decimals=st.integers(0, 6), data=st.data())
def test_largest_positions_are_the_head_of_the_sorted_order(
    seed: int, size: int, decimals: int, data: st.DataObject
) -> None:
    values = values_of(seed, size, decimals)
    count = data.draw(st.integers(0, size + 2))
    assert largest_positions(values, count).tolist() == sorted_positions(values)[:count].tolist()


@given(seed=st.integers(0, 1000), size=st.integers(1, 5000), decimals=st.integers(0, 6), data=st.data())
def test_the_kth_largest_counts_equal_values_singly(
    seed: int, size: int, decimals: int, data: st.DataObject
) -> None:
    values = values_of(seed, size, decimals)
    k = data.draw(st.integers(1, size))
    expected = np.flatnonzero(values >= np.sort(values)[size - k])
    assert positions_of_largest(values, k).tolist() == expected.tolist()


def test_nothing_is_selected_from_nothing() -> None:
    assert largest_positions(np.empty(0, np.float32), 3).size == 0


@pytest.mark.parametrize("size", [10, SORT_BELOW, SORT_BELOW + 1, 30_000])
@pytest.mark.parametrize("spread", [0.0, 1e-3, 1.0, 50.0, 1e38])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.999, 1.0])
def test_the_boundary_is_where_the_sorted_sum_passes_the_target(
    size: int, spread: float, share: float
) -> None:
    values = (np.random.default_rng(size).uniform(-1, 1, size) * spread).astype(np.float32)
    weights = np.exp(values.astype(np.float64) - values.max())
    target = share * weights.sum()

    boundary = find_boundary(values, weights, target)

    head = np.flatnonzero(boundary.above)
    order = sorted_positions(values)
    stretch = slice(head.size, head.size + boundary.positions.size)
    assert sorted(order[: head.size].tolist()) == head.tolist()
    assert order[stretch].tolist() == boundary.positions.tolist()
    assert boundary.before == pytest.approx(weights[head].sum(), rel=1e-12)
    assert boundary.before <= target or head.size == 0
    through = boundary.before + weights[boundary.positions].sum()
    assert through > target or through == pytest.approx(weights.sum(), rel=1e-12)
