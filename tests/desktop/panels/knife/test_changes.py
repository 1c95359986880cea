"""Which tokens gain and lose is worked out by hand.

Knows no widget.
"""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.knife.changes import Change, changes_between


def logits(*shares: float) -> np.ndarray:
    return np.log(np.asarray(shares, np.float64)).astype(np.float32)


def test_gained_and_lost_by_how_much() -> None:
    found = changes_between(logits(0.5, 0.3, 0.1, 0.1), logits(0.1, 0.6, 0.2, 0.1), 2)
    assert found.top == (0, 1)
    assert [one.token for one in found.gained] == [1, 2]
    assert [one.token for one in found.lost] == [0]
    assert found.gained[0] == Change(1, pytest.approx(0.3), pytest.approx(0.6))
    expected = 0.5 * np.log(0.5 / 0.1) + 0.3 * np.log(0.3 / 0.6) + 0.1 * np.log(0.1 / 0.2)
    assert found.divergence == pytest.approx(expected, abs=1e-5)


def test_nothing_changed_is_nothing() -> None:
    same = logits(0.7, 0.2, 0.1)
    found = changes_between(same, same, 8)
    assert (found.gained, found.lost, found.divergence) == ((), (), 0.0)


def test_what_the_model_masked_has_no_part_in_it() -> None:
    before = np.asarray([0.0, 1.0, -np.inf], np.float32)
    after = np.asarray([1.0, 0.0, -np.inf], np.float32)
    found = changes_between(before, after, 3)
    assert [one.token for one in (*found.gained, *found.lost)] == [0, 1]
    assert np.isfinite(found.divergence)
