"""Kullback–Leibler divergence, by numbers that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop.comparison.divergence import EQUAL, SAME, Divergence, Measure, divergence, measure, summarise
from inference.sampling.chain import ChainResult, run_chain
from inference.sampling.settings import SamplingSettings
from tests.desktop.comparison.samples import OFF

QUARTERS = (0.5, 0.25, 0.25)
LN2 = math.log(2)


def chain(settings: SamplingSettings, *probabilities: float) -> ChainResult:
    """What settings make of a distribution."""
    return run_chain(np.log(np.array(probabilities, np.float32)), np.array([0]), settings)


def test_a_distribution_is_no_distance_from_itself() -> None:
    one, other = chain(OFF, *QUARTERS), chain(OFF, *QUARTERS)
    assert divergence(one, other) == Divergence(0.0)
    assert measure(one, one) is EQUAL


def test_certainty_from_a_coin() -> None:
    """KL((1) ‖ (½, ½)) = 1 · ln(1 / ½) = ln 2."""
    greedy = chain(OFF.changed("temperature", 0), 0.5, 0.5)
    assert divergence(greedy, chain(OFF, 0.5, 0.5)).nats == pytest.approx(LN2, abs=1e-6)


def test_top_k_of_two_among_three() -> None:
    """Top-k 1 leaves (1); KL((1) ‖ (½, ¼, ¼)) = ln 2. The other way round tokens are lost."""
    whole, best = chain(OFF, *QUARTERS), chain(OFF.changed("top_k", 1), *QUARTERS)
    found = measure(best, whole)
    assert found.forward.nats == pytest.approx(LN2, abs=1e-6)
    assert found.backward.nats == math.inf


def test_temperature_alone_never_makes_it_infinite() -> None:
    """(½, ¼, ¼) at temperature ½ is proportional to the squares: (4, 1, 1) / 6.

    KL(p‖q) = ½ ln(½ / ⅔) + 2 · ¼ ln(¼ / ⅙) = ½ ln ¾ + ½ ln 3/2 = ½ ln 9/8.
    KL(q‖p) = ⅔ ln(⅔ / ½) + 2 · ⅙ ln(⅙ / ¼) = ⅔ ln 4/3 + ⅓ ln 2/3.
    """
    found = measure(chain(OFF, *QUARTERS), chain(OFF.changed("temperature", 0.5), *QUARTERS))
    assert found.forward.nats == pytest.approx(0.5 * math.log(9 / 8), abs=1e-6)
    assert found.backward.nats == pytest.approx(2 / 3 * math.log(4 / 3) + math.log(2 / 3) / 3, abs=1e-6)
    assert found.turned() == Measure(found.backward, found.forward)


def test_infinity_comes_with_its_reason() -> None:
    """Of (0.4, 0.3, 0.2, 0.1) top-k 3 removes the last, then top-p ½ all but the first two of what is left.

    In p the last has 0.1, the one that top-p takes 0.2.
    """
    whole = chain(OFF, 0.4, 0.3, 0.2, 0.1)
    narrow = chain(OFF.changed("top_k", 3).changed("top_p", 0.5), 0.4, 0.3, 0.2, 0.1)
    found = divergence(whole, narrow)
    assert not found.finite
    assert found.nats == math.inf
    assert [(one.stage, one.tokens) for one in found.removals] == [("top-k", 1), ("top-p", 1)]
    assert [one.mass for one in found.removals] == pytest.approx([0.1, 0.2], abs=1e-6)


def test_a_token_too_improbable_to_count_makes_it_infinite_all_the_same() -> None:
    """The dice of p can fall on it, those of q never: its share is no reason to hide that."""
    logits = np.array([0.0, -800.0], np.float32)
    whole = run_chain(logits, np.array([0]), OFF)
    greedy = run_chain(logits, np.array([0]), OFF.changed("temperature", 0))
    found = divergence(whole, greedy)
    assert found.nats == math.inf
    assert found.removals[0].mass == 0.0
    assert divergence(greedy, whole).nats == 0.0


def test_what_the_model_masks_is_no_difference() -> None:
    logits = np.array([1.0, 0.0, -math.inf], np.float32)
    one = run_chain(logits, np.array([0]), OFF)
    other = run_chain(logits, np.array([0]), OFF.changed("temperature", 2.0))
    assert divergence(one, other).finite


def test_a_whole_vocabulary_of_equal_tokens() -> None:
    """KL of n equal tokens from the first k of them: infinite; back: ln(n / k)."""
    logits = np.linspace(0, 0.5, 50_000, dtype=np.float32)
    flat = run_chain(logits * 0, np.array([0]), OFF)
    assert divergence(flat, run_chain(logits * 0, np.array([0]), OFF)).nats == 0.0
    one = run_chain(logits, np.array([0]), OFF.changed("top_k", 1))
    assert divergence(one, run_chain(logits, np.array([0]), OFF)).nats > math.log(50_000 / 2)


@pytest.mark.parametrize(("nats", "share"), [(0.0, 0.0), (math.inf, 1.0), (math.log(4 / 3), 0.5)])
def test_the_share_is_the_bound_of_bretagnolle_and_huber(nats: float, share: float) -> None:
    """√(1 − exp(−ln 4/3)) = √(1 − ¾) = ½."""
    assert Divergence(nats).share == pytest.approx(share)


def test_a_summary_counts_what_is_infinite_apart() -> None:
    whole, best = chain(OFF, *QUARTERS), chain(OFF.changed("top_k", 1), *QUARTERS)
    infinite = divergence(whole, best)
    summary = summarise([Divergence(0.1), infinite, Divergence(0.3)])
    assert (summary.positions, summary.infinite) == (3, 1)
    assert summary.mean == pytest.approx(0.2)
    assert summary.largest == 0.3
    nothing = summarise([infinite])
    assert math.isnan(nothing.mean)
    assert math.isnan(nothing.largest)
    assert summarise([SAME]).mean == 0.0
