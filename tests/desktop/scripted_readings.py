"""What the scripted engine says of two readings: formulas that a test can work out by hand.

Knows nothing about panels.
"""

from __future__ import annotations

import numpy as np

from inference.readings.contract import (
    CompareReadings,
    ReadingsQuery,
    ReadWordAtPoint,
    Similarity,
    VectorAtPoint,
    WordAtPoint,
    WordInSentence,
)


def scripted_reading(query: ReadingsQuery, layers: int, heads: int, done: int) -> Similarity | WordAtPoint:
    """What is answered; of a comparison as far as so many tokens are read."""
    if isinstance(query, CompareReadings):
        return _similarity(query, layers, done)
    return _at_point(query, layers, heads)


def _similarity(query: CompareReadings, layers: int, done: int) -> Similarity:
    """From 1 down to 0.5 in even steps, without the mean to 0; others 0.25 throughout, and -0.1."""
    points, nothing = layers + 2, np.zeros(0, np.float32)
    total = len(query.first.ids) + len(query.second.ids)
    if done < total:
        return Similarity(done, total, nothing, nothing, nothing, nothing)
    same = query.first.ids[query.first.position] == query.second.ids[query.second.position]
    start = 1.0 if same else 0.75
    return Similarity(
        total,
        total,
        np.linspace(start, 0.5, points, dtype=np.float32),
        np.linspace(start, 0.0, points, dtype=np.float32),
        np.full(points, 0.25, np.float32),
        np.full(points, -0.1, np.float32),
    )


def _at_point(query: ReadWordAtPoint, layers: int, heads: int) -> WordAtPoint:
    """Head h looks h + 1 times as much at its own token as at each other.

    At point p the nearest to the first are 300 + 10 p and the nine that follow, to the second 305 + 10 p and so on.
    """
    attends = 0 < query.point <= layers

    def of(word: WordInSentence, first: int) -> VectorAtPoint:
        weights = np.ones((heads if attends else 0, word.position + 1), np.float32)
        weights[:, -1] = np.arange(1, len(weights) + 1)
        values = 0.5 ** np.arange(1, 11, dtype=np.float32)
        return VectorAtPoint(
            weights / weights.sum(axis=1, keepdims=True), np.arange(first, first + 10), values
        )

    first = 300 + 10 * query.point
    return WordAtPoint(query.point, query.nearness, of(query.first, first), of(query.second, first + 5))
