"""Replies laid side by side, token by token."""

from __future__ import annotations

import pytest

from desktop.comparison.alignment import Parting, align, common_length


def test_two_replies_agree_and_part() -> None:
    alignment = align([[1, 2, 3, 4], [1, 2, 5]])
    assert alignment.agreeing == (2, 2)
    assert alignment.common == 2
    assert alignment.partings == (Parting(2, (0, 1), (3, 5)),)
    assert alignment.partings[0].choices == (3, 5)
    assert alignment.partings[0].token_of(1) == 5


def test_replies_that_are_the_same_never_part() -> None:
    alignment = align([[1, 2], [1, 2]])
    assert alignment.agreeing == (2, 2)
    assert alignment.partings == ()


def test_a_reply_that_ends_sooner_is_no_parting() -> None:
    """A stopped reply has no token there to differ with."""
    alignment = align([[1, 2, 3], [1, 2]])
    assert alignment.agreeing == (2, 2)
    assert alignment.partings == ()


def test_one_that_ended_has_no_part_in_what_comes_after() -> None:
    alignment = align([[1, 2, 3], [1, 2], [1, 2, 4]])
    assert alignment.partings == (Parting(2, (0, 2), (3, 4)),)
    assert alignment.agreeing == (2, 2, 2)


def test_four_replies_make_a_tree() -> None:
    alignment = align([[1, 2, 3], [1, 2, 4], [1, 5, 6], [1, 5, 7]])
    assert alignment.partings == (
        Parting(1, (0, 1, 2, 3), (2, 2, 5, 5)),
        Parting(2, (0, 1), (3, 4)),
        Parting(2, (2, 3), (6, 7)),
    )
    assert alignment.partings[0].choices == (2, 5)
    assert alignment.agreeing == (2, 2, 1, 1)
    assert alignment.common == 1
    assert alignment.parting_at(2, 2) == 2
    assert alignment.parting_at(0, 2) == 1
    assert alignment.parting_at(0, 0) == -1


def test_replies_can_part_at_their_first_token() -> None:
    alignment = align([[1], [2]])
    assert alignment.agreeing == (0, 0)
    assert alignment.partings == (Parting(0, (0, 1), (1, 2)),)


@pytest.mark.parametrize("replies", [[], [[1, 2]], [[]], [[], [1]]])
def test_nothing_to_compare_is_nothing(replies: list[list[int]]) -> None:
    alignment = align(replies)
    assert alignment.partings == ()
    assert alignment.common == 0
    assert all(count == 0 for count in alignment.agreeing)


def test_which_tokens_stand_beside_each_other() -> None:
    alignment = align([[1, 2, 3, 9], [1, 2, 4, 9], [1, 5], [1, 5, 8]])
    assert alignment.stand_beside(0, 1, 2), "what they have where they part stands side by side"
    assert not alignment.stand_beside(0, 1, 3)
    assert alignment.stand_beside(2, 3, 1), "two that left together"
    assert alignment.stand_beside(2, 3, 2), "one ends sooner, and they never part"
    assert not alignment.stand_beside(0, 2, 2)
    assert alignment.stand_beside(0, 0, 3)


def test_common_length_whatever_the_sequences_are() -> None:
    assert common_length([1, 2, 3], (1, 2)) == 2
    assert common_length((1, 2), [3]) == 0
    assert common_length([], [1]) == 0


def test_long_replies_are_laid_side_by_side_at_once() -> None:
    """Fault 58: a hundred thousand tokens, and no recursion along them."""
    long = list(range(100_000))
    alignment = align([long, [*long[:-1], -1], long[:50_000], long])
    assert alignment.agreeing == (100_000, 99_999, 50_000, 100_000)
    assert [parting.index for parting in alignment.partings] == [99_999]
