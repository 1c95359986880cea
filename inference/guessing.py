"""Guesses of the next tokens, looked up in the sequence itself: what followed its last tokens when they stood there.

Knows no model: token IDs only. Whether a guess is right is for others to check; a wrong one costs nothing but time.

Prompt-lookup decoding (Saxena, 2023) over an index that grows with the sequence: a guess costs a few look-ups in
dictionaries, however long the sequence is.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LONGEST_SUFFIX: Final = 6
"""Last tokens that are looked up, at most."""

MOST_GUESSES: Final = 8
"""Guesses made at once, at most: with each, reading them costs a little more."""

FEWEST_GUESSES: Final = 2
FIRST_GUESSES: Final = 3


class SuffixIndex:
    """Where every stretch of up to `LONGEST_SUFFIX` tokens stood last, for the stretch that a sequence ends with."""

    def __init__(self) -> None:
        self._after: list[dict[tuple[int, ...], int]] = [{} for _ in range(LONGEST_SUFFIX)]
        """By length - 1: stretch to the position behind it, where it stood last."""
        self._ids: list[int] = []

    def extend(self, ids: NDArray[np.int64]) -> None:
        """Know more of the sequence.

        Args:
            ids: ``int64 [tokens]`` all of it; what was there before must still be its beginning.
        """
        for token in ids[len(self._ids) :].tolist():
            # What stands behind a stretch is known with the next token; until then it is only looked up.
            behind = len(self._ids)
            for length in range(1, min(behind, LONGEST_SUFFIX) + 1):
                self._after[length - 1][tuple(self._ids[behind - length :])] = behind
            self._ids.append(token)

    def longest(self) -> tuple[int, int]:
        """The longest stretch at the end that stood before.

        Returns:
            Its length, 0 for none, and the position behind where it stood last.
        """
        count = len(self._ids)
        for length in range(min(count, LONGEST_SUFFIX), 0, -1):
            behind = self._after[length - 1].get(tuple(self._ids[count - length :]))
            if behind is not None:
                return length, behind
        return 0, 0

    def following(self, position: int, count: int) -> list[int]:
        """The tokens from a position on, as if they went on and on where the sequence ends."""
        period = self._ids[position:]
        return [period[at % len(period)] for at in range(count)]


class Guesser:
    """Guesses tokens, and how many it is worth to guess at a time.

    All guesses right: twice as many next. One wrong: one more than were right. A single token that stood there before
    says little: one guess.
    """

    def __init__(self) -> None:
        self._index = SuffixIndex()
        self._count = FIRST_GUESSES

    def guess(self, ids: NDArray[np.int64], room: int) -> list[int]:
        """Guess what comes next.

        Args:
            ids: ``int64 [tokens]`` the sequence; longer than the last time by what was written since.
            room: guesses at most.

        Returns:
            Token IDs, none where the last token is new.
        """
        self._index.extend(ids)
        length, position = self._index.longest()
        count = 0 if length == 0 else 1 if length == 1 else self._count
        return self._index.following(position, min(count, room))

    def learn(self, guessed: int, right: int) -> None:
        """Know how many of the guesses were right, from the first on."""
        if right < guessed:
            self._count = max(FEWEST_GUESSES, right + 1)
        elif guessed >= self._count:
            self._count = min(MOST_GUESSES, 2 * guessed)
