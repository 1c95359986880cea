"""Lines over many tokens, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.precision.line_points import dashed, share_on_scale, thinned_line

VALUES = np.array([1.0, 3.0, 2.0, 0.0, 8.0])


@pytest.mark.parametrize(
    ("most", "largest", "places", "values"),
    [
        (5, True, [0, 1, 2, 3, 4], [1, 3, 2, 0, 8]),
        (100, False, [0, 1, 2, 3, 4], [1, 3, 2, 0, 8]),
        (3, True, [0.5, 2.5, 4], [3, 2, 8]),
        (3, False, [0.5, 2.5, 4], [2, 1, 8]),
        (1, True, [2], [8]),
        (0, False, [2], [2.8]),
    ],
)
def test_a_line_has_no_more_points_than_pixels(
    most: int, largest: bool, places: list[float], values: list[float]
) -> None:
    found = thinned_line(VALUES, most, largest=largest)
    assert found[0].tolist() == places
    assert found[1].tolist() == pytest.approx(values)


def test_shares_of_a_logarithmic_scale() -> None:
    """From 10⁻⁴ to 1 there are four decades; what is beyond stands at the ends."""
    shares = share_on_scale(np.array([0.0, 1e-6, 1e-4, 1e-3, 1e-1, 1.0, np.inf]), -4.0, 0.0)
    assert shares.tolist() == pytest.approx([0, 0, 0, 0.25, 0.75, 1, 1])


def test_an_unbroken_line_is_its_pieces() -> None:
    x, y = np.array([0.0, 3, 6]), np.array([0.0, 4, 0])
    assert dashed(x, y, ()) == [(0, 0, 3, 4), (3, 4, 6, 0)]
    assert dashed(x[:1], y[:1], ()) == []


def test_dashes_go_round_corners() -> None:
    """Along 10 pixels with a corner at 5: seen from 0 to 2, from 4 round the corner to 6, and from 8 on."""
    x, y = np.array([0.0, 5, 5]), np.array([0.0, 0, 5])
    assert dashed(x, y, (2, 2)) == [(0, 0, 2, 0), (4, 0, 5, 0), (5, 0, 5, 1), (5, 3, 5, 5)]


def test_long_and_short_dashes_take_turns() -> None:
    x, y = np.array([0.0, 20]), np.zeros(2)
    pieces = dashed(x, y, (6, 2, 1, 2))
    assert [(start, end) for start, _, end, _ in pieces] == [(0, 6), (8, 9), (11, 17), (19, 20)]
