"""The ground behind each token: its probability, the attention it gets, or nothing.

Knows nothing about layouts: it is asked for the colour of positions.
"""

from __future__ import annotations

import math
from enum import Enum

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor

from desktop import colour_maps, theme
from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import AttentionRows, FloatArray, ReadAttention

FAINTEST_WEIGHT = 0.004
"""Attention below this leaves a token untinted."""


class TintMode(Enum):
    """What the ground of a token says."""

    NONE = "none"
    """Nothing."""

    PROBABILITY = "probability"
    """How probable the model thought the token: of what it wrote."""

    ATTENTION = "attention"
    """How much the row at the cursor looked at the token, with the chosen head."""


class Tint(QObject):
    """Colours by position.

    Args:
        session: whose tokens are tinted.
        parent: owner.
    """

    changed = Signal()
    """Other colours: repaint."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._mode = TintMode.PROBABILITY
        self._weights: FloatArray | None = None
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take_weights)
        session.cursor_changed.connect(self._ask)
        session.head_changed.connect(self._ask)
        session.model_changed.connect(self._forget)
        session.tokens_reset.connect(self._forget)
        session.statistics_changed.connect(self.changed)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def mode(self) -> TintMode:
        """What the ground says."""
        return self._mode

    def choose(self, mode: TintMode) -> None:
        """Say something else."""
        if mode is not self._mode:
            self._mode = mode
            self._ask()
            self.changed.emit()

    def of_reply(self, start: int, stop: int) -> QColor | None:
        """The ground of a unit of a reply, by its first position and one past its last."""
        if self._mode is TintMode.PROBABILITY:
            logprobs = self._session.logprobs
            if not 0 <= start < len(logprobs):
                return None
            surprise = float(logprobs[start] if stop == start + 1 else logprobs[start:stop].sum())
            return None if math.isnan(surprise) else self._probabilities[round(math.exp(surprise) * 255)]
        return self.of_message(start, stop)

    def of_message(self, start: int, stop: int) -> QColor | None:
        """The ground of a unit of what a person said."""
        if self._mode is not TintMode.ATTENTION or self._weights is None or start < 0:
            return None
        weight = float(self._weights[start:stop].sum())
        if weight < FAINTEST_WEIGHT:
            return None
        return self._attention[round(min(math.sqrt(weight / self._strongest), 1.0) * 255)]

    @Slot()
    def _dress(self) -> None:
        palette = theme.current()
        self._probabilities = _colours(colour_maps.probability(palette))
        self._attention = _colours(colour_maps.attention_ground(palette))

    @Slot()
    def _forget(self) -> None:
        self._weights = None
        self._ask()
        self.changed.emit()

    @Slot()
    def _ask(self) -> None:
        session = self._session
        row = session.row
        wanted = self._mode is TintMode.ATTENTION and not session.attention_refusal
        if wanted and row >= 0 and session.layer >= 0:
            self._inquiry.ask(
                ReadAttention,
                layer=session.layer,
                head=session.head,
                start=row,
                stop=row + 1,
            )

    @Slot(object)
    def _take_weights(self, rows: AttentionRows) -> None:
        self._weights = rows.weights[-1]
        # The first token is where heads park the weight they have no use for; it would dim all others.
        others = self._weights[1:]
        self._strongest = max(float(np.max(others, initial=0.0)), FAINTEST_WEIGHT)
        self.changed.emit()


def _colours(table: colour_maps.Table) -> list[QColor]:
    return [QColor(red, green, blue) for red, green, blue, _ in table.tolist()]
