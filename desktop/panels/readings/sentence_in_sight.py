"""What is known of a sentence: its text, its tokens, the word that is looked at, how far it is read.

Knows nothing about widgets or engines.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.panels.readings.words import Word
from inference.contract import Token
from inference.readings.contract import MOST_TOKENS, WordInSentence

LONGEST = 8_000
"""Characters of a sentence at most that are made into tokens: far more than `MOST_TOKENS` have."""


@dataclass(slots=True)
class SentenceInSight:
    """What is known of one sentence.

    Args:
        text: that its tokens are of, or are asked for; ``None`` before anything was.
        tokens: of it; none while they are not known.
        word: that is looked at.
        refusal: why it has no tokens, in a sentence.
    """

    text: str | None = None
    tokens: tuple[Token, ...] = ()
    word: Word | None = None
    refusal: str = ""

    @property
    def too_long(self) -> bool:
        """Whether it is longer than what is compared."""
        return len(self.text or "") > LONGEST or len(self.tokens) > MOST_TOKENS

    @property
    def asked(self) -> WordInSentence | None:
        """What the engine is asked about; ``None`` where there is nothing to ask."""
        if self.word is None or self.too_long:
            return None
        return WordInSentence(tuple(token.id for token in self.tokens), self.word.last)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the sentences are read."""

    done: int = 0
    total: int = 0
