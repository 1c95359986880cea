"""Pieces to text: characters spread over tokens, and what does not show."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from desktop.piece_text import Unit, UnitStream, decode, shown
from inference.contract import Token


def token(piece: bytes, special: bool = False) -> Token:
    """A token of no vocabulary."""
    return Token(0, piece, special)


def test_every_whole_piece_is_a_unit() -> None:
    units = UnitStream().feed([token(b"Hello"), token(b" world")], start=5)
    assert units == [Unit(5, 6, "Hello"), Unit(6, 7, " world")]


def test_fault_33_half_a_character_is_held_back_until_it_is_whole() -> None:
    stream = UnitStream()
    party = "🎉".encode()
    assert stream.feed([token(b"a"), token(party[:1])], 0) == [Unit(0, 1, "a")]
    assert stream.holding
    assert stream.feed([token(party[1:3])], 2) == []
    assert stream.feed([token(party[3:]), token(b"b")], 3) == [Unit(1, 4, "🎉"), Unit(4, 5, "b")]
    assert not stream.holding


def test_fault_33_a_character_that_is_never_completed_comes_out_at_the_end() -> None:
    stream = UnitStream()
    assert stream.feed([token(b"\xe3\x81")], 7) == []
    assert stream.flush(8) == [Unit(7, 8, "�")]
    assert stream.flush(8) == []


def test_bytes_that_are_no_character_are_not_held_back() -> None:
    assert UnitStream().feed([token(b"\xff"), token(b"\x80")], 0) == [Unit(0, 1, "�"), Unit(1, 2, "�")]


def test_a_control_token_ends_what_is_held_back() -> None:
    units = UnitStream().feed([token(b"\xf0"), token(b"<|im_end|>", special=True)], 0)
    assert units == [Unit(0, 1, "�"), Unit(1, 2, "<|im_end|>", special=True)]


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.data())
def test_fault_33_however_a_text_is_cut_into_pieces_it_comes_out_whole(
    text: str, data: st.DataObject
) -> None:
    encoded = text.encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(encoded)), max_size=12)) | {0, len(encoded)})
    pieces = [encoded[a:b] for a, b in itertools.pairwise(cuts)]
    stream, units = UnitStream(), []
    for position, piece in enumerate(pieces):
        new = stream.feed([token(piece)], position)
        assert "�" not in "".join(unit.text for unit in new) or "�" in text
        units += new
    units += stream.flush(len(pieces))
    assert "".join(unit.text for unit in units) == text
    assert decode(pieces) == text
    # Units cover the tokens without a gap.
    assert [unit.start for unit in units] == [0, *(unit.stop for unit in units[:-1])] if units else not text


def test_what_does_not_show_or_reorders_is_shown_as_its_code_point() -> None:
    assert shown("a\u202eb\x00c") == "a⟨U+202E⟩b⟨U+0000⟩c"


def test_newlines_tabs_and_joiners_stay() -> None:
    assert shown("a\r\nb\tc") == "a\nb\tc"
    family = "👩\u200d🚀"
    assert shown(family) == family
