"""Log-probabilities, entropy and ranks by hand, and logits that must be refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from inference.sampling.distribution import check_logits, entropy, log_normaliser, log_softmax, rank
from models.errors import VitrineError


def test_log_softmax_of_a_row_that_can_be_checked_by_hand() -> None:
    logits = np.log(np.array([1.0, 2.0, 5.0])).astype(np.float32)
    assert np.exp(log_softmax(logits)) == pytest.approx([1 / 8, 2 / 8, 5 / 8], rel=1e-6)
    assert log_normaliser(logits) == pytest.approx(math.log(8), rel=1e-6)


def test_log_softmax_keeps_what_is_masked_masked() -> None:
    assert log_softmax(np.array([0.0, -np.inf], np.float32)).tolist() == [0.0, -np.inf]


def test_log_softmax_does_not_overflow() -> None:
    assert log_softmax(np.array([3e38, -3e38, 3e38], np.float32))[0] == pytest.approx(-math.log(2))


@pytest.mark.parametrize(
    ("logits", "nats"),
    [([0.0] * 8, math.log(8)), ([0.0, -np.inf], 0.0), ([7.0], 0.0), ([0.0, 0.0, -3e38], math.log(2))],
)
def test_entropy(logits: list[float], nats: float) -> None:
    assert entropy(np.array(logits, np.float32)) == pytest.approx(nats, abs=1e-12)


def test_rank_counts_from_one_and_puts_the_lower_id_of_equals_first() -> None:
    logits = np.array([1.0, 3.0, 1.0, 2.0], np.float32)
    assert [int(rank(logits, token)) for token in range(4)] == [3, 1, 4, 2]


def test_many_rows_are_treated_as_each_alone() -> None:
    rows = np.random.default_rng(3).normal(size=(5, 100)).astype(np.float32)
    ids = np.array([0, 99, 50, 3, 4])
    assert np.array_equal(log_softmax(rows), np.stack([log_softmax(row) for row in rows]))
    assert np.array_equal(entropy(rows), [entropy(row) for row in rows])
    assert rank(rows, ids).tolist() == [
        int(rank(row, int(token))) for row, token in zip(rows, ids, strict=True)
    ]


def test_logits_may_be_masked() -> None:
    check_logits(np.array([[0.0, -np.inf], [-np.inf, 1.0]], np.float32), 2)


@pytest.mark.parametrize(
    ("logits", "case", "said"),
    [
        (
            [0.0, 1.0, math.nan, math.nan],
            "logits-not-finite",
            "2 of the model's 4 logits are NaN, first that",
        ),
        ([0.0, math.inf, 0.0, 0.0], "logits-not-finite", "1 of the model's 4 logits are infinite"),
        ([-math.inf] * 4, "logits-not-finite", "minus infinity"),
        ([0.0] * 5, "logits-wrong-width", "5 logits for a vocabulary of 4 tokens"),
        ([], "logits-wrong-width", "0 logits"),
    ],
)
def test_fault_21_unusable_logits_are_refused_by_name(logits: list[float], case: str, said: str) -> None:
    with pytest.raises(VitrineError, match=said) as refused:
        check_logits(np.array(logits, np.float32), 4)
    assert refused.value.case == case


def test_fault_21_one_bad_row_of_many_is_found() -> None:
    rows = np.zeros((3, 4), np.float32)
    rows[1] = -np.inf
    with pytest.raises(VitrineError, match="minus infinity"):
        check_logits(rows, 4)
    rows[2, 3] = np.nan
    with pytest.raises(VitrineError, match="that of token 3"):
        check_logits(rows, 4)


def test_fault_21_a_scalar_is_no_row() -> None:
    with pytest.raises(VitrineError, match="0 logits"):
        check_logits(np.array(1.0, np.float32), 4)
