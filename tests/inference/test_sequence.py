"""The sequence: what of an old one a new one may keep.

Knows nothing about models.
"""

from __future__ import annotations

from inference.sequence import TokenSequence


def read_sequence(*ids: int) -> TokenSequence:
    sequence = TokenSequence(8)
    sequence.replace(ids)
    sequence.read = len(ids)
    return sequence


def test_the_common_prefix_stays_read() -> None:
    sequence = read_sequence(1, 2, 3, 4)
    assert sequence.replace([1, 2, 9, 4, 5]) == 2
    assert sequence.ids.tolist() == [1, 2, 9, 4, 5]
    assert sequence.read == 2


def test_the_same_again_is_read_already() -> None:
    assert read_sequence(1, 2, 3).replace([1, 2, 3]) == 3


def test_a_shorter_one_is_read_already_and_a_later_longer_one_is_not() -> None:
    sequence = read_sequence(1, 2, 3, 4)
    assert sequence.replace([1, 2]) == 2
    # The cache behind position 2 belongs to a sequence that is no more.
    assert sequence.replace([1, 2, 3, 4]) == 2


def test_what_was_written_but_not_read_is_not_kept() -> None:
    sequence = read_sequence(1, 2)
    assert sequence.append(7) == 2
    assert sequence.replace([1, 2, 7]) == 2


def test_it_is_full_at_its_capacity() -> None:
    sequence = TokenSequence(2)
    sequence.replace([1])
    assert not sequence.is_full
    sequence.append(2)
    assert sequence.is_full
    assert len(sequence) == 2
