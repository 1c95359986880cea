"""A person reads one word in two sentences, and finds the sentences again after the program was killed."""

from __future__ import annotations

import pytest

from tests.end_to_end.conditions import replied
from tests.end_to_end.driven_window import DrivenWindow, State
from tests.end_to_end.talking import Start, open_window

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]

LAYERS = 30
BENCH, MONEY = "Sentei no banco da escola", "Fui ao banco sacar dinheiro"


def complete(state: State) -> bool:
    """Whether all of a pair is shown."""
    return bool(state["readings"] and state["readings"]["complete"])


def type_sentence(window: DrivenWindow, name: str, text: str) -> None:
    """Replace a sentence."""
    window.click_on(name)
    window.press("ctrl+a")
    window.type(text)


def test_one_word_in_two_sentences(window: DrivenWindow) -> None:
    window.choose_workspace("Readings")
    seen = window.wait_for(complete, "the example")["readings"]
    assert seen["words"] == ["bank", "bank"]
    assert len(seen["cosines"]) == LAYERS + 2
    assert seen["cosines"][0] == 1.0
    assert seen["cosines"][-1] < 0.8
    assert seen["nearest"][0] != seen["nearest"][1]

    type_sentence(window, "First sentence", BENCH)
    type_sentence(window, "Second sentence", MONEY)
    seen = window.wait_for(
        lambda state: complete(state) and state["readings"]["sentences"] == [BENCH, MONEY], "what was typed"
    )["readings"]
    assert seen["words"] == ["banco", "banco"]
    assert "“banco” is ·b + anco; its last token is compared" in seen["notes"]
    assert "here “Sentei no”, there “Fui ao”" in seen["notes"]
    assert seen["cosines"][0] == 1.0

    # Another layer, by mouse and by keyboard; at the first point the nearest embedding is the token itself.
    left, top, width, height = window.place_of("Similarity by layer")
    window.click(left + width // 2, top + height // 2)
    window.wait_for(lambda state: complete(state) and "layer 1" in state["readings"]["point"], "a layer")
    assert "anco" in window.state["readings"]["attention"][0]
    window.press("Home")
    window.click_on("Embeddings")
    window.wait_for(
        lambda state: (
            complete(state)
            and state["readings"]["point"] == "At the embedding"
            and [nearest[0] for nearest in state["readings"]["nearest"]] == ["anco", "anco"]
        ),
        "the embedding",
    )


def test_sentences_outlive_a_kill_and_leave_the_conversation_alone(start: Start) -> None:
    window = open_window(start)
    window.type("What is the capital of France? Answer in one sentence.")
    window.press("Return")
    window.wait_for(replied(2), "a reply")
    before = window.ask("sequence")
    window.choose_workspace("Readings")
    window.wait_for(complete, "the example")
    type_sentence(window, "First sentence", BENCH)
    type_sentence(window, "Second sentence", MONEY)
    seen = window.wait_for(
        lambda state: complete(state) and state["readings"]["sentences"] == [BENCH, MONEY], "what was typed"
    )["readings"]
    assert window.ask("sequence") == before
    for process in window.family():
        process.kill()
    window.process.wait()

    window = open_window(start)
    window.choose_workspace("Readings")
    window.wait_for(complete, "the sentences again")
    assert window.state["readings"]["sentences"] == [BENCH, MONEY]
    assert window.state["readings"]["cosines"] == seen["cosines"]
