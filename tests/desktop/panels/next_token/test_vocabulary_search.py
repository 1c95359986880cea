"""Search finds tokens by text and by ID."""

from __future__ import annotations

import pytest

from desktop.panels.next_token.vocabulary_search import VocabularySearch, spoken_text, token_id

PIECES = (
    b"the",
    b" the",
    b"The",
    b" nitrogen",
    b"\n",
    b"\xe3\x81",
    b"\xff",
    "ção".encode(),
    b"12",
    b"e\xffe",
    b"",
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("the", [0, 1, 2]),
        ("THE", [0, 1, 2]),
        (" the", [1]),
        ("·the", [1]),
        ("⏎", [4]),
        ("nit", [3]),
        ("ÇÃO", [7]),
        ("3", [3]),
        ("12", [8]),
        ("e", [0, 1, 2, 3, 9]),
        ("", []),
        ("xyzzy", []),
        ("99999999999999999999", []),
        ("\ud800", []),
    ],
)
def test_text_and_ids_are_found(query: str, found: list[int]) -> None:
    assert VocabularySearch(PIECES).find(query).tolist() == found


def test_nothing_is_found_across_the_border_of_two_pieces() -> None:
    assert VocabularySearch((b"ab", b"cd")).find("bc").tolist() == []


def test_an_empty_vocabulary_is_no_trouble() -> None:
    assert VocabularySearch(()).find("a").tolist() == []


def test_the_signs_shown_for_space_and_line_break_stand_for_them() -> None:
    assert spoken_text("·the⏎") == " the\n"


@pytest.mark.parametrize(
    ("query", "token"), [("7", 7), (" 7 ", 7), ("10", None), ("-1", None), ("٣", None), ("", None)]
)
def test_an_id_is_a_number_inside_the_vocabulary(query: str, token: int | None) -> None:
    assert token_id(query, 10) == token
