"""Rotary embedding: numbers that can be checked by hand.

Knows nothing about models.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.rotary import (
    RotaryEmbedding,
    llama3_rotary,
    plain_rotary,
    rotate,
    rotate_interleaved,
    yarn_rotary,
)


def test_tables_hold_cosines_of_position_times_frequency() -> None:
    cosines, sines = plain_rotary(base=100.0, dimensions=4).tables(3)
    # Frequencies 100^0 = 1 and 100^(-2/4) = 0.1.
    np.testing.assert_allclose(cosines[2], [np.cos(2.0), np.cos(0.2)], rtol=1e-6)
    np.testing.assert_allclose(sines[1], [np.sin(1.0), np.sin(0.1)], rtol=1e-6)
    assert cosines.dtype == np.float32


def test_pairs_that_are_not_turned_keep_their_length() -> None:
    cosines, sines = RotaryEmbedding((math.pi / 2,), magnitude=2.0, unturned=1).tables(2)
    np.testing.assert_allclose(cosines, [[2, 1], [0, 1]], atol=1e-6)
    np.testing.assert_allclose(sines, [[0, 0], [2, 0]], atol=1e-6)


def test_dividing_by_one_factor_or_by_one_each() -> None:
    plain = RotaryEmbedding((1.0, 0.5))
    assert plain.divided(4.0).frequencies == (0.25, 0.125)
    assert plain.divided(np.array([1.0, 5.0])).frequencies == (1.0, 0.1)


def test_llama3_keeps_short_waves_and_stretches_long_ones() -> None:
    # Within 100 positions they turn 50, 2.5 and 0.5 times.
    plain = RotaryEmbedding(tuple(2 * math.pi * times / 100 for times in (50, 2.5, 0.5)))
    scaled = llama3_rotary(plain, factor=8, low_factor=1, high_factor=4, original_context=100)
    # Halfway between 1 and 4 turns, half of it is kept and half of it is stretched.
    wanted = np.asarray(plain.frequencies) * [1, 0.5 + 0.5 / 8, 1 / 8]
    np.testing.assert_allclose(scaled.frequencies, wanted)


def test_yarn_keeps_the_first_pairs_and_stretches_the_last() -> None:
    plain = plain_rotary(1_000.0, 16)
    scaled = yarn_rotary(plain, 1_000.0, 4.0, 128, fast=32, slow=1, magnitude=None)
    ratios = np.asarray(plain.frequencies) / scaled.frequencies
    assert ratios[0] == 1
    assert ratios[-1] == pytest.approx(4)
    assert (np.diff(ratios) >= 0).all()
    assert scaled.magnitude == pytest.approx(0.1 * math.log(4) + 1)


def test_a_quarter_turn_moves_the_first_half_into_the_second() -> None:
    vector = np.array([1, 0, 5], np.float32)
    turned = rotate(vector, np.array([0], np.float32), np.array([1], np.float32))
    # (1, 0) becomes (0, 1); the entry that is not turned stays.
    np.testing.assert_array_equal(turned, [0, 1, 5])
    np.testing.assert_array_equal(vector, [1, 0, 5])


def test_neighbours_are_turned_like_halves() -> None:
    cosines, sines = np.array([0, 1], np.float32), np.array([1, 0], np.float32)
    halves = rotate(np.array([1, 3, 2, 4], np.float32), cosines, sines)
    neighbours = rotate_interleaved(np.array([1, 2, 3, 4], np.float32), cosines, sines)
    np.testing.assert_array_equal(halves, [-2, 3, 1, 4])
    np.testing.assert_array_equal(neighbours, [-2, 1, 3, 4])


def test_products_depend_on_the_distance_alone() -> None:
    generator = np.random.default_rng(0)
    query, key = generator.standard_normal((2, 8)).astype(np.float32)
    cosines, sines = plain_rotary(10_000.0, 8).tables(50)

    def product(query_position: int, key_position: int) -> float:
        turned_query = rotate(query, cosines[query_position], sines[query_position])
        return float(turned_query @ rotate(key, cosines[key_position], sines[key_position]))

    assert np.isclose(product(7, 3), product(44, 40), atol=1e-5)
