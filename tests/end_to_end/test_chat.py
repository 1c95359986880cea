"""A person chats: types, reads along, stops, asks again, starts anew. On the real model, in the real window."""

from __future__ import annotations

import time

import pytest

from tests.end_to_end.conditions import replied, writing
from tests.end_to_end.conftest import ARTEFACTS
from tests.end_to_end.driven_window import DrivenWindow

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]

SHORT = "How many legs does a dog have?"
"""Answered by the default model in a dozen tokens where it writes the most probable one."""

LONG = "Write a long story about a lighthouse keeper and the sea."


def be_greedy(window: DrivenWindow) -> None:
    """Have the most probable token written, always; the keyboard is in the composer afterwards."""
    window.enter_number("Temperature, number", "0")
    window.wait_for(lambda state: state["settings"]["temperature"] == 0, "a temperature of 0")
    window.click_on("Message")


def test_a_question_is_typed_and_its_answer_arrives_token_by_token(window: DrivenWindow) -> None:
    be_greedy(window)
    window.type(SHORT)
    window.wait_for(lambda state: state["composer"] == SHORT, "the question is in the composer")
    window.press("Return")
    window.wait_for(writing(1), "the first token")
    assert window.state["composer"] == ""
    question = window.state["messages"][0]
    assert (question["role"], question["text"], question["writing"]) == ("user", SHORT, False)
    seen = {window.state["steps"]}
    while window.state["phase"] == "writing":
        before = window.state
        window.wait_for(lambda state, before=before: state != before, "anything new")
        seen.add(window.state["steps"])
        assert not window.state["following"] or window.state["cursor"] == window.state["tokens"] - 1
    assert len(seen) > 2, "the answer came all at once"
    window.wait_for(replied(2), "the whole answer")
    answer = window.state["messages"][1]
    assert answer["role"] == "assistant"
    assert not answer["writing"]
    assert answer["text"].endswith("A dog has four legs.")
    assert window.state["stopped"][-1]["reason"] == "end"
    # Proved once a bundle, when the engine has nothing else to do.
    window.wait_for(lambda state: state["proof"] == "reconstructed", "the proof")


def test_shift_enter_breaks_the_line(window: DrivenWindow) -> None:
    window.type("one")
    window.press("shift+Return")
    window.type("two")
    window.wait_for(lambda state: state["composer"] == "one\ntwo", "two lines")
    assert window.state["messages"] == []


def test_fault_51_escape_stops_at_once_and_keeps_what_is_there(window: DrivenWindow) -> None:
    window.type(LONG)
    window.press("Return")
    window.wait_for(writing(40), "some tokens")
    window.save_picture(ARTEFACTS / "while-writing.png")
    pressed = time.monotonic()
    window.press("Escape")
    window.wait_for(replied(2), "stopped")
    # Half a second is what the program has; starting xdotool and a busy machine take their own.
    assert time.monotonic() - pressed < 2.0
    assert window.state["stopped"][-1]["reason"] == "stopped"
    assert window.state["messages"][1]["text"]
    window.type("Hello")
    window.press("Return")
    window.wait_for(lambda state: state["phase"] == "writing" and len(state["messages"]) == 4, "a next reply")
    window.press("Escape")
    window.wait_for(replied(4), "stopped again")


def test_control_enter_writes_the_reply_anew(window: DrivenWindow) -> None:
    window.type("Name three colours.")
    window.press("Return")
    window.wait_for(writing(3), "a reply")
    window.press("Escape")
    first = window.wait_for(replied(2), "the first reply")
    window.press("ctrl+Return")
    window.wait_for(lambda state: state["seed"] != first["seed"] and writing(3)(state), "another reply")
    window.press("Escape")
    second = window.wait_for(replied(2), "the second reply")
    assert second["messages"][0] == first["messages"][0]
    assert second["stopped"][-1]["prefilled"] <= 1, "the prompt was read again"


def test_control_n_starts_a_new_conversation(window: DrivenWindow) -> None:
    window.type("Hello")
    window.press("Return")
    window.wait_for(writing(2), "a reply")
    window.press("ctrl+n")
    window.wait_for(lambda state: not state["messages"], "an empty conversation")
    assert window.state["conversations"] == 1
    assert window.state["tokens"] == 0
    window.type("typed into the new one")
    window.wait_for(lambda state: state["composer"] == "typed into the new one", "the keyboard is there")


def test_a_second_turn_reads_only_what_is_new(window: DrivenWindow) -> None:
    be_greedy(window)
    window.type(SHORT)
    window.press("Return")
    first = window.wait_for(lambda state: bool(state["stopped"]) and replied(2)(state), "the first answer")
    window.type("And a bird?")
    window.press("Return")
    window.wait_for(writing(2), "the second answer")
    second = window.wait_for(lambda state: len(state["stopped"]) == 2, "the second answer's end")
    assert second["tokens"] > first["tokens"]
    # The template's turn of “And a bird?” has about a dozen tokens; the first turn has far more.
    assert second["stopped"][1]["prefilled"] < 20 < first["tokens"]
    assert second["messages"][3]["text"]
