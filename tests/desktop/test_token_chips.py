"""Chips: rows, the note, the limit."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.token_chips import TokenChips
from inference.contract import Token


def tokens(count: int) -> list[Token]:
    """Some tokens."""
    return [Token(100 + number, b" word", False) for number in range(count)]


@pytest.fixture
def chips(qtbot: QtBot) -> TokenChips:
    """Chips in two rows at most, 300 pixels wide."""
    made = TokenChips(most_rows=2)
    qtbot.addWidget(made)
    made.resize(300, 60)
    made.show()
    return made


def test_nothing_takes_no_room(chips: TokenChips) -> None:
    assert chips.sizeHint().height() == 0


def test_a_few_stand_in_one_row_with_the_note_behind(chips: TokenChips) -> None:
    chips.show_tokens(tokens(2), "2 tokens")
    assert {row for _, row, *_ in chips._places} == {0}
    assert chips._note_place[1] == 0
    assert chips.accessibleDescription() == "2 tokens"


def test_the_note_wraps_where_it_has_no_room(chips: TokenChips) -> None:
    chips.show_tokens(tokens(3), "a note that is far too long for what is left of the row")
    assert chips._note_place == (0.0, 1)


def test_more_than_fit_are_left_out_but_not_the_note(chips: TokenChips) -> None:
    chips.show_tokens(tokens(50), "50 tokens")
    assert {row for _, row, *_ in chips._places} == {0, 1}
    assert len(chips._places) < 10
    left, row = chips._note_place
    assert row == 1
    assert left + chips.fontMetrics().horizontalAdvance("50 tokens") <= 320


def test_without_a_limit_all_are_there(qtbot: QtBot) -> None:
    chips = TokenChips()
    qtbot.addWidget(chips)
    chips.resize(300, 400)
    chips.show_tokens(tokens(50), "")
    assert len(chips._places) == 50
    assert all(x + width <= 300 for x, _, _, _, width in chips._places)
    chips.grab()


def test_odd_pieces_are_visible_and_cut(qtbot: QtBot) -> None:
    chips = TokenChips()
    qtbot.addWidget(chips)
    chips.resize(300, 400)
    odd = [Token(1, b"\xe3\x81", False), Token(2, b"x" * 500, False), Token(3, b"<|im_end|>", True)]
    chips.show_tokens(odd, "")
    pieces = [piece for _, _, piece, _, _ in chips._places]
    assert pieces[0] == "⟨E3 81⟩"
    assert len(pieces[1]) < 60
    assert pieces[2] == "<|im_end|>"
