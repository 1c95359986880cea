"""How much of a sequence another one shares."""

from __future__ import annotations

import pytest

from desktop.panels.attention.followed_sequence import FollowedSequence
from inference.contract import Token


def tokens(ids: str) -> list[Token]:
    """A token for each letter."""
    return [Token(ord(letter), letter.encode(), False) for letter in ids]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("", "abc", 0),
        ("abc", "abc", 3),
        ("abc", "abd", 2),
        ("abc", "ab", 2),
        ("ab", "abc", 2),
        ("abc", "xbc", 0),
    ],
)
def test_the_common_beginning_is_counted(old: str, new: str, same: int) -> None:
    sequence = FollowedSequence()
    sequence.replace(tokens(old))
    assert sequence.replace(tokens(new)) == same
    assert len(sequence) == len(new)


def test_what_was_written_meanwhile_counts() -> None:
    sequence = FollowedSequence()
    sequence.replace(tokens("ab"))
    sequence.grow(tokens("abc"))
    sequence.grow(tokens("abcd"))
    assert sequence.replace(tokens("abcx")) == 3


def test_nothing_is_shared_with_what_was_forgotten() -> None:
    sequence = FollowedSequence()
    sequence.replace(tokens("ab"))
    sequence.clear()
    assert sequence.replace(tokens("ab")) == 0
