"""Reading the rows that a reply is written from: one by one, or several at once with guesses of what comes next.

Knows nothing about logits, settings or draws: which token stands where is told to it.

Kernels for one row round differently from those for several, while among several their number makes no difference
(`inference.reading_plan`; `inference.steadiness` makes sure of it). So whoever guesses reads at least two rows every
time, with a row that nobody wants where there is no guess: every number is then the same as if nothing were ever
guessed, bit for bit, and a wrong guess is overwritten.
"""

from __future__ import annotations

import time
from typing import Protocol

from inference.guessing import Guesser
from inference.runtime.decoder import Decoder
from inference.sequence import TokenSequence


class RowReader(Protocol):
    """Has the model read rows, and says what that took."""

    alone: bool
    """Whether each token is read in a run of its own."""
    capture_ms: float
    """How much of the last reading went into keeping what was captured; 0 where that is not told apart."""

    def read(self, may_guess: bool) -> float:
        """Have the last token of the sequence read, unless it was.

        Args:
            may_guess: whether the next token is not known already.

        Returns:
            Milliseconds that it took now.

        Raises:
            Interrupted: the run was interrupted; nothing was read.
            VitrineError: the runtime failed.
        """
        ...

    def settle(self) -> tuple[bool, float]:
        """Take note of the token that was added to the sequence.

        Returns:
            Whether it had been guessed, and milliseconds of reading that it is charged with.
        """
        ...


class OneByOne:
    """Every token is read in a run of its own.

    Args:
        decoder: the model.
        sequence: whose last token at most is not read.
    """

    alone = True

    def __init__(self, decoder: Decoder, sequence: TokenSequence) -> None:
        self._decoder, self._sequence = decoder, sequence
        self._spent = 0.0
        self.capture_ms = 0.0

    def read(self, may_guess: bool) -> float:
        """As `RowReader.read`."""
        sequence, last = self._sequence, len(self._sequence) - 1
        started = time.perf_counter()
        self.capture_ms = 0.0
        if sequence.read == last:
            self._decoder.decode(int(sequence.ids[last]), last)
            self.capture_ms = self._decoder.capture_ms
            sequence.alone[last] = True
            sequence.read = last + 1
        self._spent = (time.perf_counter() - started) * 1000
        return self._spent

    def settle(self) -> tuple[bool, float]:
        """As `RowReader.settle`."""
        return False, self._spent


class WithGuesses:
    """A token is read together with guesses of those that come next, or with a row that nobody wants.

    Each token is charged with its share of the run that its row was read in; rows that nobody wanted are charged to
    the token that proved so.

    Args:
        decoder: a model that can read several tokens after others.
        sequence: whose last token at most is not read.
        guesser: guesses; it has seen no other sequence.
    """

    alone = False

    def __init__(self, decoder: Decoder, sequence: TokenSequence, guesser: Guesser) -> None:
        self._decoder, self._sequence, self._guesser = decoder, sequence, guesser
        self._ahead: list[int] = []
        """Guesses whose rows are read and that no token was compared with yet."""
        self._guessed = 0
        self._run = 0
        self._rows = 0
        """Rows of the last run that nobody was charged with."""
        self._share = 0.0
        self.capture_ms = 0.0

    def read(self, may_guess: bool) -> float:
        """As `RowReader.read`."""
        sequence, last = self._sequence, len(self._sequence) - 1
        if sequence.read > last:
            return 0.0
        # At least one more row fits: nobody writes to a sequence that is full.
        room = self._decoder.capacity - 1 - last
        guesses = self._guesser.guess(sequence.ids, room) if may_guess else []
        token = int(sequence.ids[last])
        rows = [token, *(guesses or [token])]
        started = time.perf_counter()
        for _ in self._decoder.prefill(rows, last):
            pass
        spent = (time.perf_counter() - started) * 1000
        sequence.alone[last] = False
        sequence.read = last + 1
        self._ahead, self._guessed, self._run = guesses, len(guesses), self._decoder.runs
        self._rows, self._share = len(rows), spent / len(rows)
        return spent

    def settle(self) -> tuple[bool, float]:
        """As `RowReader.settle`."""
        sequence, position = self._sequence, len(self._sequence) - 1
        used = min(self._rows, 1)
        # Whoever had the model read something else meanwhile has overwritten what was read ahead.
        ahead = self._ahead if self._decoder.runs == self._run and sequence.read == position else []
        guessed = bool(ahead) and ahead[0] == int(sequence.ids[position])
        if guessed:
            ahead.pop(0)
            sequence.alone[position] = False
            sequence.read = position + 1
        elif self._guessed:
            self._guesser.learn(self._guessed, self._guessed - len(self._ahead))
            self._ahead, self._guessed = [], 0
        if not guessed:
            used = self._rows
        self._rows -= used
        return guessed, used * self._share
