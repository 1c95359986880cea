"""A person leaves and comes back: conversations are listed, found, opened as they were, and survive a kill."""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.conditions import replied, reply_length, said, shown, titles, variants, writing
from tests.end_to_end.talking import POEM, STORY, Start, open_window, stop_at, talk

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]


def word_only_in(text: str, others: str) -> str:
    """A word of a text that is in none of the others."""
    words = re.findall(r"\b[A-Za-z]{4,}\b", text)
    return next(word for word in reversed(words) if word.lower() not in others.lower())


def test_conversations_are_there_again_are_searched_and_put_in_order(start: Start) -> None:
    window = open_window(start)
    talk(window, STORY, 24)
    story, before = said(window.state)[1], window.ask("sequence")
    window.press("ctrl+n")
    window.wait_for(lambda state: not state["messages"], "a new chat")
    talk(window, POEM, 24)
    poem = said(window.state)[1]
    window.wait_for(lambda state: titles(state) == [POEM, STORY], "both are listed")
    window.press("alt+F4")
    assert window.process.wait() == 0

    window = open_window(start)
    window.wait_for(lambda state: titles(state) == [POEM, STORY], "both are listed again")
    assert window.state["messages"] == []
    window.click_at("conversation", STORY)
    window.wait_for(lambda state: said(state) == [STORY, story] and replied(2)(state), "the story")
    assert window.ask("sequence") == before, "IDs, log-probabilities and draws are not what they were"

    # Every panel shows any of its tokens, and what was kept of it is what is computed now.
    first, last = window.state["messages"][1]["span"]
    for position in (last - 4, first + 3):
        window.click_at("token", position)
        looked = window.wait_for(
            lambda state, position=position: (
                state["cursor"] == position
                and shown(state)
                and state["distribution"]["reproduction"]
                and state["attention"]
                and state["attention"]["keys"]
            ),
            "a token of the story",
        )
        assert looked["distribution"]["reproduction"] == "reproduced"
        assert looked["distribution"]["chosen"] == before[position][0]
        assert max(looked["attention"]["keys"]) < position

    # What is typed on an open conversation is meant for it; Ctrl+Shift+F searches in all.
    window.click_at("conversation", STORY)
    window.type("And then?")
    window.wait_for(lambda state: state["composer"] == "And then?", "the message")
    assert window.state["keyboard"] == "Message"
    word = word_only_in(poem, story + STORY + POEM)
    window.press("ctrl+shift+f")
    window.type(word)
    found = window.wait_for(
        lambda state: state["searched"] == word and titles(state) == [POEM], "where it was said"
    )
    assert word in found["listed"][0]["excerpt"]
    window.click_at("conversation", POEM)
    opened = window.wait_for(lambda state: said(state) == [POEM, poem] and replied(2)(state), "the poem")
    assert opened["cursor"] == opened["messages"][1]["span"][0], "it is not opened at its message"

    window.press("F2")
    window.wait_for(lambda state: state["keyboard"].startswith("Title"), "the title is written over")
    window.type("Violin")
    window.press("Return")
    window.wait_for(lambda state: titles(state) == ["Violin"], "another title")
    window.press("Escape")
    window.wait_for(lambda state: titles(state) == ["Violin", STORY], "all are listed")
    window.click_at("conversation", STORY, button=3)
    window.click_on("Pin")
    pinned = window.wait_for(lambda state: titles(state) == [STORY, "Violin"], "it is pinned")
    assert [row["pinned"] for row in pinned["listed"]] == [True, False]
    window.click_at("conversation", "Violin")
    window.press("Delete")
    window.wait_for(lambda state: titles(state) == [STORY] and not state["messages"], "it is gone")
    window.click_on("Undo")
    window.wait_for(
        lambda state: titles(state) == [STORY, "Violin"] and said(state) == [POEM, poem],
        "it is listed and shown again",
    )


def test_fault_44_nothing_typed_or_written_is_lost_when_the_window_is_killed(start: Start) -> None:
    window = open_window(start)
    window.type(STORY)
    window.press("Return")
    window.wait_for(writing(1), "a reply")
    window.type("And then?")
    window.wait_for(
        lambda state: state["composer"] == "And then?" and writing(16)(state), "something typed meanwhile"
    )
    told = reply_length(window.state)
    window.process.kill()
    window.process.wait()

    window = open_window(start)
    assert titles(window.state) == [STORY]
    assert said(window.state)[0] == STORY
    assert window.state["composer"] == "And then?"
    assert window.state["messages"][1]["ended"] == "lost"
    assert reply_length(window.state) >= told, "a token that was seen is lost"
    before = window.ask("sequence")
    window.click_at("action", 1, "continue")
    window.wait_for(lambda state: variants(state) == [[1, 1], [2, 2]], "a variant of it")
    stop_at(window, told + 16)
    assert window.ask("sequence")[: len(before)] == before
