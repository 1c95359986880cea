"""Divergence, ranks and perplexity by hand, and that slices make no difference."""

from __future__ import annotations

import math

import numpy as np
import pytest

from inference.precision import distance
from inference.precision.contract import FormatRun
from inference.precision.distance import distances, divergence, log_probabilities


def run_of(**fields: object) -> FormatRun:
    """A run with some fields, others empty."""
    nothing = np.zeros(0)
    given: dict[str, object] = {
        "format": "INT8", "start": 3, "emulated": False, "in_use": False, "device": "", "numbers": "", "weights": 0,
        "cache": 0, "step_ms": np.zeros(0, np.float32), "logprobs": nothing, "ranks": nothing,
        "divergence": nothing, "top": nothing, "top_logprobs": nothing, **fields,
    }  # fmt: skip
    return FormatRun(**given)  # type: ignore[arg-type]


def test_divergence_by_hand() -> None:
    """Of (¼, ¾) from (½, ½): ½ ln 2 + ½ ln ⅔; the same distribution is 0 apart."""
    half, other = np.log([[0.5, 0.5]]), np.log([[0.25, 0.75]])
    assert divergence(half, other)[0] == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3))
    assert divergence(half, half)[0] == 0


def test_what_the_reference_excludes_does_not_count() -> None:
    """And what only the other excludes is infinitely far."""
    with np.errstate(divide="ignore"):
        first, second = np.log([[1.0, 0.0]]), np.log([[0.5, 0.5]])
    assert divergence(first, second)[0] == pytest.approx(math.log(2))
    assert divergence(first, first)[0] == 0
    assert divergence(second, first)[0] == math.inf


def test_a_row_tells_its_token() -> None:
    """Logits are logarithms of 1, 2, 5 of 8; of equals the lower ID comes first."""
    logits = np.log(np.array([[1, 2, 5], [4, 4, 2]], np.float32))
    found = distances(logits, np.array([1, 1]), None)
    np.testing.assert_allclose(np.exp(found.logprobs), [2 / 8, 4 / 10], rtol=1e-6)
    assert found.ranks.tolist() == [2, 2]
    assert found.top.tolist() == [2, 0]
    np.testing.assert_allclose(np.exp(found.top_logprobs), [5 / 8, 4 / 10], rtol=1e-6)
    assert found.divergence.tolist() == [0, 0]


def test_small_divergences_keep_their_digits() -> None:
    """In 32 bits, one ten-millionth would be lost among what logarithms of 50,000 probabilities round."""
    generator = np.random.default_rng(0)
    logits = generator.standard_normal((2, 50_000)).astype(np.float32) * 3
    nudged = logits + 1e-3 * generator.standard_normal(logits.shape).astype(np.float32)
    found = distances(nudged, np.zeros(2, np.int64), logits).divergence
    # To second order it is half the variance of the nudges under the reference.
    p = np.exp(log_probabilities(logits))
    nudges = (nudged - logits).astype(np.float64)
    variance = (p * nudges**2).sum(axis=1) - (p * nudges).sum(axis=1) ** 2
    np.testing.assert_allclose(found, variance / 2, rtol=0.01)
    assert (found < 1e-6).all()


def test_slices_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    logits, reference = generator.standard_normal((2, 7, 11)).astype(np.float32)
    tokens = np.arange(7)
    whole = distances(logits, tokens, reference)
    monkeypatch.setattr(distance, "VALUES_AT_ONCE", 25)
    parts = distances(logits, tokens, reference)
    for name in ("logprobs", "ranks", "divergence", "top", "top_logprobs"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))


def test_perplexity_and_speed_by_hand() -> None:
    """The geometric mean of 1/p of ½ and ⅛ is 4; two tokens in 10 and 30 ms are 50 a second."""
    run = run_of(logprobs=np.log([0.5, 0.125]), step_ms=np.array([10, 30], np.float32))
    assert run.perplexity == pytest.approx(4)
    assert run.tokens_per_s == pytest.approx(50)
    assert run_of().tokens_per_s is None
    assert math.isnan(run_of().perplexity)
    assert run_of(logprobs=np.array([-1e9])).perplexity == pytest.approx(math.exp(700))


def test_flips_and_tokens_that_are_first_no_more() -> None:
    reference = run_of(top=np.array([4, 5, 6, 7]), ranks=np.array([1, 2, 1, 3]))
    run = run_of(top=np.array([4, 9, 8, 7]), ranks=np.array([1, 1, 2, 2]))
    assert run.flipped(reference).tolist() == [False, True, True, False]
    assert run.dethroned(reference).tolist() == [False, True, True, False]


def test_a_run_travels() -> None:
    """As every answer does, from the engine's process to the window's."""
    import pickle

    run = run_of(logprobs=np.array([-1.5]), format="INT4")
    back = pickle.loads(pickle.dumps(run))
    assert (back.format, back.logprobs.tolist()) == ("INT4", [-1.5])
