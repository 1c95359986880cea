"""Reconstructed attention: small cases by hand, the rest against the definition spelled out.

Knows nothing about models that run.
"""

from __future__ import annotations

import numpy as np
import pytest

from inference.attention import (
    AttentionFormula,
    atlas_cells,
    atlas_rows,
    atlas_stride,
    attention_at,
    attention_rows,
    combine_heads,
    rotated_queries,
)
from models.attention_site import AttentionSite
from models.rotary import plain_rotary


def site(
    heads: int = 1,
    key_value_heads: int = 1,
    head_size: int = 2,
    rope: int = 0,
    arrays: dict[str, np.ndarray] | None = None,
    **more: object,
) -> AttentionFormula:
    place = AttentionSite(
        layer=0,
        kind="GroupQueryAttention",
        heads=heads,
        key_value_heads=key_value_heads,
        head_size=head_size,
        scale=1.0,
        kernel="kernel",
        query="query",
        layout="tokens",
        width=heads * head_size,
        keys=0,
        rotary="rotary" if rope else None,
        **more,  # type: ignore[arg-type]
    )
    found = dict(arrays or {})
    if rope:
        cosines, sines = plain_rotary(10_000.0, rope).tables(64)
        found |= {"rotary.cosines": cosines, "rotary.sines": sines}
    return AttentionFormula.of(place, found)


