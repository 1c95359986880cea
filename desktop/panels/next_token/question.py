"""What a person asks with a word: which tokens it can be, which of them is meant, and why it was not chosen.

Knows nothing about painting, nor how the answer is put into words.
"""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.panels.next_token.scene import Scene
from desktop.panels.next_token.vocabulary import Vocabulary
from desktop.panels.next_token.vocabulary_search import spoken_text, token_id
from desktop.panels.next_token.word import WordReader
from desktop.session import Session
from inference.sampling.crossing import Trials
from inference.sampling.needs import Inquest
from inference.sampling.settings import SamplingSettings
from inference.sampling.why_not import WhyNot, ask_why_not

TURN_MS = 4.0
"""So long is the chain tried at a stretch; the window gets its turn in between."""


class Question(QObject):
    """A word, the token of it that is asked about, and the answer at the token of a scene.

    Args:
        session: whose engine makes tokens of the word.
        parent: owner.
    """

    changed = Signal()
    """Anything below changed."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._scene: Scene | None = None
        self._vocabulary = Vocabulary(None)
        self._chosen: tuple[int, ...] | None = None
        self._trials: Trials[WhyNot] | None = None
        self._asked: tuple[Scene, int] | None = None
        self._return: tuple[SamplingSettings, SamplingSettings] | None = None
        self._reader = WordReader(session, self)
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._go_on)
        self._reader.changed.connect(self._ask)
        self.answer: WhyNot | None = None
        """The newest complete answer; while another is being found it is still this one."""
        self.answered_in: Scene | None = None
        """The scene that the answer is about."""

    # ------------------------------------------------------------ what is known

    @property
    def refusal(self) -> str:
        """Why there are no tokens, in a sentence; empty if there are."""
        return self._reader.refusal

    @property
    def spellings(self) -> tuple[tuple[int, ...], ...]:
        """Token IDs of what the word can be, one spelling each; the one chosen in the list comes last."""
        if not self._text:
            return ()
        known = [*self._control_token(), *self._reader.spellings, *self._token_by_id()]
        if self._chosen is not None:
            known.append(self._chosen)
        return tuple(dict.fromkeys(known))

    @property
    def meant(self) -> tuple[int, ...]:
        """The spelling that is asked about; empty while there is none."""
        if self._chosen is not None:
            return self._chosen
        if not self._reader.done or not self.spellings:
            return ()
        words, by_id = self._reader.spellings, self._token_by_id()
        if by_id and all(len(word) > 1 for word in words):
            return by_id[0]
        result = self._scene.result if self._scene is not None else None
        if result is None or not words or self._control_token() or spoken_text(self._text).startswith(" "):
            return self.spellings[0]
        # The model knows best whether a space belongs before the word here.
        chances = result.raw.probability_of(np.array([word[0] for word in words]))
        return words[int(chances.argmax())]

    @property
    def settled(self) -> bool:
        """Whether what is answered is what is asked; until then the answer is still about something before."""
        known = self._reader.done or bool(self.refusal)
        return known and self._trials is None and (self.answer is None or self.answered_in is self._scene)

    @property
    def way_back(self) -> SamplingSettings | None:
        """The settings before those that were applied from here, as long as nothing else changed them."""
        if self._return is None or self._scene is None or self._scene.settings != self._return[1]:
            return None
        return self._return[0]

    # ------------------------------------------------------------ what is asked

    def ask(self, text: str, scene: Scene | None, vocabulary: Vocabulary) -> None:
        """Ask about a word at the token of a scene.

        Args:
            text: as typed; empty for no word.
            scene: the token, its settings and dice; ``None`` while there is none.
            vocabulary: of the model.
        """
        if text != self._text or vocabulary is not self._vocabulary:
            self._text, self._vocabulary, self._chosen = text, vocabulary, None
            self._reader.read(text)
        self._scene = scene
        self._ask()

    def choose(self, spelling: tuple[int, ...]) -> None:
        """Ask about another spelling, or a token of the list."""
        self._chosen = spelling
        self._ask()

    def remember(self, applied: SamplingSettings) -> None:
        """Settings are going to be applied from here: the present ones are the way back."""
        if self._scene is not None:
            self._return = (self._scene.settings, applied)

    def rest(self) -> None:
        """Do nothing until asked again."""
        self._turn.stop()
        self._trials = self._asked = None

    # ------------------------------------------------------------ within

    def _control_token(self) -> list[tuple[int, ...]]:
        """The control token that has the text for its name, if there is one: as a word it would be something else."""
        name, pieces = self._text.encode("utf-8", "replace"), self._vocabulary
        return [(token,) for token in sorted(pieces.special_ids) if pieces.bytes_of(token) == name]

    def _token_by_id(self) -> list[tuple[int, ...]]:
        token = token_id(self._text, self._vocabulary.size)
        return [] if token is None else [(token,)]

    @Slot()
    def _ask(self) -> None:
        scene, meant = self._scene, self.meant
        if not self._text or self.refusal or (self._reader.done and not meant):
            self.rest()
            self.answer = self.answered_in = None
            self.changed.emit()
            return
        if scene is None or scene.result is None or not meant:
            return
        if self._asked == (scene, meant[0]):
            if self._trials is None:
                self.changed.emit()  # The answer is the same, the rest of the word may be another.
            return
        self._asked = (scene, meant[0])
        inquest = Inquest(scene.result, scene.settings, scene.moment.history, meant[0])
        self._trials = ask_why_not(inquest, scene.moment.draw)
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        """Try on until the answer is there or the turn is over."""
        until = time.perf_counter() + TURN_MS / 1000
        while self._trials is not None:
            try:
                next(self._trials)
            except StopIteration as end:
                self._trials = None
                self.answer = end.value
                self.answered_in = self._asked[0] if self._asked is not None else None
                self.changed.emit()
                return
            if time.perf_counter() > until:
                self._turn.start()
                return
