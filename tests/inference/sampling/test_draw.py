"""The dice: one number for a seed and position everywhere, and each token with its probability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.sampling.chain import ChainResult, run_chain
from inference.sampling.draw import DRAW_STEP, draw_at, draws_of, pick
from inference.sampling.settings import SamplingSettings

NO_HISTORY = np.empty(0, np.int64)
OFF = SamplingSettings(1.0, 1.0, 0, 1.0, 0.0)


def result_with(*probabilities: float) -> ChainResult:
    return run_chain(np.log(np.array(probabilities)).astype(np.float32), NO_HISTORY, OFF)


@given(st.integers(), st.integers(0, 2**40))
def test_a_draw_is_a_function_of_seed_and_position(seed: int, position: int) -> None:
    draw = draw_at(seed, position)
    assert 0 <= draw < 1
    assert draw == draw_at(seed, position)


def test_draws_are_the_same_on_every_machine() -> None:
    """Changing the generator would change every recorded reply."""
    draws = [draw_at(seed, position) for seed, position in ((0, 0), (0, 1), (1, 0), (-1, 7))]
    assert draws == [0.011546754286331562, 0.5023796042735054, 0.3035680343067586, 0.8711661086448191]


def test_draws_of_neighbouring_seeds_and_positions_differ() -> None:
    draws = {draw_at(seed, position) for seed in range(30) for position in range(30)}
    assert len(draws) == 900


@pytest.mark.parametrize(
    ("draw", "token"),
    [(0.0, 2), (0.49, 2), (0.51, 0), (0.74, 0), (0.76, 1), (0.87, 1), (0.88, 3), (1 - 2**-53, 3)],
)
def test_pick_goes_down_from_the_most_probable(draw: float, token: int) -> None:
    assert pick(result_with(0.25, 0.125, 0.5, 0.125), draw) == token


def test_pick_never_takes_what_a_stage_removed() -> None:
    settings = OFF.changed("top_k", 2)
    result = run_chain(np.log(np.array([0.3, 0.1, 0.5, 0.1])).astype(np.float32), NO_HISTORY, settings)
    assert {pick(result, draw) for draw in np.linspace(0, 1 - 2**-53, 101)} == {0, 2}


@pytest.mark.parametrize("size", [50, 30_000])
def test_pick_is_the_inverse_of_the_cumulative_sum(size: int) -> None:
    logits = (np.random.default_rng(size).normal(size=size) * 3).astype(np.float32)
    result = run_chain(logits, NO_HISTORY, OFF)
    reached = np.cumsum(result.probabilities)
    for draw in np.random.default_rng(1).uniform(size=200):
        expected = result.ids[np.searchsorted(reached, draw, side="right")]
        assert pick(result, draw) == expected


def test_the_draws_of_a_token_are_its_stretch_of_the_cumulative_sum() -> None:
    final = result_with(0.25, 0.125, 0.5, 0.125).final
    drawn = [draws_of(final, token) for token in (2, 0, 1, 3)]
    assert drawn == [
        pytest.approx(ends, rel=1e-6) for ends in ((0, 0.5), (0.5, 0.75), (0.75, 0.875), (0.875, 1))
    ]
    assert drawn[-1] is not None
    assert drawn[-1][1] == 1.0


def test_what_is_out_or_too_improbable_for_a_draw_has_none() -> None:
    result = run_chain(np.array([0.0, -60.0, -1.0], np.float32), NO_HISTORY, OFF)
    assert draws_of(result.final, 1) is None
    assert draws_of(run_chain(result.processed(), NO_HISTORY, OFF.changed("top_k", 1)).final, 2) is None


@pytest.mark.parametrize("size", [3, 200, 30_000])
def test_the_draws_of_a_token_pick_it_to_the_last_bit(size: int) -> None:
    logits = (np.random.default_rng(size).normal(size=size) * 3).astype(np.float32)
    result = run_chain(logits, NO_HISTORY, OFF)
    for token in np.random.default_rng(1).integers(0, size, 60).tolist():
        drawn = draws_of(result.final, token)
        if drawn is None:
            continue
        low, high = drawn
        assert pick(result, low) == token
        assert pick(result, high - DRAW_STEP) == token
        assert low == 0 or pick(result, low - 2 * DRAW_STEP) != token
        assert high == 1 or pick(result, high + DRAW_STEP) != token


def test_each_token_is_picked_with_its_probability() -> None:
    """Chi-square over 20,000 positions of one seed; 7 degrees of freedom.

    A correct generator exceeds 40.52 for one seed in a million. The seed is fixed, so nothing can flicker.
    """
    probabilities = np.array([0.3, 0.25, 0.15, 0.1, 0.08, 0.06, 0.04, 0.02])
    result, count = result_with(*probabilities), 20_000
    picked = np.bincount([pick(result, draw_at(42, position)) for position in range(count)], minlength=8)
    expected = probabilities * count
    assert ((picked - expected) ** 2 / expected).sum() < 40.52
