"""Heads in the sizes that kernels take see exactly what the model's own would.

Knows nothing about kernels.
"""

from __future__ import annotations

import numpy as np
import pytest

from models.architectures.head_layout import (
    ADDED,
    fitted_rotary,
    fitting_layout,
    relaid,
    relaid_columns,
    relaid_rows,
)
from models.architectures.matrix import Matrix
from models.rotary import plain_rotary, rotate


def test_heads_that_kernels_take_stay() -> None:
    assert fitting_layout(64, plain_rotary(1e4, 64)) is None
    assert fitting_layout(128, plain_rotary(1e4, 96)) is None


def test_a_layout_by_hand() -> None:
    # Four of six entries are turned, in pairs (0, 2) and (1, 3); the halves of the new head begin at 0 and 8.
    layout = fitting_layout(6, plain_rotary(1e4, 4))
    assert layout is not None
    assert layout.turned_entries == (0, 1, 4, 5, *[ADDED] * 4, 2, 3, *[ADDED] * 6)
    assert layout.value_entries == (0, 1, 2, 3, 4, 5, *[ADDED] * 10)
    rows = layout.packed_rows(heads=2, key_value_heads=1)
    assert rows.reshape(4, 16)[1].tolist() == [6, 7, 10, 11, *[ADDED] * 4, 8, 9, *[ADDED] * 6]
    assert rows.reshape(4, 16)[3, :6].tolist() == [18, 19, 20, 21, 22, 23]
    assert layout.output_columns(2)[16:22].tolist() == [6, 7, 8, 9, 10, 11]


@pytest.mark.parametrize(("size", "turned"), [(20, 20), (16, 12), (100, 40), (8, 8)])
def test_products_of_turned_queries_and_keys_stay(size: int, turned: int) -> None:
    rotary = plain_rotary(100.0, turned)
    layout = fitting_layout(size, rotary)
    assert layout is not None
    entries = np.asarray(layout.turned_entries)
    fitted = fitted_rotary(rotary, len(entries))
    assert fitted.dimensions == len(entries)
    assert len(entries) % 16 == 0
    query, key = np.random.default_rng(0).standard_normal((2, size)).astype(np.float32)
    products = []
    for tables, one, other in (
        (rotary.tables(9), query, key),
        (fitted.tables(9), relaid(query, entries), relaid(key, entries)),
    ):
        cosines, sines = tables
        products.append(rotate(one, cosines[8], sines[8]) @ rotate(other, cosines[3], sines[3]))
    assert products[0] == pytest.approx(products[1], rel=1e-5)


def test_rows_and_columns_in_another_order() -> None:
    whole = np.arange(6, dtype=np.float32).reshape(2, 3)
    matrix = Matrix(2, 3, lambda: iter([whole]))
    np.testing.assert_array_equal(
        relaid_rows(matrix, np.array([1, ADDED, 0])).whole(), [[3, 4, 5], [0, 0, 0], [0, 1, 2]]
    )
    np.testing.assert_array_equal(
        relaid_columns(matrix, np.array([2, ADDED, 0, 1])).whole(), [[2, 0, 0, 1], [5, 0, 3, 4]]
    )
