"""A norm is known by what it does, and held fast it is linear; both kinds are computed here by hand.

Knows no runtime.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from inference.inside.final_norm import Norm
from models.errors import VitrineError

WIDTH = 8
GENERATOR = np.random.default_rng(1)
GAIN = GENERATOR.standard_normal(WIDTH).astype(np.float32)
SHIFT = GENERATOR.standard_normal(WIDTH).astype(np.float32)
STATE = (GENERATOR.standard_normal(WIDTH) * 3 + 1).astype(np.float32)


def rms(states: np.ndarray) -> np.ndarray:
    return states / np.sqrt((states**2).mean(-1, keepdims=True) + 1e-5) * GAIN


def layer_norm(states: np.ndarray) -> np.ndarray:
    centred = states - states.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * GAIN + SHIFT


class Computed:
    """A session that computes a function."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def run(self, outputs: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        """What the function makes of the only input."""
        (states,) = inputs.values()
        return [self._function(states).astype(np.float32)]


def norm_of(function: Any) -> Norm:
    return Norm(Computed(function), np.dtype(np.float32))  # type: ignore[arg-type]


@pytest.mark.parametrize(("function", "centres"), [(rms, False), (layer_norm, True)])
def test_a_norm_held_fast(function: Any, centres: bool) -> None:
    frozen = norm_of(function).frozen_at(STATE)
    assert frozen.centres == centres
    scale = STATE - (STATE.mean() if centres else 0)
    np.testing.assert_allclose(frozen.gain * scale + frozen.offset, function(STATE[None])[0], atol=1e-5)
    direction = GENERATOR.standard_normal(WIDTH)
    parts = np.split(np.stack([STATE * 0.25, STATE * 0.75]), 2)
    shares = [float(frozen.pulled_back(direction) @ part[0]) for part in parts]
    whole = float(direction @ function(STATE[None])[0])
    assert sum(shares) + float(direction @ frozen.offset) == pytest.approx(whole, abs=1e-5)


def test_what_is_no_norm_is_refused() -> None:
    with pytest.raises(VitrineError, match="cannot be held fast"):
        norm_of(lambda states: np.tanh(states) * GAIN).frozen_at(STATE)
