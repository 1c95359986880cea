"""Which tokens gain and which lose by an intervention, and by how much the whole distribution changes.

Knows no Qt and no model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.sampling.distribution import FloatArray, log_softmax

LEAST = 5e-4
"""Changes of probability smaller than this are not worth a row."""


@dataclass(frozen=True, slots=True)
class Change:
    """One token's probability.

    Args:
        token: its ID.
        before: as the model is.
        after: under the intervention.
    """

    token: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What changes in a distribution.

    Args:
        gained: tokens that gain `LEAST` or more, the most first.
        lost: tokens that lose as much, the most first.
        divergence: of the distribution before from the one after, nats.
        top: the most probable token before and after.
    """

    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    divergence: float
    top: tuple[int, int]


def changes_between(before: FloatArray, after: FloatArray, most: int) -> Changes:
    """What becomes of a row of logits.

    Args:
        before: ``float32 [vocabulary]``.
        after: ``float32 [vocabulary]``.
        most: tokens at most of each kind.
    """
    logs = log_softmax(before), log_softmax(after)
    was, now = (np.exp(one.astype(np.float64)) for one in logs)
    difference = now - was
    count = min(most, len(difference))
    ends = np.argpartition(difference, (count - 1, -count))
    raised = sorted(ends[-count:].tolist(), key=lambda token: -difference[token])
    lowered = sorted(ends[:count].tolist(), key=lambda token: difference[token])
    # What is 0 becomes minus infinity, and adds nothing where nothing was.
    likely = was > 0
    divergence = float((was[likely] * (logs[0][likely].astype(np.float64) - logs[1][likely])).sum())

    def change(token: int) -> Change:
        return Change(token, float(was[token]), float(now[token]))

    return Changes(
        tuple(change(token) for token in raised if difference[token] >= LEAST),
        tuple(change(token) for token in lowered if difference[token] <= -LEAST),
        max(divergence, 0.0),
        (int(was.argmax()), int(now.argmax())),
    )
