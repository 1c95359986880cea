"""Every stage on distributions worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from inference.sampling.candidates import Candidates
from inference.sampling.min_p import keep_min_p
from inference.sampling.repetition_penalty import penalise_repetition
from inference.sampling.temperature import divide_by_temperature
from inference.sampling.top_k import keep_top_k
from inference.sampling.top_p import keep_top_p

NO_HISTORY = np.empty(0, np.int64)


def candidates_with(*probabilities: float) -> Candidates:
    """Candidates whose probabilities are these, token 0 first."""
    return Candidates.whole(np.log(np.array(probabilities)).astype(np.float32))


def logits_of(*logits: float) -> Candidates:
    return Candidates.whole(np.array(logits, np.float32))


def test_repetition_penalty_divides_positive_and_multiplies_negative_logits_of_what_was_said() -> None:
    after = penalise_repetition(logits_of(3.0, -3.0, 0.0, 3.0), 1.5, np.array([0, 1, 2, 0, 0]))
    assert after.logits.tolist() == [2.0, -4.5, 0.0, 3.0]


def test_repetition_penalty_below_one_favours_what_was_said() -> None:
    assert penalise_repetition(logits_of(2.0, -2.0), 0.5, np.array([0, 1])).logits.tolist() == [4.0, -1.0]


def test_repetition_penalty_ignores_history_outside_the_vocabulary() -> None:
    after = penalise_repetition(logits_of(1.0, 2.0), 2.0, np.array([-1, 2, 10**12]))
    assert after.logits.tolist() == [1.0, 2.0]


def test_repetition_penalty_finds_tokens_after_others_were_dropped() -> None:
    left = Candidates(np.array([4, 9]), np.array([1.0, 2.0], np.float32), 10)
    assert penalise_repetition(left, 2.0, np.array([9, 3])).logits.tolist() == [1.0, 1.0]


def test_repetition_penalty_stays_finite_at_the_edge_of_float32() -> None:
    after = penalise_repetition(logits_of(3e38, -3e38), 0.5, np.array([0]))
    assert np.isfinite(after.logits).all()


def test_temperature_divides() -> None:
    assert divide_by_temperature(logits_of(1.0, -2.0), 0.5, NO_HISTORY).logits.tolist() == [2.0, -4.0]


def test_temperature_zero_keeps_the_most_probable_and_of_equals_the_lowest_id() -> None:
    after = divide_by_temperature(logits_of(1.0, 5.0, 5.0, 0.0), 0.0, NO_HISTORY)
    assert after.ids.tolist() == [1]


@pytest.mark.parametrize("temperature", [1e-320, 1e-45, 1e-38])
def test_temperature_too_small_for_float32_means_zero(temperature: float) -> None:
    after = divide_by_temperature(logits_of(10.0, 20.0), temperature, NO_HISTORY)
    assert after.ids.tolist() == [1]


def test_temperature_drops_a_token_that_alone_overflows() -> None:
    after = divide_by_temperature(logits_of(0.0, -1e38), 1e-3, NO_HISTORY)
    assert after.ids.tolist() == [0]


def test_top_k_keeps_k() -> None:
    assert keep_top_k(logits_of(1.0, 4.0, 2.0, 3.0), 2, NO_HISTORY).ids.tolist() == [1, 3]


def test_top_k_keeps_all_that_equal_the_last() -> None:
    assert keep_top_k(logits_of(2.0, 2.0, 5.0, 2.0, 1.0), 2, NO_HISTORY).ids.tolist() == [0, 1, 2, 3]


def test_top_k_larger_than_the_vocabulary_keeps_everything() -> None:
    assert len(keep_top_k(logits_of(1.0, 2.0), 1000, NO_HISTORY)) == 2


@pytest.mark.parametrize(
    ("p", "kept"),
    [
        (0.0, [0]),  # the best one always stays
        (0.4, [0]),
        (0.6, [0, 1]),  # the token with which the sum passes p is kept
        (0.75, [0, 1]),  # 0.5 + 0.25 reach 0.75: the rest, 0.25, may go
        (0.8, [0, 1, 2]),
        (0.9, [0, 1, 2, 3]),
        (0.999, [0, 1, 2, 3]),
    ],
)
def test_top_p_keeps_the_fewest_that_reach_p(p: float, kept: list[int]) -> None:
    after = keep_top_p(candidates_with(0.5, 0.25, 0.125, 0.125), p, NO_HISTORY)
    assert after.ids.tolist() == kept


def test_top_p_drops_the_higher_id_of_equals() -> None:
    after = keep_top_p(candidates_with(0.25, 0.25, 0.25, 0.25), 0.4, NO_HISTORY)
    assert after.ids.tolist() == [0, 1]


def test_top_p_over_many_tokens_equals_the_sorted_sum() -> None:
    logits = np.random.default_rng(5).normal(size=20_000).astype(np.float32)
    probabilities = np.exp(logits.astype(np.float64))
    probabilities /= probabilities.sum()
    descending = np.argsort(-logits, kind="stable")
    enough = int(np.searchsorted(np.cumsum(probabilities[descending]), 0.7)) + 1
    after = keep_top_p(Candidates.whole(logits), 0.7, NO_HISTORY)
    assert after.ids.tolist() == sorted(descending[:enough].tolist())


@pytest.mark.parametrize(
    ("share", "kept"), [(0.1, [0, 1, 2]), (0.3, [0, 1]), (0.49, [0, 1]), (0.51, [0]), (1.0, [0])]
)
def test_min_p_keeps_a_share_of_the_best(share: float, kept: list[int]) -> None:
    assert keep_min_p(candidates_with(0.6, 0.3, 0.1), share, NO_HISTORY).ids.tolist() == kept


def test_min_p_of_one_keeps_all_that_equal_the_best() -> None:
    assert keep_min_p(logits_of(2.0, 2.0, 1.0), 1.0, NO_HISTORY).ids.tolist() == [0, 1]
