"""Words and the tokens they are made of, and the word that two sentences share."""

from __future__ import annotations

import pytest

from desktop.panels.readings.words import Word, occurrences, run_of, shared_word, word_at, words_of
from inference.contract import Token


def sentence(*pieces: str | bytes, before: int = 0) -> list[Token]:
    """Tokens of these pieces, the first ones a template's."""
    made = [piece if isinstance(piece, bytes) else piece.encode() for piece in pieces]
    return [
        Token(number, piece, number < before, "template" if number < before else "user")
        for number, piece in enumerate(made)
    ]


BANCO = sentence("S", "ente", "i", " no", " b", "anco", " da", " pra", "ç", "a")
MONEY = sentence("F", "ui", " a", "o", " b", "anco", " sac", "ar", " din", "he", "iro")


def test_words_are_runs_of_tokens() -> None:
    assert words_of(BANCO) == [
        Word(0, 3, "Sentei"),
        Word(3, 4, "no"),
        Word(4, 6, "banco"),
        Word(6, 7, "da"),
        Word(7, 10, "praça"),
    ]
    assert word_at(BANCO, 8) == Word(7, 10, "praça")
    assert word_at(BANCO, 5).last == 5


def test_the_longest_word_in_both_is_shared() -> None:
    assert shared_word(BANCO, MONEY) == (Word(4, 6, "banco"), Word(4, 6, "banco"))
    assert shared_word(BANCO, sentence("Fui", " lá")) is None
    assert shared_word((), MONEY) is None


def test_of_a_word_that_occurs_twice_the_last_is_taken() -> None:
    twice = sentence("The", " bank", " by", " the", " bank", ".")
    found = shared_word(twice, sentence("A", " bank"))
    assert found == (Word(4, 5, "bank"), Word(1, 2, "bank"))
    assert occurrences(twice, Word(4, 5, "bank")) == 2
    assert occurrences(twice, Word(0, 1, "The")) == 2


def test_capitals_and_ways_of_writing_accents_make_no_difference() -> None:
    found = shared_word(sentence("Praça"), sentence("a", " pra", "c\u0327a"))
    assert found is not None
    assert found[0].folded == found[1].folded == "praça"


def test_a_word_that_was_chosen_is_preferred() -> None:
    first, second = sentence("The", " blue", " sky"), sentence("sky", " of", " blue")
    longest, chosen = shared_word(first, second), shared_word(first, second, "sky")
    assert longest is not None
    assert chosen is not None
    assert (longest[0].text, chosen[0].text) == ("blue", "sky")


def test_signs_inside_words_and_between_them() -> None:
    assert [
        word.text for word in words_of(sentence("I", "sn", "'t", " it", "- ", "well", "-known", "?"))
    ] == [
        "Isn't",
        "it",
        "well-known",
    ]
    assert word_at(sentence("it", "?"), 1) == Word(1, 2, "?")


def test_what_a_template_adds_has_no_words() -> None:
    tokens = sentence("<|im_start|>", "user", "bank", before=2)
    assert words_of(tokens) == [Word(2, 3, "bank")]


def test_half_characters_belong_to_their_word_33() -> None:
    smile = "ação😀".encode()
    tokens = sentence(smile[:2], smile[2:5], smile[5:8], smile[8:])
    assert words_of(tokens)[0].text == "ação"
    assert words_of(tokens)[0].start == 0
    assert words_of(sentence(b"\xff", b" bank")) == [Word(1, 2, "bank")]


@pytest.mark.parametrize("text", ["銀行", "ธนาคาร"])
def test_scripts_without_spaces_have_a_word_a_character(text: str) -> None:
    found = words_of(sentence(*text))
    assert "".join(word.text for word in found) == text
    assert all(word.stop == word.start + 1 for word in found)


def test_a_run_need_not_be_a_word() -> None:
    assert run_of(BANCO, 3, 6) == Word(3, 6, "no banco")
    assert run_of(sentence(" "), 0, 1).text == " "
