"""A person looks inside: moves a slider, clicks a token, chooses a head. The pictures follow, the model rests."""

from __future__ import annotations

import pytest

from tests.end_to_end.conditions import answer, shown, writing
from tests.end_to_end.driven_window import DrivenWindow
from tests.end_to_end.talking import STORY, talk

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]


@pytest.fixture
def answered(window: DrivenWindow) -> DrivenWindow:
    """The window after a reply that was stopped: by itself it ends anywhere, and now and then nowhere."""
    talk(window, STORY, 16)
    window.wait_for(shown, "the distribution")
    return window


def test_a_slider_changes_the_distribution_at_once(answered: DrivenWindow) -> None:
    # There are many ways to begin a story; at another token there might be one, at any temperature.
    first = answered.state["messages"][1]["span"][0]
    answered.click_at("token", first)
    before = answered.wait_for(
        lambda state: state["cursor"] == first and shown(state), "the distribution of the first token"
    )
    left, top, width, height = answered.place_of("Temperature, slider")
    middle = top + height // 2
    # From the handle of 0.8 out of 2 to the far right.
    answered.drag((left + round(width * 0.4), middle), (left + width - 2, middle))
    after = answered.wait_for(
        lambda state: state["settings"]["temperature"] > 1.5 and shown(state),
        "another distribution",
    )
    assert after["tokens"] == before["tokens"]
    assert after["stopped"] == before["stopped"], "the model was run"
    # Hotter is flatter: the most probable token loses.
    (token, colder), (same, hotter) = before["distribution"]["rows"][0], after["distribution"]["rows"][0]
    assert same == token
    assert hotter < colder


def test_a_slider_moved_while_writing_counts_from_the_next_token(window: DrivenWindow) -> None:
    window.type(STORY)
    window.press("Return")
    window.wait_for(writing(1), "a reply")
    left, top, width, height = window.place_of("Temperature, slider")
    middle = top + height // 2
    window.drag((left + round(width * 0.4), middle), (left + round(width * 0.2), middle))
    written = window.wait_for(
        lambda state: (
            state["settings"]["temperature"] < 0.7
            and state["last_temperature"] == state["settings"]["temperature"]
        ),
        "a token chosen with the new temperature",
    )
    assert written["phase"] == "writing"
    window.press("Escape")
    window.wait_for(lambda state: state["phase"] == "ready", "stopped")


def test_a_click_on_a_token_moves_the_cursor_everywhere(answered: DrivenWindow) -> None:
    before = answered.state
    position = before["tokens"] - 5
    answered.click_at("token", position)
    after = answered.wait_for(
        lambda state: state["cursor"] == position and shown(state), "the token's distribution"
    )
    assert not after["following"]
    assert after["tokens"] == before["tokens"]


def test_a_click_into_the_atlas_chooses_a_head(answered: DrivenWindow) -> None:
    before = answered.state["head"]
    left, top, width, height = answered.place_of("Attention of all heads")
    answered.click(left + width // 2, top + height // 4)
    answered.wait_for(lambda state: state["head"] != before, "another head")
    assert isinstance(answered.state["head"][1], int)


def test_the_timeline_moves_the_cursor_and_follow_lets_it_go(answered: DrivenWindow) -> None:
    left, top, width, height = answered.place_of("Timeline of tokens")
    middle = top + height // 2
    answered.drag((left + width - 8, middle), (left + width // 2, middle))
    # The press is at the newest token: what is told on the way to the middle is told as well.
    answered.wait_for(
        lambda state: abs(2 * state["cursor"] - state["tokens"]) < 4 and shown(state),
        "the token in the middle",
    )
    assert not answered.state["following"]
    answered.click_on("Follow the newest token")
    answered.wait_for(
        lambda state: state["following"] and state["cursor"] == state["tokens"] - 1, "the newest token"
    )


def test_a_typed_word_is_answered_and_an_offer_lets_it_in(answered: DrivenWindow) -> None:
    before = answered.state["settings"]
    answered.click_on("Find a token by text or ID")
    answered.type("zebra")
    told = answered.wait_for(lambda state: "removes" in answer(state, "zebra") and shown(state), "why not")
    answered.click_on(told["distribution"]["offers"][0])
    # Which of its spellings is meant, one token or two, depends on where the reply ended.
    after = answered.wait_for(lambda state: "survives every stage" in answer(state, "zebra"), "it is let in")
    assert after["settings"] != before
    assert after["distribution"]["sliders"] == after["settings"]
