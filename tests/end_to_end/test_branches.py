"""A person says things differently: edits, regenerates, goes on otherwise, throws the same dice. All of it stays."""

from __future__ import annotations

import pytest

from tests.end_to_end.conditions import answer, replied, said, shown, variants
from tests.end_to_end.driven_window import DrivenWindow, State
from tests.end_to_end.talking import POEM, STORY, stop_at, talk

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]

FORCED = " the wonderful zebra"


def look_at(window: DrivenWindow, position: int) -> State:
    """Click a token, and wait until its distribution is there."""
    window.click_at("token", position)
    return window.wait_for(
        lambda state: state["cursor"] == position and shown(state) and bool(state["distribution"]["rows"]),
        "the distribution of a token",
    )


def test_every_way_to_say_it_differently_makes_a_branch_and_the_tree_has_them_all(
    window: DrivenWindow,
) -> None:
    talk(window, STORY, 12)
    story = window.state
    window.act(0, "edit")
    window.wait_for(lambda state: state["keyboard"] == "Message, edited", "the message is written over")
    window.press("ctrl+a")
    window.type(POEM)
    window.press("Return")
    window.wait_for(lambda state: said(state)[:1] == [POEM], "another question")
    stop_at(window, 12)
    first = window.state
    assert variants(first) == [[2, 2], [1, 1]]

    window.press("ctrl+Return")
    window.wait_for(lambda state: variants(state) == [[2, 2], [2, 2]], "another reply")
    stop_at(window, 12)
    second = window.state
    assert second["seed"] != first["seed"]
    window.act(1, "earlier")
    window.wait_for(lambda state: said(state) == said(first) and replied(2)(state), "the one before")
    window.press("alt+Down")
    window.wait_for(lambda state: said(state) == said(second) and replied(2)(state), "the one after")
    window.press("alt+Up")
    window.wait_for(lambda state: said(state) == said(first) and replied(2)(state), "the one before, by key")

    # Another token of the distribution, by its row.
    before = window.ask("sequence")
    position = first["messages"][1]["span"][0] + 4
    looked = look_at(window, position)
    other = next(
        token for token, _ in looked["distribution"]["rows"] if token != looked["distribution"]["chosen"]
    )
    window.click_at("bar", other)
    window.click_on("Go on from this token")
    window.wait_for(lambda state: variants(state) == [[2, 2], [3, 3]], "a branch")
    stop_at(window, 12)
    branched = window.ask("sequence")
    assert branched[:position] == before[:position]
    assert branched[position][0] == other

    # A text that is typed.
    look_at(window, position)
    window.click_on("Find a token by text or ID")
    window.type(FORCED)
    window.wait_for(lambda state: bool(answer(state, FORCED)), "the answer about the text")
    window.click_on("Go on with this word")
    window.wait_for(lambda state: variants(state) == [[2, 2], [4, 4]], "a branch with the text")
    stop_at(window, 12)
    assert FORCED in said(window.state)[1]
    window.wait_for(
        lambda state: shown(state) and state["distribution"]["query"] == "", "the list instead of the answer"
    )

    # Two questions, and one and four replies to them.
    window.wait_for(lambda state: state["branches"] and state["branches"]["messages"] == 7, "the tree")
    window.click_at("branch", story["messages"][1]["id"])
    back = window.wait_for(lambda state: said(state) == said(story) and replied(2)(state), "the first branch")
    assert variants(back) == [[1, 2], [1, 1]]
    numbers = [message["id"] for message in back["messages"]]
    window.wait_for(lambda state: state["branches"]["shown"] == numbers, "the tree shows where one is")


def test_the_same_dice_write_another_reply_beside_it_when_a_setting_is_moved(window: DrivenWindow) -> None:
    talk(window, STORY, 40)
    before = window.ask("sequence")
    start, stop = window.state["messages"][1]["span"]
    window.press("ctrl+4")
    window.wait_for(lambda state: state["compared"] and len(state["compared"]["columns"]) == 1, "one column")
    left, top, width, height = window.find("place", "Temperature, slider")
    middle = top + height // 2
    # From the handle of 0.8 out of 2 to the far right.
    window.drag((left + round(width * 0.4), middle), (left + width - 2, middle))
    window.click_on("Replay with the same dice")
    window.wait_for(
        lambda state: state["compared"]["parting"].startswith("A, B part at"), "the place where they part"
    )
    window.press("Escape")
    compared = window.wait_for(
        lambda state: replied(2)(state) and all(state["compared"]["choices"]),
        "what each found of the choices",
    )["compared"]
    assert [column["letter"] for column in compared["columns"]] == ["A", "B"]
    assert compared["columns"][1]["title"] == "temperature 2.00"
    assert compared["tokens"][0] == stop - start
    assert variants(window.state) == [[1, 1], [2, 2]], "the transcript shows the other one"
    after = window.ask("sequence")
    pairs = list(zip(before[start:], after[start:], strict=False))
    parting = next(at for at, (one, other) in enumerate(pairs) if one[0] != other[0])
    place = f"(position {start + parting})"
    assert place in compared["parting"]
    assert all(one[2] == other[2] for one, other in pairs), "other dice"
