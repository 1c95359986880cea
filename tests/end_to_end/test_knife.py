"""A person looks through the layers, mutes heads, ranks them, and has the reply written again without them."""

from __future__ import annotations

import pytest

from tests.end_to_end.conditions import replied
from tests.end_to_end.driven_window import DrivenWindow

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]

QUESTION = "What is the capital of France? Answer in one sentence."


@pytest.fixture
def answered(window: DrivenWindow) -> DrivenWindow:
    """The window after a short reply."""
    window.type(QUESTION)
    window.press("Return")
    window.wait_for(replied(2), "a reply")
    return window


def test_the_layers_on_the_way_to_a_token(answered: DrivenWindow) -> None:
    answered.click_on("Lens")
    seen = answered.wait_for(lambda state: state["lens"] and state["lens"]["shares"], "the shares of a logit")
    assert "What adds up to the logit of" in seen["lens"]["added"]
    assert "rounding" in seen["lens"]["shares"]
    first = answered.state["messages"][1]["span"][0]
    answered.click_at("token", first + 1)
    answered.wait_for(
        lambda state: state["lens"]["shares"] not in ("", seen["lens"]["shares"]), "those of another token"
    )


def test_heads_are_muted_ranked_and_written_without(answered: DrivenWindow) -> None:
    first = answered.state["messages"][1]["span"][0]
    answered.click_on("Knife")
    answered.click_at("token", first + 2)
    left, top, _, _ = answered.place_of("Heads and blocks to mute")
    answered.click(left + 60, top + 60)
    answered.wait_for(lambda state: state["muted"].startswith("head "), "a muted head")
    answered.wait_for(lambda state: "nats apart" in state["knife"]["told"], "what that changes")
    answered.click_on("Here only")
    answered.click_on("Rank heads")
    answered.wait_for(
        lambda state: state["knife"]["ranked"] == 270 and not state["knife"]["ranking"], "a ranking"
    )
    before = answered.state["messages"][1]
    answered.click_on("Write again")
    answered.wait_for(
        lambda state: replied(2)(state) and state["messages"][1] != before, "the reply without that head"
    )
    answered.click_on("Undo all that is muted")
    answered.wait_for(lambda state: not state["muted"], "the whole model again")
