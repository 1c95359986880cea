"""What can be asked about the tokens in the running."""

from __future__ import annotations

import math

import numpy as np
import pytest

from inference.sampling.candidates import Candidates
from inference.sampling.distribution import entropy, log_normaliser


@pytest.fixture
def left() -> Candidates:
    """Tokens 2, 5, 6 and 9 of ten with probabilities 1/10, 4/10, 4/10, 1/10."""
    return Candidates(np.array([2, 5, 6, 9]), np.log(np.array([1, 4, 4, 1])).astype(np.float32), 10)


def test_probabilities_of_tokens_in_and_out(left: Candidates) -> None:
    assert left.probability_of(np.array([5, 9, 0, 7])) == pytest.approx([0.4, 0.1, 0.0, 0.0], rel=1e-6)


def test_log_probabilities_of_tokens_in_and_out(left: Candidates) -> None:
    assert left.log_probability_of(5) == pytest.approx(math.log(0.4))
    assert left.log_probability_of(0) == -math.inf


def test_ranks_of_tokens_in_and_out(left: Candidates) -> None:
    assert [left.rank_of(token) for token in (5, 6, 2, 9, 0, 7)] == [1, 2, 3, 4, 0, 0]


def test_places_of_tokens_in_and_out(left: Candidates) -> None:
    assert [left.place_of(token) for token in (2, 5, 6, 9, 0, 7)] == [0, 1, 2, 3, -1, -1]


def test_what_comes_before_a_token_is_more_probable_or_equal_with_a_lower_id(left: Candidates) -> None:
    assert [left.share_before(place) for place in range(4)] == pytest.approx([0.8, 0.0, 0.4, 0.9], rel=1e-6)


def test_top_puts_the_lower_id_of_equals_first(left: Candidates) -> None:
    assert left.top(3).tolist() == [5, 6, 2]
    assert left.top(99).tolist() == [5, 6, 2, 9]


def test_keeping_all_is_the_same_object(left: Candidates) -> None:
    assert left.keep(np.ones(4, np.bool_)) is left
    assert left.keep(np.array([True, False, False, True])).ids.tolist() == [2, 9]


def test_sums_agree_with_those_over_the_whole_vocabulary() -> None:
    logits = np.random.default_rng(1).normal(size=500).astype(np.float32)
    whole = Candidates.whole(logits)
    assert whole.entropy == pytest.approx(float(entropy(logits)), rel=1e-12)
    assert whole.log_normaliser == pytest.approx(float(log_normaliser(logits)), rel=1e-12)


def test_tokens_masked_by_the_model_are_not_candidates() -> None:
    masked = Candidates.whole(np.array([-np.inf, 0.0, -np.inf, 0.0], np.float32))
    assert masked.ids.tolist() == [1, 3]
    assert masked.entropy == pytest.approx(math.log(2))


def test_the_given_row_is_copied() -> None:
    logits = np.zeros(3, np.float32)
    whole = Candidates.whole(logits)
    logits[:] = 9
    assert whole.logits.tolist() == [0, 0, 0]
