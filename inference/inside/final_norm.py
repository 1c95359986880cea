"""The norm between residual stream and head: what it makes of any state, and a norm with its scale held fast.

Knows nothing about layers. A norm is known by what it does with three states, whatever operators it consists of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.contract import FloatArray
from inference.runtime.session import Session
from models.errors import VitrineError

PART_INPUT, PART_OUTPUT = "part.input", "part.output"

_CLOSE = 1e-3
"""Share of the largest entry by which a norm may differ from what it is taken for; 16-bit numbers need so much."""


class Norm:
    """A part of a body that takes one state and makes another.

    Args:
        session: of the part.
        dtype: of its input.
    """

    def __init__(self, session: Session, dtype: np.dtype[np.generic]) -> None:
        self._session = session
        self._dtype = dtype

    def states(self, states: FloatArray) -> FloatArray:
        """What it makes of states ``[rows, width]``: ``[rows, width]``.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        (made,) = self._session.run([PART_OUTPUT], {PART_INPUT: states[None].astype(self._dtype)})
        return np.asarray(made).reshape(len(states), -1)

    def frozen_at(self, state: FloatArray) -> FrozenNorm:
        """The norm with the scale that it has for one state ``[width]``.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: it is no norm that is known.
        """
        width = len(state)
        probe = np.where(np.arange(width) % 2, -1.0, 1.0).astype(np.float32)
        zero, turned, ones, made = self.states(
            np.stack([np.zeros(width, np.float32), probe, np.ones(width, np.float32), state])
        ).astype(np.float64)
        gain = (turned - zero) * probe
        centres = np.abs(ones - zero).max() < np.abs(ones - zero - gain).max()
        centred = state.astype(np.float64) - (state.mean(dtype=np.float64) if centres else 0.0)
        shape = gain * centred
        scale = float(((made - zero) @ shape) / max(float(shape @ shape), 1e-300))
        error = np.abs(made - zero - scale * shape).max()
        if width % 2 or not error <= _CLOSE * max(float(np.abs(made).max()), 1e-30):
            raise VitrineError(
                "unknown-norm",
                "The norm before the logits is of a kind whose scale cannot be held fast.",
                "The logit lens still works for this model.",
            )
        return FrozenNorm(scale * gain, zero, centres=bool(centres))


@dataclass(frozen=True, slots=True, eq=False)
class FrozenNorm:
    """state ↦ gain · (state − its mean, where it centres) + offset.

    Args:
        gain: ``float64 [width]``.
        offset: ``float64 [width]``.
        centres: whether the mean is taken off.
    """

    gain: np.ndarray
    offset: np.ndarray
    centres: bool

    def pulled_back(self, direction: np.ndarray) -> np.ndarray:
        """For a direction behind the norm, the one before it with the same products, offset aside: ``[width]``."""
        before = direction * self.gain
        return before - before.mean() if self.centres else before
