"""Lines over many tokens, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.precision.line_points import share_on_scale, thinned_line

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
