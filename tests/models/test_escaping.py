"""Text from strangers is shown without anything invisible in it."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from models.escaping import escape_text


def test_fault_38_controls_and_bidi_marks_are_escaped() -> None:
    assert escape_text("a\u202eb\x00c\u2028") == "a⟨U+202E⟩b⟨U+0000⟩c⟨U+2028⟩"
    assert escape_text("\ud800") == "⟨U+D800⟩"


def test_ordinary_text_stays() -> None:
    assert escape_text("Ação 日本 “x” 👩") == "Ação 日本 “x” 👩"


def test_long_text_gives_way_in_the_middle() -> None:
    assert escape_text("abcdefghij", limit=4) == "ab…ij"
    assert len(escape_text("x" * 1_000_000)) == 121


@given(st.text(alphabet=st.characters()))
def test_nothing_invisible_is_left(text: str) -> None:
    assert not any(unicodedata.category(one).startswith("C") for one in escape_text(text))
