"""Counting as Qt counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop import code_units


def test_characters_beyond_the_first_plane_count_twice() -> None:
    assert code_units.count("abc") == 3
    assert code_units.count("é漢") == 2
    assert code_units.count("a🎉b") == 4
    assert code_units.widths("a🎉b").tolist() == [1, 2, 1]


def test_cutting_never_halves_a_character() -> None:
    assert [code_units.cut("a🎉b", units) for units in range(6)] == [0, 1, 2, 2, 3, 3]
    assert code_units.cut("abc", -1) == 0
    assert code_units.cut("abc", 9) == 3


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_it_is_the_length_in_utf_16(text: str) -> None:
    assert code_units.count(text) == len(text.encode("utf-16-le")) // 2 == code_units.widths(text).sum()
