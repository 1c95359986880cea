"""The choices where replies part, from steps alone and from logits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop.comparison.alignment import align
from desktop.comparison.opening import known_opening, read_opening
from inference.sampling.chain import run_chain
from tests.desktop.comparison.samples import OFF, side

SIDES = (side([1, 2]), side([1, 0], OFF.changed("top_k", 1), reply=2))
PARTING = align([one.ids for one in SIDES]).partings[0]


def test_steps_tell_each_replys_own_token() -> None:
    opening = known_opening(PARTING, SIDES)
    assert opening.choices == (2, 0)
    assert not opening.read
    assert opening.before == pytest.approx((0.25, 0.25)), "the second token of the samples"
    assert opening.ranks == (2, 2)
    own, other = opening.sides
    assert own.after[0] == pytest.approx(0.5)
    assert math.isnan(own.after[1])
    assert math.isnan(other.after[0])
    assert (own.drawn, own.draw, own.chosen, other.chosen) == (True, 0.5, 2, 0)
    assert own.top == ()


def test_logits_tell_all_of_them() -> None:
    """Of (½, ¼, ¼) top-k 1 leaves the first, and removes the one that the other reply has."""
    logits = np.log(np.array([0.5, 0.25, 0.25], np.float32))
    chains = [run_chain(logits, np.array([7, 8, 9, 1]), one.first_settings) for one in SIDES]
    opening = read_opening(PARTING, SIDES, chains)
    assert opening.read
    assert opening.before == pytest.approx((0.25, 0.5))
    first, second = opening.sides
    assert first.after == pytest.approx((0.25, 0.5))
    assert first.removed_by == (None, None)
    assert first.survivors == 3
    assert [token for token, _ in first.top] == [0, 1, 2]
    assert second.after == pytest.approx((0.0, 1.0))
    assert second.removed_by == ("top-k", None)
    assert second.top == ((0, 1.0),)
