"""Weights to levels, with numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.plots.attention_scale import EMPTY, LOGARITHM_FLOOR, ONE, ZERO, AttentionScale

LINEAR = AttentionScale(logarithmic=False)
LOGARITHMIC = AttentionScale(logarithmic=True)


def row(*weights: float) -> np.ndarray:
    """One query that has seen as many keys."""
    return np.array([weights], np.float32)


def test_linear_levels_are_proportional() -> None:
    # 254 steps between level 1 and level 255.
    assert LINEAR.levels(row(0, 0.25, 0.5, 1), 3).tolist() == [[1, 1 + 64, 1 + 127, 255]]


def test_each_factor_of_ten_is_a_quarter_of_the_logarithmic_scale() -> None:
    levels = LOGARITHMIC.levels(row(1e-4, 1e-3, 1e-2, 1e-1, 1), 4)[0].tolist()
    assert levels == [1, 1 + 64, 1 + 127, 1 + 191, 255]


def test_what_is_smaller_than_the_floor_looks_like_zero() -> None:
    assert LOGARITHMIC.levels(row(0, 1e-30, LOGARITHM_FLOOR / 2), 2).tolist() == [[ZERO, ZERO, ZERO]]


@pytest.mark.parametrize("scale", [LINEAR, LOGARITHMIC])
def test_broken_weights_do_not_break_the_picture(scale: AttentionScale) -> None:
    assert scale.levels(row(float("nan"), -1, 7, float("inf")), 3).tolist() == [[ZERO, ZERO, ONE, ONE]]


def test_above_the_diagonal_nothing_is_drawn() -> None:
    levels = LINEAR.levels(np.ones((2, 4), np.float32), start=2)
    assert levels.tolist() == [[ONE, ONE, ONE, EMPTY], [ONE, ONE, ONE, ONE]]


def test_the_atlas_is_cut_at_each_of_its_diagonals() -> None:
    levels = LINEAR.levels(np.ones((2, 3, 2, 2), np.float32), start=0)
    assert levels.shape == (2, 3, 2, 2)
    assert (levels == [[ONE, EMPTY], [ONE, ONE]]).all()


def test_hiding_the_sink_scales_the_others_up_to_the_sum_of_the_row() -> None:
    scale = AttentionScale(hide_sink=True)
    assert scale.shown(row(0.5, 0.25, 0.25)).tolist() == [[0, 0.5, 0.5]]
    # A row need not sum to 1: 0.2 + 0.1 + 0.1 = 0.4 is kept.
    np.testing.assert_allclose(scale.shown(row(0.2, 0.1, 0.1)), [[0, 0.2, 0.2]], rtol=1e-6)


def test_hiding_the_sink_of_a_row_that_is_all_sink_leaves_nothing() -> None:
    assert AttentionScale(hide_sink=True).shown(row(1, 0, 0)).tolist() == [[0, 0, 0]]


def test_a_hidden_sink_is_drawn_as_empty() -> None:
    levels = AttentionScale(logarithmic=False, hide_sink=True).levels(row(0.5, 0.5), 1)
    assert levels.tolist() == [[EMPTY, ONE]]


def test_weights_are_displayed_as_they_are_unless_the_sink_is_hidden() -> None:
    weights = row(0.5, 0.5)
    assert LINEAR.shown(weights) is weights


@pytest.mark.parametrize("scale", [LINEAR, LOGARITHMIC])
def test_ticks_span_the_legend(scale: AttentionScale) -> None:
    fractions = [scale.fraction(weight) for weight in scale.ticks()]
    np.testing.assert_allclose(fractions, [0, 0.25, 0.5, 0.75, 1], atol=1e-6)
