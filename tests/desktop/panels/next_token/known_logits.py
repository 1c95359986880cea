"""A distribution whose numbers can be checked by hand: 1/2, 1/4, 1/8, 1/8 on four words, nothing else possible.

Knows nothing about panels.
"""

from __future__ import annotations

import numpy as np

from tests.desktop.scripted_engine import IDS, STOP, VOCABULARY, ScriptedEngine

BLUE, RED, SKY, THE = (IDS[piece] for piece in (b" blue", b" red", b" sky", b" the"))
HALVES = {BLUE: 0.5, RED: 0.25, SKY: 0.125, THE: 0.125}
"""In the model's order: of the two equals the lower ID comes first."""

FIRST_EIGHTH, SECOND_EIGHTH = sorted((SKY, THE))


def known_logits(row: int = 0) -> np.ndarray:
    """``float32 [vocabulary]`` natural logarithms of `HALVES`; the model masks all other tokens."""
    logits = np.full(len(VOCABULARY), -np.inf, np.float32)
    for token, p in HALVES.items():
        logits[token] = np.log(p)
    return logits


class KnownEngine(ScriptedEngine):
    """A scripted engine that predicts `HALVES` everywhere but where it ends its reply “ blue red blue”.

    Without sampling settings the draws of these three are ¼, ⅝ and ¼: the middle of each token's share.
    """

    def __init__(self) -> None:
        super().__init__(replies=(" blue red blue",))

    def logits(self, row: int) -> np.ndarray:
        """The known ones; at the end of the reply the token that ends it is possible too."""
        logits = known_logits()
        following = self._script[0] if self._script else STOP
        if self._chosen.get(row + 1, following if row + 1 >= len(self.ids) else -1) == STOP:
            logits[STOP] = 0.0
        return logits
