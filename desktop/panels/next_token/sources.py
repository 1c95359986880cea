"""The rows of the next-token list: the whole vocabulary, what a search found, or what a step brings along.

Knows nothing about painting or the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from desktop.panels.next_token.reading import Reading
from desktop.plots.bar_rows import Bar
from inference.contract import Candidate
from inference.sampling.chain import MASKED, ChainResult
from inference.sampling.distribution import IntArray

ShowPiece: TypeAlias = Callable[[int], str]
"""A token's text with what is invisible made visible."""

BEFORE_ALL = -1
"""In place of a stage's index: the model's own distribution, before any stage."""


class WholeVocabulary:
    """Every token the model did not mask, in the model's own order.

    The order does not depend on the settings: rows stay where they are while a slider moves.

    Args:
        reading: the model's distribution.
        result: what the chain made of it.
        stage: index of the stage after which probabilities are given, or `BEFORE_ALL`.
        labels: names for people of the stages, in order, and last that of the model's own mask.
        show_piece: gives the text of a token.
        special_ids: IDs of control tokens.
    """

    def __init__(
        self,
        reading: Reading,
        result: ChainResult,
        stage: int,
        labels: Sequence[str],
        show_piece: ShowPiece,
        special_ids: frozenset[int],
    ) -> None:
        self._reading = reading
        self._result = result
        self._stage = stage
        self._labels = labels
        self._show_piece = show_piece
        self._special_ids = special_ids
        self._after = reading.raw if stage == BEFORE_ALL else result.stages[stage].candidates
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._reading.raw)

    def bars(self, start: int, stop: int) -> Sequence[Bar]:
        """The tokens at ranks start + 1 … stop."""
        return self.bars_of(self._reading.ids(max(start, 0), stop))

    def place_of(self, token: int) -> int:
        """Its rank less one."""
        if not 0 <= token < self._reading.logits.size:
            return -1
        if token not in self._places:
            self._places[token] = self._reading.rank_of(token) - 1
        return self._places[token]

    def bar_of(self, token: int) -> Bar | None:
        """Any token's record."""
        if not 0 <= token < self._reading.logits.size:
            return None
        return self.bars_of(np.array([token]))[0]

    def bars_of(self, ids: IntArray) -> list[Bar]:
        """The records of some tokens.

        Args:
            ids: ``int64 [n]``.
        """
        before = self._reading.raw.probability_of(ids)
        after = self._after.probability_of(ids)
        removed = self._result.removed_by(ids)
        logits = self._reading.logits[ids]
        return [
            Bar(
                id=int(token),
                rank=self.place_of(int(token)) + 1,
                piece=self._show_piece(int(token)),
                special=int(token) in self._special_ids,
                logit=float(logits[row]),
                before=float(before[row]),
                after=float(after[row]),
                removed_by=self._remover(int(removed[row])),
            )
            for row, token in enumerate(ids)
        ]

    def _remover(self, code: int) -> str | None:
        if code == MASKED:
            return self._labels[-1]
        return self._labels[code] if code <= self._stage else None


class Found:
    """Some tokens of a vocabulary, the most probable first.

    Args:
        whole: the vocabulary they belong to.
        ids: ``int64 [n]`` in the order of the rows.
    """

    def __init__(self, whole: WholeVocabulary, ids: IntArray) -> None:
        self._whole = whole
        self._ids = ids

    def __len__(self) -> int:
        return len(self._ids)

    def bars(self, start: int, stop: int) -> Sequence[Bar]:
        """The rows [start, stop)."""
        return self._whole.bars_of(self._ids[max(start, 0) : stop])

    def place_of(self, token: int) -> int:
        """Its row among those found."""
        places = np.flatnonzero(self._ids == token)
        return int(places[0]) if len(places) else -1

    def bar_of(self, token: int) -> Bar | None:
        """Any token's record, found or not."""
        return self._whole.bar_of(token)


class Sketch:
    """The most probable tokens as a step brings them along, for the time until the whole row is read.

    Args:
        top: of the step, the most probable first.
        processed: whether its probabilities after the chain are those of the present settings.
        labels: names for people of the stages, by their stable names.
        show_piece: gives the text of a token.
        special_ids: IDs of control tokens.
    """

    def __init__(
        self,
        top: Sequence[Candidate],
        processed: bool,
        labels: dict[str, str],
        show_piece: ShowPiece,
        special_ids: frozenset[int],
    ) -> None:
        self._bars = [
            Bar(
                id=candidate.id,
                rank=row + 1,
                piece=show_piece(candidate.id),
                special=candidate.id in special_ids,
                logit=None,
                before=candidate.p,
                after=candidate.processed_p if processed else None,
                removed_by=labels.get(candidate.removed_by or "") if processed else None,
            )
            for row, candidate in enumerate(top)
        ]
        self._places = {bar.id: row for row, bar in enumerate(self._bars)}

    def __len__(self) -> int:
        return len(self._bars)

    def bars(self, start: int, stop: int) -> Sequence[Bar]:
        """The rows [start, stop)."""
        return self._bars[max(start, 0) : stop]

    def place_of(self, token: int) -> int:
        """Its row, -1 if it is not among the most probable."""
        return self._places.get(token, -1)

    def bar_of(self, token: int) -> Bar | None:
        """Its record if it is among the most probable."""
        place = self.place_of(token)
        return self._bars[place] if place >= 0 else None
