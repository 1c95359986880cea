"""The token under examination: where it stands, which it is, and the dice that belong to it.

Knows nothing about distributions or painting.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from desktop.session import Session
from inference.contract import Step
from inference.sampling.distribution import IntArray
from inference.sampling.draw import draw_at


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One position of the sequence.

    Args:
        position: of the token.
        chosen: the ID that stands there.
        step: how it was generated, ``None`` for a token of the prompt.
        draw: the recorded draw; for a token of the prompt, the one that the present seed gives this position.
        history: ``int64 [position]`` the IDs before it.
    """

    position: int
    chosen: int
    step: Step | None
    draw: float
    history: IntArray = field(repr=False)

    @property
    def repeated(self) -> int:
        """How many different tokens stand before it."""
        # np.unique would load numpy.ma on its first call, which holds the window up for a tenth of a second.
        return len(set(self.history.tolist()))


def moment_at(session: Session, position: int) -> Moment:
    """The moment at a position of the session's sequence.

    Args:
        session: whose sequence.
        position: 1 or more; nothing predicts the first token.
    """
    step = session.steps.get(position)
    return Moment(
        position=position,
        chosen=session.tokens[position].id,
        step=step,
        draw=draw_at(session.seed, position) if step is None else step.draw,
        history=np.fromiter((token.id for token in session.tokens[:position]), np.int64, position),
    )
