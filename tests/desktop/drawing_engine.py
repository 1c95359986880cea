"""A scripted engine that throws its dice: what it writes follows from seed and settings, as with a real model.

Its distributions depend on the last token alone: eight words can follow any token, with the same eight logits.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from inference.contract import Event, Step
from inference.sampling.chain import run_chain
from inference.sampling.draw import draw_at, pick
from tests.desktop.scripted_engine import FIRST_BYTE, STOP, VOCABULARY, WORDS, ScriptedEngine

LOGITS = (2.0, 1.5, 1.0, 0.5, 0.0, -0.5, -1.0, -1.5)
"""Of the words that can follow, the most probable first."""

IMPOSSIBLE = -60.0
FIRST_WORD = FIRST_BYTE + 256 + len(WORDS)
"""The first word with a space before it."""


class DrawingEngine(ScriptedEngine):
    """Writes replies of a fixed length.

    Args:
        length: tokens of a reply, before the one that ends it.
        automatic: as in `ScriptedEngine`.
    """

    def __init__(self, length: int = 12, automatic: bool = True) -> None:
        super().__init__(automatic=automatic)
        self.length = length
        self.begun = 0

    def followers(self, token: int) -> list[int]:
        """IDs of the words that can follow a token, the most probable first."""
        return [FIRST_WORD + (token * 11 + step) % len(WORDS) for step in range(len(LOGITS))]

    def logits(self, row: int) -> np.ndarray:
        """``float32 [vocabulary]``: the words that follow the token there, or the end of the reply."""
        logits = np.full(len(VOCABULARY), IMPOSSIBLE, np.float32)
        if row + 1 >= self.begun + self.length:
            logits[STOP] = 10.0
        else:
            logits[self.followers(self.ids[row])] = LOGITS
        return logits

    def post(self, event: Event) -> None:
        """The draw of a step is the one that chose it."""
        if isinstance(event, Step) and self._generate is not None:
            event = replace(event, draw=draw_at(self._generate.seed, event.position))
        super().post(event)

    def _write(self) -> None:
        assert self._generate is not None
        if not self._written:
            self.begun = len(self.ids) - len(self._generate.written)
        row = len(self.ids) - 1
        result = run_chain(self.logits(row), np.array(self.ids), self._settings)
        number = pick(result, draw_at(self._generate.seed, row + 1))
        self._script = deque([(number, "final")] if number == STOP else [(number, "final"), (STOP, "final")])
        super()._write()
