"""Work in slices: the value at once, and answers between other things."""

from __future__ import annotations

import numpy as np

from inference.contract import Answer, Event, Query, ReadAtlas
from inference.sequence import TokenSequence
from inference.sliced_answers import SlicedAnswers
from inference.slices import Slices, finished


def counting(to: int, seen: list[int]) -> Slices[int]:
    """Counts, a number a slice."""
    for number in range(to):
        seen.append(number)
        yield
    return to


class Office:
    """Answers questions and remembers what came of them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.failures: list[tuple[str, int]] = []
        self.answers = SlicedAnswers(self.events.append, self.refuse)
        self.sequence = TokenSequence(8)
        self.sequence.replace([5, 6, 7])
        self.sequence.read = 3

    def refuse(self, error: Exception, query: Query) -> None:
        self.failures.append((str(error), query.query))


def test_all_at_once() -> None:
    seen: list[int] = []
    assert finished(counting(3, seen)) == 3
    assert seen == [0, 1, 2]


def test_a_slice_at_a_time() -> None:
    office, seen = Office(), list[int]()
    office.answers.add(ReadAtlas(4, 8), counting(2, seen), office.sequence)
    office.answers.advance(0.0)
    assert (seen, office.events) == ([0], [])
    office.answers.advance(0.0)
    office.answers.advance(0.0)
    assert office.events == [Answer(4, 2)]
    assert not office.answers.pending


def test_the_newest_question_comes_first() -> None:
    office, first, second = Office(), list[int](), list[int]()
    office.answers.add(ReadAtlas(1, 8), counting(2, first), office.sequence)
    office.answers.advance(0.0)
    office.answers.add(ReadAtlas(2, 8), counting(2, second), office.sequence)
    office.answers.advance(10.0)
    assert office.events == [Answer(2, 2), Answer(1, 2)]


def test_a_sequence_that_grew_is_still_the_same() -> None:
    office = Office()
    office.answers.add(ReadAtlas(1, 8), counting(1, []), office.sequence)
    office.sequence.append(8)
    office.sequence.read = 4
    office.answers.advance(10.0)
    assert office.events == [Answer(1, 1)]


def test_a_sequence_that_changed_gets_no_answer() -> None:
    office, seen = Office(), list[int]()
    office.answers.add(ReadAtlas(1, 8), counting(5, seen), office.sequence)
    office.answers.advance(0.0)
    office.sequence.replace([5, 9])
    office.answers.advance(10.0)
    assert (seen, office.events) == ([0], [])
    assert [query for _, query in office.failures] == [1]


def test_what_goes_wrong_is_told_with_its_question() -> None:
    def breaking() -> Slices[int]:
        yield
        raise ValueError("no")

    office = Office()
    office.answers.add(ReadAtlas(7, 8), breaking(), office.sequence)
    office.answers.advance(10.0)
    assert office.failures == [("no", 7)]
    assert not office.answers.pending


def test_all_questions_are_given_up_together() -> None:
    office, seen = Office(), list[int]()
    for number in (1, 2):
        office.answers.add(ReadAtlas(number, 8), counting(2, seen), office.sequence)
    office.answers.abandon()
    assert sorted(query for _, query in office.failures) == [1, 2]
    assert not np.any(seen)
