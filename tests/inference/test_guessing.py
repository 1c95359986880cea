"""Guesses: what stands behind the longest stretch that was there before, and how many at a time."""

from __future__ import annotations

import numpy as np
import pytest

from inference.guessing import FIRST_GUESSES, LONGEST_SUFFIX, MOST_GUESSES, Guesser, SuffixIndex


def ids(*tokens: int) -> np.ndarray:
    return np.array(tokens, np.int64)


def guesses(*tokens: int, room: int = 100) -> list[int]:
    return Guesser().guess(ids(*tokens), room)


def test_what_followed_the_last_tokens_is_guessed() -> None:
    assert guesses(5, 6, 7, 8, 9, 1, 5, 6) == [7, 8, 9]


def test_a_token_that_is_new_is_followed_by_nothing_known() -> None:
    assert guesses(5, 6, 7, 8) == []
    assert guesses(5) == []


def test_a_single_token_that_stood_there_before_gives_one_guess() -> None:
    assert guesses(5, 6, 7, 8, 5) == [6]


def test_the_longer_stretch_counts_and_of_equals_the_later() -> None:
    # Behind 1 2 stood 3, later 4; behind 9 1 2 only 3.
    assert guesses(9, 1, 2, 3, 8, 1, 2, 4, 9, 1, 2)[:1] == [3]
    assert guesses(1, 2, 3, 8, 1, 2, 4, 7, 1, 2)[:1] == [4]


def test_stretches_no_longer_than_the_longest_are_looked_up() -> None:
    stretch = list(range(1, LONGEST_SUFFIX + 1))
    index = SuffixIndex()
    index.extend(ids(0, *stretch, 50, *stretch))
    assert index.longest() == (LONGEST_SUFFIX, 1 + LONGEST_SUFFIX)
    index.extend(ids(0, *stretch, 50, *stretch, 50))
    assert index.longest() == (LONGEST_SUFFIX, 2 + LONGEST_SUFFIX)


def test_a_repetition_goes_on_beyond_the_end() -> None:
    index = SuffixIndex()
    index.extend(ids(1, 2, 1, 2))
    assert index.longest() == (2, 2)
    assert index.following(2, 5) == [1, 2, 1, 2, 1]


def test_there_are_no_more_guesses_than_room() -> None:
    assert guesses(5, 6, 7, 8, 9, 1, 5, 6, room=2) == [7, 8]
    assert guesses(5, 6, 7, 8, 9, 1, 5, 6, room=0) == []


def test_it_grows_with_the_sequence() -> None:
    whole = np.random.default_rng(3).integers(0, 6, 300)
    grown = SuffixIndex()
    for count in range(1, len(whole) + 1):
        grown.extend(whole[:count])
        at_once = SuffixIndex()
        if count % 30 == 0:
            at_once.extend(whole[:count])
            assert at_once.longest() == grown.longest()
        length, behind = grown.longest()
        assert whole[behind - length : behind].tolist() == whole[count - length : count].tolist()


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], FIRST_GUESSES),
        ([(3, 3)], 6),
        ([(3, 3), (6, 6)], MOST_GUESSES),
        ([(3, 3), (6, 4)], 5),
        ([(3, 0)], 2),
        # One guess, because there was no more to look up, says nothing of how many are worth while.
        ([(1, 1)], FIRST_GUESSES),
    ],
)
def test_as_many_are_guessed_as_were_right_lately(results: list[tuple[int, int]], expected: int) -> None:
    guesser = Guesser()
    for guessed, right in results:
        guesser.learn(guessed, right)
    assert len(guesser.guess(ids(*range(1, 30), 1, 2), 100)) == expected
