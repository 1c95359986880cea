"""Titles and excerpts are made visible and cut around what was found; every character is one wide here."""

from __future__ import annotations

import pytest

from desktop.history.search import Excerpt
from desktop.sidebar.excerpts import LONGEST, count_lines, one_line, two_lines, visible


def wide(text: str) -> float:
    return float(len(text))


def found(text: str, word: str) -> Excerpt:
    at = text.index(word)
    return Excerpt(text, ((at, at + len(word)),))


def marked(excerpt: Excerpt) -> list[str]:
    return [excerpt.text[start:stop] for start, stop in excerpt.hits]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain — “text” ação 今天 😀", "plain — “text” ação 今天 😀"),
        ("a\nb\tc\u2028d\u00a0e", "a b c d e"),
        ("report\u202egpj.exe", "report⟨U+202E⟩gpj.exe"),
        ("\u2066x\u2069\x07\x00", "⟨U+2066⟩x⟨U+2069⟩⟨U+0007⟩⟨U+0000⟩"),
        ("", ""),
    ],
)
def test_fault_38_nothing_invisible_stays_invisible(text: str, shown: str) -> None:
    assert visible(Excerpt(text)).text == shown


def test_hits_move_with_what_was_escaped_before_and_in_them() -> None:
    excerpt = visible(Excerpt("\u202eab\u200bc d", ((1, 5), (6, 7))))
    assert excerpt.text == "⟨U+202E⟩ab⟨U+200B⟩c d"
    assert marked(excerpt) == ["ab⟨U+200B⟩c", "d"]


def test_fault_58_of_an_endless_word_the_surroundings_of_the_hit_are_looked_at() -> None:
    endless = "a" * 100_000 + "sky" + "b" * 100_000
    excerpt = visible(found(endless, "sky"))
    assert len(excerpt.text) == LONGEST
    assert marked(excerpt) == ["sky"]
    assert visible(Excerpt("c" * 100_000)).text == "c" * LONGEST


def test_what_fits_stays_as_it_is() -> None:
    excerpt = found("why is the sky blue", "sky")
    assert one_line(excerpt, 19, wide) == excerpt
    assert two_lines(excerpt, 19, wide) == (excerpt,)


def test_what_is_too_wide_ends_in_an_ellipsis() -> None:
    line = one_line(found("the sky is blue today", "sky"), 12, wide)
    assert (line.text, marked(line)) == ("the sky is…", ["sky"])


def test_the_first_hit_is_seen_however_far_it_is() -> None:
    line = one_line(found("nobody reads this long beginning of the sky today", "sky"), 20, wide)
    assert (line.text, marked(line)) == ("…of the sky today", ["sky"])
    line = one_line(found("nobody reads this long beginning of the sky", "sky"), 21, wide)
    assert (line.text, marked(line)) == ("…beginning of the sky", ["sky"])
    line = one_line(found("x" * 50 + " sky " + "y" * 50, "sky"), 20, wide)
    assert (line.text, marked(line)) == ("…xxxxxxx sky yyyyyy…", ["sky"])


def test_a_hit_that_is_wider_than_the_line_is_cut() -> None:
    line = one_line(found("z" * 30, "z" * 30), 10, wide)
    assert (line.text, marked(line)) == ("z" * 9 + "…", ["z" * 9])


def test_two_lines_break_between_words_and_the_second_gives_way() -> None:
    excerpt = found("one two three four five six", "six")
    assert [line.text for line in two_lines(Excerpt("one two three four five six"), 10, wide)] == [
        "one two ",
        "three fou…",
    ]
    lines = two_lines(excerpt, 10, wide)
    assert [marked(line) for line in lines if line.hits] == [["six"]]
    assert all(len(line.text.rstrip()) <= 10 for line in lines)
    assert [line.text for line in two_lines(Excerpt("x" * 30), 10, wide)] == ["x" * 10, "x" * 9 + "…"]


def test_a_hit_over_a_break_is_marked_on_both_lines() -> None:
    lines = two_lines(found("aaaa bbbb cccc", "bbbb cccc"), 10, wide)
    assert [(line.text, marked(line)) for line in lines] == [("aaaa bbbb ", ["bbbb "]), ("cccc", ["cccc"])]


@pytest.mark.parametrize(
    "text",
    [
        "short",
        "exactly twenty chars",
        "and this one is a bit",
        "a line of which there is more than has room on two, at the end lines",
    ],
)
@pytest.mark.parametrize("word", ["", "lines", "e"])
def test_lines_are_counted_without_being_made(text: str, word: str) -> None:
    excerpt = found(text, word) if word and word in text else Excerpt(text)
    assert count_lines(excerpt, 20, wide) == len(two_lines(excerpt, 20, wide))
