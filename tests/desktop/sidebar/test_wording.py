"""Days are called as people call them, in the language of the window."""

from __future__ import annotations

from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from desktop.history.records import ConversationEntry
from desktop.history.search import FOUND, Excerpt, Hit
from desktop.language import spoken_locale
from desktop.sidebar.rows import Ending
from desktop.sidebar.wording import day_heading, ending_text, found_facts, shown_title, spoken_row
from tests.desktop.sidebar.conftest import TODAY


@pytest.mark.parametrize(
    ("day", "heading"),
    [
        (None, "Pinned"),
        (date(2025, 7, 30), "Today"),
        (date(2025, 7, 29), "Yesterday"),
        (date(2025, 7, 28), "Monday"),
        (date(2025, 7, 24), "Thursday"),
        (date(2025, 7, 23), "July 23"),
        (date(2025, 1, 1), "January 1"),
        (date(2024, 12, 31), "December 31, 2024"),
        (date(1970, 1, 1), "January 1, 1970"),
    ],
)
def test_days_are_near_or_have_a_date(day: date | None, heading: str) -> None:
    assert day_heading(day, TODAY) == heading


def test_fault_55_a_day_to_come_has_its_date() -> None:
    assert day_heading(date(2025, 7, 31), TODAY) == "July 31"
    assert day_heading(date(2031, 1, 2), TODAY) == "January 2, 2031"


def test_names_of_days_are_in_the_language_of_the_window(portuguese: None) -> None:
    assert spoken_locale().name() == "pt_BR"
    assert day_heading(date(2025, 7, 28), TODAY) == "segunda-feira"
    assert "dezembro" in day_heading(date(2024, 12, 31), TODAY)


def test_english_is_spoken_where_nothing_else_is(qtbot: QtBot) -> None:
    assert spoken_locale().name() == "en_US"


def test_a_conversation_without_a_title_is_called_by_its_draft() -> None:
    assert (
        shown_title(ConversationEntry(1, "", 0, False, "What\n about this")).text == "Draft: What about this"
    )
    assert shown_title(ConversationEntry(1, "", 0, False, "")).text == "Untitled"
    assert shown_title(Hit(1, Excerpt(""), 2, Excerpt("x"), 1)).text == "Untitled"


def test_fault_38_titles_and_drafts_are_escaped_for_eyes_and_ears() -> None:
    entry = ConversationEntry(1, "report\u202egpj.exe", 0, True, "")
    assert shown_title(entry).text == "report⟨U+202E⟩gpj.exe"
    assert spoken_row(entry) == "report⟨U+202E⟩gpj.exe, pinned"
    assert shown_title(ConversationEntry(1, "", 0, False, "a\u2066b")).text == "Draft: a⟨U+2066⟩b"


def test_what_was_found_is_counted_and_told() -> None:
    one = Hit(1, Excerpt("Sky", ((0, 3),)), None, Excerpt(""), 0)
    more = Hit(2, Excerpt("Sea"), 7, Excerpt("the\nsky", ((4, 7),)), 1234)
    assert found_facts([one]) == "1 conversation"
    assert found_facts([one, more]) == "2 conversations, 1,234 messages"
    assert found_facts([more] * FOUND) == "100+ conversations"
    assert spoken_row(one) == "Sky"
    assert spoken_row(more) == "Sea, 1,234 messages: the sky"
    assert spoken_row(Hit(2, Excerpt("Sea"), 7, Excerpt("sky"), 1)) == "Sea, 1 message: sky"


def test_a_list_that_could_be_longer_says_so() -> None:
    assert ending_text(Ending(5000, searched=False)) == "The last 5,000 are listed; search finds all."
    assert ending_text(Ending(100, searched=True)) == "The first 100 are shown; more words find fewer."
