"""Rotary embedding: numbers that can be checked by hand.

Knows nothing about models.
"""

from __future__ import annotations

import numpy as np

from models.rotary import rotary_tables, rotate


def test_tables_hold_cosines_of_position_times_frequency() -> None:
    cosines, sines = rotary_tables(base=100.0, dimensions=4, positions=3)
    # Frequencies 100^0 = 1 and 100^(-2/4) = 0.1.
    np.testing.assert_allclose(cosines[2], [np.cos(2.0), np.cos(0.2)], rtol=1e-6)
    np.testing.assert_allclose(sines[1], [np.sin(1.0), np.sin(0.1)], rtol=1e-6)
    assert cosines.dtype == np.float32


def test_a_quarter_turn_moves_the_first_half_into_the_second() -> None:
    vector = np.array([1, 0, 5], np.float32)
    turned = rotate(vector, np.array([0], np.float32), np.array([1], np.float32))
    # (1, 0) becomes (0, 1); the entry that is not turned stays.
    np.testing.assert_array_equal(turned, [0, 1, 5])
    np.testing.assert_array_equal(vector, [1, 0, 5])


def test_products_depend_on_the_distance_alone() -> None:
    generator = np.random.default_rng(0)
    query, key = generator.standard_normal((2, 8)).astype(np.float32)
    cosines, sines = rotary_tables(10_000.0, 8, 50)

    def product(query_position: int, key_position: int) -> float:
        turned_query = rotate(query, cosines[query_position], sines[query_position])
        return float(turned_query @ rotate(key, cosines[key_position], sines[key_position]))

    assert np.isclose(product(7, 3), product(44, 40), atol=1e-5)
