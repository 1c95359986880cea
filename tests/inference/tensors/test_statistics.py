"""Statistics against numpy and by hand, in parts, with everything that is no ordinary number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from inference.tensors.statistics import BINS, StatisticsSum


def summed(values: np.ndarray, parts: int = 3) -> StatisticsSum:
    made = StatisticsSum(values.size)
    for part in np.array_split(values.reshape(-1), parts):
        made.add(part)
    return made


def test_a_few_known_numbers() -> None:
    found = summed(np.array([1.0, 2.0, 3.0, 0.0, -6.0], np.float32)).statistics()
    assert (found.minimum, found.maximum, found.mean, found.zeros) == (-6.0, 3.0, 0.0, 1)
    assert found.deviation == pytest.approx(math.sqrt(10.0))
    assert (found.done, found.total, found.complete) == (5, 5, True)
    assert found.counts.sum() == 5


def test_moments_keep_their_digits_far_from_zero() -> None:
    values = 1e6 + np.random.default_rng(3).normal(size=10_000)
    found = summed(values, 7).statistics()
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)
    assert found.deviation == pytest.approx(values.std(), rel=1e-9)


def test_the_histogram_is_nearly_the_one_of_all_numbers_at_once() -> None:
    values = np.random.default_rng(4).normal(size=200_000).astype(np.float32)
    found = summed(values).statistics()
    exact, edges = np.histogram(values, BINS, (values.min(), values.max()))
    np.testing.assert_allclose(found.edges, edges, rtol=1e-6, atol=1e-6)
    assert found.counts.sum() == values.size
    # A fine bin is at most 1/128 as wide as its numbers are large, a quarter of a bin.
    assert np.abs(found.counts - exact).max() < 0.02 * exact.max()


def test_no_numbers_infinities_and_denormals_are_counted_and_left_out() -> None:
    odd = np.array([np.nan, np.inf, -np.inf, 1e-45, 0.0, -0.0, 3e38, -3e38], np.float32)
    found = summed(odd, 2).statistics()
    assert (found.no_numbers, found.infinities, found.zeros) == (1, 2, 2)
    assert found.minimum == -found.maximum == np.float32(-3e38)
    assert found.counts.sum() == 5
    assert np.isfinite(found.edges).all()


@pytest.mark.parametrize("values", [[], [math.nan, math.inf]], ids=["empty", "nothing finite"])
def test_where_there_is_nothing_nothing_is_made_up(values: list[float]) -> None:
    found = summed(np.array(values, np.float32), 1).statistics()
    assert all(math.isnan(one) for one in (found.minimum, found.maximum, found.mean, found.deviation))
    assert found.counts.sum() == 0
    assert found.complete


def test_one_value_everywhere_has_a_histogram_too() -> None:
    found = summed(np.full(100, 7.0, np.float32)).statistics()
    assert found.deviation == 0
    assert found.counts.sum() == 100
    assert np.count_nonzero(found.counts) <= 2
    assert found.edges[0] < 7.0 < found.edges[-1]


def test_whole_numbers_of_eight_bits_are_counted_exactly() -> None:
    values = np.repeat(np.arange(-128, 128), 3).astype(np.float32)
    found = summed(values).statistics()
    assert found.counts.sum() == values.size
    assert found.counts.max() <= 2 * found.counts[1:-1].min()
