"""What is muted in the model from the next reply on, and what the shown sequence was read under.

Knows no widget and no engine; the session says when its model or its tokens are others.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from inference.contract import Loaded, Token
from inference.intervention import NOTHING, Intervention


class Muting(QObject):
    """The intervention that a person has chosen.

    Heads and blocks stay muted until they are not, or another model comes; words are covered as long as they stand
    where they stood.

    Args:
        parent: owner.
    """

    changed = Signal()
    """`intervention` changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.intervention = NOTHING
        """What the next reply is written under."""
        self.read_under = NOTHING
        """What the engine's present sequence was read under."""
        self._model = ""
        self._words: dict[int, int] = {}

    def mute(self, intervention: Intervention, tokens: list[Token]) -> None:
        """Choose what is muted and covered.

        Args:
            intervention: from now on.
            tokens: the sequence that is shown.
        """
        covered = tuple(one for one in intervention.covered if one < len(tokens))
        intervention = replace(intervention, covered=covered)
        self._words = {one: tokens[one].id for one in covered}
        if intervention != self.intervention:
            self.intervention = intervention
            self.changed.emit()

    def take_model(self, model: Loaded) -> None:
        """Forget heads and blocks of another model."""
        if model.folder != self._model:
            self._model = model.folder
            self.read_under = NOTHING
            self.mute(NOTHING, [])

    def take_tokens(self, tokens: list[Token]) -> None:
        """Uncover what is no longer the word that was covered."""
        kept = [at for at, word in self._words.items() if at < len(tokens) and tokens[at].id == word]
        if len(kept) < len(self._words):
            self.mute(replace(self.intervention, covered=tuple(sorted(kept))), tokens)