def test_equal_keys_share_the_weight_evenly_among_the_past() -> None:
    queries = np.ones((3, 2), np.float32)
    keys = np.ones((1, 3, 2), np.float32)
    weights = attention_rows(site(), queries, keys, 0)
    np.testing.assert_allclose(weights[0], [[1, 0, 0], [1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)


def test_a_key_with_a_product_larger_by_ln_3_gets_three_quarters() -> None:
    queries = np.array([[0, 1]], np.float32)
    keys = np.array([[[7, 0], [0, np.log(3)]]], np.float32)
    weights = attention_rows(site(), queries, keys, 1)
    np.testing.assert_allclose(weights[0], [[0.25, 0.75]], rtol=1e-6)


def test_query_heads_share_key_heads_in_groups() -> None:
    one, other = [[1.0, 0], [9, 0]], [[5.0, 0], [2, 0]]
    keys = np.array([one, other], np.float32)
    queries = np.tile(np.array([1, 0], np.float32), (1, 4))
    weights = attention_rows(site(heads=4, key_value_heads=2), queries, keys, 1)
    np.testing.assert_array_equal(weights[0], weights[1])
    np.testing.assert_array_equal(weights[2], weights[3])
    assert weights[0, 0].argmax() == 1
    assert weights[2, 0].argmax() == 0


def test_a_query_of_position_0_is_not_turned_and_others_are() -> None:
    turned = rotated_queries(site(rope=2), np.array([[1, 0], [1, 0]], np.float32), np.array([0, 1]))
    np.testing.assert_allclose(turned[0], [[1, 0], [np.cos(1), np.sin(1)]], rtol=1e-6)


def test_interleaved_pairs_are_neighbours() -> None:
    place = site(head_size=4, rope=4, interleaved=True)
    turned = rotated_queries(place, np.array([[1, 0, 1, 0]], np.float32), np.array([1]))
    slow = 0.01  # 10,000 ** -(2 / 4)
    expected = [np.cos(1), np.sin(1), np.cos(slow), np.sin(slow)]
    np.testing.assert_allclose(turned[0, 0], expected, rtol=1e-6)


def test_a_window_of_two_sees_the_query_and_the_key_before() -> None:
    weights = attention_rows(site(window=2), np.ones((4, 2), np.float32), np.ones((1, 4, 2), np.float32), 0)
    half = 1 / 2
    expected = [[1, 0, 0, 0], [half, half, 0, 0], [0, half, half, 0], [0, 0, half, half]]
    np.testing.assert_allclose(weights[0], expected, rtol=1e-6)


def test_a_softcap_bounds_the_products() -> None:
    keys = np.array([[[0, 0], [1000, 0]]], np.float32)
    weights = attention_rows(site(softcap=float(np.log(3))), np.array([[1, 0]], np.float32), keys, 1)
    np.testing.assert_allclose(weights[0], [[0.25, 0.75]], rtol=1e-6)


def test_a_sink_takes_its_share_and_rows_do_not_sum_to_one() -> None:
    place = site(sinks="sinks", arrays={"sinks": np.array([np.log(2)], np.float32)})
    weights = attention_rows(place, np.zeros((2, 2), np.float32), np.zeros((1, 2, 2), np.float32), 0)
    np.testing.assert_allclose(weights[0], [[1 / 3, 0], [1 / 4, 1 / 4]], rtol=1e-6)


def test_a_bias_is_added_to_the_products() -> None:
    bias = np.array([[[np.log(3), 0]]], np.float32)
    queries, keys = np.zeros((1, 2), np.float32), np.zeros((1, 2, 2), np.float32)
    weights = attention_rows(site(), queries, keys, 1, bias=bias)
    np.testing.assert_allclose(weights[0], [[0.75, 0.25]], rtol=1e-6)


def test_a_query_inside_the_kernel_is_projected_and_its_bias_added() -> None:
    arrays = {"weights": np.array([[0, 1], [0, 0], [0, 0]], np.float32), "bias": np.array([5, 0], np.float32)}
    place = site(projection="weights", query_bias="bias", arrays=arrays)
    query = rotated_queries(place, np.array([[2, 7, 9]], np.float32), np.array([0]))
    np.testing.assert_array_equal(query, [[[5, 2]]])


def test_some_rows_of_some_heads_equal_those_of_the_whole() -> None:
    generator = np.random.default_rng(1)
    place = site(heads=4, key_value_heads=2, head_size=8, rope=8)
    queries = generator.standard_normal((20, 32)).astype(np.float32)
    keys = generator.standard_normal((2, 20, 8)).astype(np.float32)
    whole = attention_rows(place, queries, keys, 0)
    np.testing.assert_allclose(whole.sum(axis=-1), 1, rtol=1e-5)
    part = attention_rows(place, queries[5:9], keys[:, :9], 5, slice(2, 3))
    np.testing.assert_allclose(part[0], whole[2, 5:9, :9], atol=1e-6)
    chosen = attention_at(place, queries[[3, 17]], keys, np.array([3, 17]))
    np.testing.assert_allclose(chosen, whole[:, [3, 17]], atol=1e-6)


def test_mean_and_maximum_over_heads() -> None:
    weights = np.array([[[0.2, 0.8]], [[0.6, 0.4]]], np.float32)
    np.testing.assert_allclose(combine_heads(weights, "mean"), [[0.4, 0.6]], rtol=1e-6)
    np.testing.assert_allclose(combine_heads(weights, "max"), [[0.6, 0.8]], rtol=1e-6)


@pytest.mark.parametrize(
    ("length", "cells", "stride"), [(1, 24, 1), (24, 24, 1), (25, 24, 2), (2000, 32, 64)]
)
def test_the_atlas_takes_the_smallest_power_of_two_that_fits(length: int, cells: int, stride: int) -> None:
    assert atlas_stride(length, cells) == stride


def test_an_atlas_cell_is_the_largest_weight_of_its_last_query() -> None:
    generator = np.random.default_rng(2)
    place = site(heads=2, head_size=8, rope=8)
    queries = generator.standard_normal((7, 16)).astype(np.float32)
    keys = generator.standard_normal((1, 7, 8)).astype(np.float32)
    whole = attention_rows(place, queries, keys, 0)
    rows = atlas_rows(7, 2)
    assert rows.tolist() == [1, 3, 5, 6]
    cells = atlas_cells(place, queries[rows], keys, 2, rows)
    assert cells.shape == (2, 4, 4)
    # Row-group 1 ends with query 3, column-group 0 has the keys 0 and 1; the last group is query 6 and key 6.
    np.testing.assert_allclose(cells[:, 1, 0], whole[:, 3, :2].max(axis=-1), atol=1e-6)
    np.testing.assert_allclose(cells[:, 3, 3], whole[:, 6, 6], atol=1e-6)
    assert (cells[:, 0, 1:] == 0).all()
