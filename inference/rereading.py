"""Reading a sequence: in runs as planned, and once more by another decoder in the way it was read the first time.

Knows nothing about what token IDs mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.reading_plan import ALONE, EITHER, TOGETHER, Run, plan
from inference.runtime.decoder import Decoder
from inference.sequence import TokenSequence

PATIENCE = 64
"""Tokens that are read one by one because they were so: a second or two of a small model."""

ROOM = 512
"""Positions that there is room for at first, and by which that grows."""


def read_runs(decoder: Decoder, sequence: TokenSequence, runs: Iterable[Run]) -> Iterator[int]:
    """Read parts of a sequence, in order and without gaps.

    Args:
        decoder: that reads.
        sequence: what is read, with marks of how far and how.
        runs: which, and how.

    Yields:
        Up to where the sequence is read now.

    Raises:
        Interrupted: a run was interrupted; what was yielded stays read.
        VitrineError: the runtime failed.
    """
    for run in runs:
        ids = sequence.ids[run.start : run.stop].tolist()
        if run.alone:
            for position, token in enumerate(ids, run.start):
                decoder.decode(token, position)
                sequence.alone[position] = True
                sequence.read = position + 1
                yield sequence.read
            continue
        # What is read beside has no meaning, and is overwritten by what comes next.
        for done in decoder.prefill(ids * 2 if run.beside else ids, run.start):
            read = min(run.start + done, run.stop)
            sequence.alone[sequence.read : read] = False
            sequence.read = read
            yield read


class Rereading:
    """A decoder of its own that reads what another one has read, as far as it is wanted.

    Args:
        make: makes the decoder, with room for so many positions at least. Memory that is touched here and there is
            taken in large pages, so that room nobody needs would cost as much as what is needed.
    """

    def __init__(self, make: Callable[[int], Decoder]) -> None:
        self._make = make
        self._room(ROOM)

    def _room(self, positions: int) -> None:
        """Have room for a sequence; a larger decoder reads everything anew."""
        self.decoder = self._make(-(-positions // ROOM) * ROOM)
        self._sequence = TokenSequence(self.decoder.capacity)

    def make_room(self, positions: int) -> None:
        """Have room for so many positions."""
        if positions > self.decoder.capacity:
            self._room(positions * 5 // 4)

    def forget(self) -> None:
        """Read everything anew from now on: what is muted has changed."""
        self._sequence.read = 0

    def read(self, original: TokenSequence, stop: int, *, as_it_was: bool = True) -> bool:
        """Read the first tokens of a sequence.

        Args:
            original: what was read.
            stop: one past the last that is wanted.
            as_it_was: whether tokens that were read one by one are so again, where they are `PATIENCE` at most.

        Returns:
            Whether all of them are read as they were.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the runtime failed.
        """
        exact = self._take(original, stop, as_it_was=as_it_was)
        for _ in read_runs(self.decoder, self._sequence, self._plan(stop)):
            pass
        return exact

    def rows(
        self, original: TokenSequence, start: int, stop: int, watched: tuple[str, ...]
    ) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
        """Read some tokens, with values of the graph as they come out.

        Args:
            original: what was read.
            start: first position that is wanted; what is before it is read without looking.
            stop: one past the last.
            watched: names of outputs of the graph.

        Yields:
            How many tokens a run read, and what it put out: an axis of tokens may hold one more, of no meaning.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the runtime failed.
        """
        self.make_room(stop)
        self.decoder.watch(())
        self.read(original, start)
        self._take(original, stop, as_it_was=True)
        self._sequence.read = min(self._sequence.read, start)
        self.decoder.watch(watched)
        try:
            read = start
            for done in read_runs(self.decoder, self._sequence, self._plan(stop)):
                yield done - read, self.decoder.last_values()
                read = done
        finally:
            self.decoder.watch(())

    def _take(self, original: TokenSequence, stop: int, *, as_it_was: bool) -> bool:
        self.make_room(stop)
        ids = original.ids[:stop]
        wanted = np.where(original.alone[:stop], ALONE, TOGETHER).astype(np.int8)
        left = int(np.count_nonzero(wanted[self._sequence.shared(ids, wanted) :] == ALONE))
        exact = as_it_was and left <= PATIENCE
        self._wanted = wanted if exact else np.full(stop, EITHER, np.int8)
        self._sequence.replace(ids.tolist(), self._wanted)
        return exact

    def _plan(self, stop: int) -> Iterator[Run]:
        decoder = self.decoder
        return plan(self._wanted[:stop], self._sequence.read, decoder.capacity, decoder.in_parts)
