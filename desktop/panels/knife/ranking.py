"""Ranks all heads by what muting each does to the token at the cursor: piece by piece, with progress, stoppable.

Knows no widget.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import Failed, FloatArray, HeadEffects, ReadHeadEffects
from inference.intervention import Intervention

PIECE_S = 0.4
"""Seconds that one question may take about: so long does stopping take, and so long do other panels wait."""

MOST_AT_ONCE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """What is known so far.

    Args:
        position: of the row.
        token: whose probability.
        everywhere: as in `ReadHeadEffects`.
        intervention: what is muted and covered besides.
        before: its log-probability with nothing more muted.
        effects: ``float32 [layer, head]`` nats that muting a head adds to it, NaN where not known yet.
        done: how many heads are known.
    """

    position: int
    token: int
    everywhere: bool
    intervention: Intervention
    before: float
    effects: FloatArray
    done: int

    @property
    def total(self) -> int:
        """How many heads there are."""
        return int(self.effects.size)

    def largest(self, most: int) -> list[tuple[int, int, float]]:
        """Layer, head and effect of those that change most, the largest change first."""
        flat = np.nan_to_num(self.effects.reshape(-1))
        order = np.argsort(-np.abs(flat), kind="stable")[: min(most, self.done)]
        heads = self.effects.shape[1]
        return [(int(at) // heads, int(at) % heads, float(flat[at])) for at in order if flat[at]]


class HeadRanking(QObject):
    """Asks about all heads, some at a time.

    Args:
        session: whose model.
        parent: owner.
    """

    changed = Signal()
    """`ranked` or `running` changed."""

    refused = Signal(str)
    """Why it cannot be done, in a sentence."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._take_refusal)
        self._waiting: list[tuple[int, int]] = []
        self._at_once = 1
        self._asked_at = 0.0
        self._place = (0, True)
        session.muting.changed.connect(self._take_muted)
        self.running = False
        self.ranked: Ranked | None = None

    def start(self, position: int, *, everywhere: bool) -> None:
        """Rank all heads for the token that follows a row."""
        model = self._session.model
        if model is None or position < 0:
            return
        self._place = (position, everywhere)
        effects = np.full((model.layers, model.heads), np.nan, np.float32)
        self.ranked = Ranked(position, -1, everywhere, self._session.muting.intervention, 0.0, effects, 0)
        self._waiting = [(layer, head) for layer in range(model.layers) for head in range(model.heads)]
        self._at_once, self.running = 1, True
        self._ask()
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Ask no further; what is known stays."""
        self._inquiry.forget()
        if self.running:
            self.running = False
            self.changed.emit()

    @Slot()
    def forget(self) -> None:
        """What is known is about another row."""
        self.stop()
        if self.ranked is not None:
            self.ranked = None
            self.changed.emit()

    @Slot()
    def _take_muted(self) -> None:
        """What is being ranked is compared with something else from now on: from the beginning."""
        if self.running:
            self._inquiry.forget()
            position, everywhere = self._place
            self.start(position, everywhere=everywhere)

    def _ask(self) -> None:
        assert self.ranked is not None
        heads = tuple(self._waiting[: self._at_once])
        position, everywhere = self._place
        self._asked_at = time.monotonic()
        token = self._session.tokens[position + 1].id if position + 1 < len(self._session.tokens) else None
        self._inquiry.ask(
            ReadHeadEffects,
            position=position,
            token=token,
            heads=heads,
            everywhere=everywhere,
            intervention=self.ranked.intervention,
        )

    @Slot(object)
    def _take(self, found: HeadEffects) -> None:
        if not self.running or self.ranked is None:
            return
        effects = self.ranked.effects
        for (layer, head), after in zip(found.heads, found.after.tolist(), strict=True):
            effects[layer, head] = after - found.before
        del self._waiting[: len(found.heads)]
        done = effects.size - len(self._waiting)
        self.ranked = replace(
            self.ranked, token=found.token, before=found.before, effects=effects, done=int(done)
        )
        spent = max((time.monotonic() - self._asked_at) / len(found.heads), 1e-6)
        self._at_once = min(max(int(PIECE_S / spent), 1), MOST_AT_ONCE, 2 * self._at_once)
        self.running = bool(self._waiting)
        if self.running:
            self._ask()
        self.changed.emit()

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        self.running = False
        self.changed.emit()
        if failed.case != "interrupted":
            self.refused.emit(f"{failed.what} {failed.remedy}")
