"""Cosines by hand: of the word, of others, and without the mean."""

from __future__ import annotations

import numpy as np
import pytest

from inference.readings.similarity import Sentence, compare, cosines

SINK = (100.0, 0.0)


def sentence(ids: list[int], vectors: list[tuple[float, float]], position: int) -> Sentence:
    """A sentence at one point of the stream."""
    return Sentence(np.asarray(ids), np.asarray([vectors], np.float32), position)


def test_cosines_of_three_four_five_triangles() -> None:
    found = cosines(np.asarray([[3.0, 4.0], [0.0, 2.0]]), np.asarray([[4.0, 3.0], [-5.0, 0.0]]))
    np.testing.assert_allclose(found, [[0.96, -0.6], [0.6, 0.0]])


def test_the_word_and_pairs_of_other_unlike_tokens() -> None:
    first = sentence([1, 2, 3, 4], [SINK, (3, 4), (1, 0), (0, 1)], 1)
    second = sentence([1, 4, 2], [SINK, (0, 1), (4, 3)], 2)
    found = compare(first, second)
    assert found.word[0] == pytest.approx(0.96)
    # Of the pairs only (3, 4) counts: (4, 4) is one token twice, and first tokens and the words count for nothing.
    assert found.others[0] == pytest.approx(0.0)


def test_the_mean_is_of_all_but_the_first_tokens() -> None:
    first = sentence([1, 2, 3], [SINK, (3, 1), (1, 1)], 1)
    second = sentence([1, 2, 5], [SINK, (1, 3), (3, 3)], 1)
    # The mean of (3, 1), (1, 1), (1, 3) and (3, 3) is (2, 2); without it the word is (1, -1) and (-1, 1).
    found = compare(first, second)
    assert found.word[0] == pytest.approx(6 / 10)
    assert found.centred[0] == pytest.approx(-1.0)
    # (1, 1) and (3, 3) are (-1, -1) and (1, 1).
    assert (found.others[0], found.others_centred[0]) == (pytest.approx(1.0), pytest.approx(-1.0))


def test_too_few_tokens_have_no_mean_and_no_others() -> None:
    found = compare(sentence([1, 2], [SINK, (3, 4)], 1), sentence([7, 2], [SINK, (3, 4)], 1))
    assert found.word[0] == pytest.approx(1.0)
    assert np.isnan([found.centred[0], found.others[0], found.others_centred[0]]).all()


def test_a_vector_of_zeros_has_no_cosine() -> None:
    found = compare(sentence([1, 2], [SINK, (0, 0)], 1), sentence([1, 2], [SINK, (3, 4)], 1))
    assert np.isnan(found.word[0])


def test_every_point_is_told_by_itself() -> None:
    one = np.asarray([[SINK, (1, 0)], [SINK, (1, 1)]], np.float32)
    other = np.asarray([[SINK, (1, 0)], [SINK, (1, -1)]], np.float32)
    found = compare(Sentence(np.asarray([1, 2]), one, 1), Sentence(np.asarray([3, 2]), other, 1))
    np.testing.assert_allclose(found.word, [1.0, 0.0], atol=1e-7)
