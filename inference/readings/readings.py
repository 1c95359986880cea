"""Answers about a word in two sentences: how alike its vectors are, what it looks at and what it is near.

Knows nothing about the conversation, whose captures and cache it never touches. Nothing is opened before somebody
asks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inference.inside.looking import Looking
from inference.intervention import NOTHING
from inference.readings.contract import (
    MOST_TOKENS,
    CompareReadings,
    ReadingsQuery,
    ReadWordAtPoint,
    Similarity,
    VectorAtPoint,
    WordAtPoint,
    WordInSentence,
)
from inference.readings.nearest import Nearest, Vocabulary
from inference.readings.sentence_reading import SentenceReading
from inference.readings.similarity import Sentence, compare
from inference.runtime.instrument import Instrument
from models.errors import VitrineError

Patience = Callable[[], bool]
"""Whether what takes long may go on."""

_NO_COSINES = np.zeros(0, np.float32)


class Readings:
    """The two sentences that were asked about last.

    Args:
        instrument: of the model.
    """

    def __init__(self, instrument: Instrument) -> None:
        self._looking = Looking(instrument, NOTHING)
        self._vocabulary = Vocabulary(self._looking)
        self._read: dict[tuple[int, ...], SentenceReading] = {}

    def answer(self, query: ReadingsQuery, patience: Patience) -> Similarity | WordAtPoint:
        """The answer to a question; of a comparison as far as there is patience.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: a sentence cannot be read, or the stream not be followed.
        """
        for word in (query.first, query.second):
            self._check(word)
        self._make_room_for({query.first.ids, query.second.ids})
        match query:
            case CompareReadings():
                return self._similarity(query.first, query.second, patience)
            case ReadWordAtPoint():
                return self._at_point(query)

    # ------------------------------------------------------------ sentences

    def _check(self, word: WordInSentence) -> None:
        facts = self._looking.instrument.bundle.facts
        most = min(MOST_TOKENS, facts.context)
        if not word.ids:
            raise VitrineError("empty-sentence", "One of the sentences is empty.", "Type both.")
        if len(word.ids) > most:
            raise VitrineError(
                "sentence-too-long",
                f"One of the sentences has {len(word.ids):,} tokens; {most:,} are the most that are compared.",
                "Shorten it.",
            )
        if not 0 <= word.position < len(word.ids):
            raise VitrineError(
                "no-such-token",
                f"There is no token {word.position} in a sentence of {len(word.ids)}.",
                "Choose one of its tokens.",
            )
        for token in word.ids:
            if not 0 <= token < facts.vocabulary:
                raise VitrineError(
                    "token-id-out-of-range",
                    f"There is no token {token}: this model's vocabulary is 0 to {facts.vocabulary - 1:,}.",
                    "Use IDs of this model.",
                )

    def _make_room_for(self, wanted: set[tuple[int, ...]]) -> None:
        self._read = {ids: reading for ids, reading in self._read.items() if ids in wanted}

    def _reading_of(self, ids: tuple[int, ...]) -> SentenceReading:
        if ids not in self._read:
            points = self._looking.graph.points
            decoder = self._looking.instrument.decoder(capture=True, capacity=MOST_TOKENS)
            self._read[ids] = SentenceReading(ids, decoder, points)
        return self._read[ids]

    # ------------------------------------------------------------ answers

    def _similarity(self, first: WordInSentence, second: WordInSentence, patience: Patience) -> Similarity:
        readings = [self._reading_of(word.ids) for word in (first, second)]
        for reading in readings:
            if not reading.complete:
                reading.read(patience)
                if not patience():
                    break
        done, total = sum(one.done for one in readings), sum(len(one.ids) for one in readings)
        if done < total:
            return Similarity(done, total, *[_NO_COSINES] * 4)
        found = compare(_sentence(readings[0], first), _sentence(readings[1], second))
        return Similarity(done, total, found.word, found.centred, found.others, found.others_centred)

    def _at_point(self, query: ReadWordAtPoint) -> WordAtPoint:
        words = (query.first, query.second)
        points = len(self._looking.graph.points) + 1
        if not 0 <= query.point < points:
            raise VitrineError(
                "no-such-point", f"There is no point {query.point}.", f"Choose one from 0 to {points - 1}."
            )
        readings = [self._reading_of(word.ids) for word in words]
        for reading in readings:
            reading.read(lambda: True)
        nearest = self._nearest(query, readings)
        layer = query.point - 1
        attends = 0 <= layer < points - 2
        one, other = (
            VectorAtPoint(
                reading.attention(layer, word.position)
                if attends
                else np.zeros((0, word.position + 1), np.float32),
                near.ids,
                near.values,
            )
            for reading, word, near in zip(readings, words, nearest, strict=True)
        )
        return WordAtPoint(query.point, query.nearness, one, other)

    def _nearest(self, query: ReadWordAtPoint, readings: list[SentenceReading]) -> list[Nearest]:
        places = list(zip(readings, (query.first.position, query.second.position), strict=True))
        states = np.stack([reading.states[query.point, position] for reading, position in places])
        if query.nearness == "embedding":
            return self._vocabulary.by_embedding(states, readings[0].dtype)
        ends, hidden = (
            np.stack([reading.states[point, position] for reading, position in places]) for point in (-2, -1)
        )
        if query.point == len(readings[0].states) - 1:
            return self._vocabulary.by_head(hidden)
        norm = self._looking.final_norm(readings[0].dtype)
        # Of the same run: what the norm makes of the stream's end has to be what the model made of it.
        self._looking.check_same(norm.states(ends), hidden)
        return self._vocabulary.by_head(norm.states(states))


def _sentence(reading: SentenceReading, word: WordInSentence) -> Sentence:
    return Sentence(reading.ids, reading.states, word.position)
