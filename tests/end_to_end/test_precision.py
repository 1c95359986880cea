"""A person has a reply read in other number formats, stops, goes on, and looks at a token in each of them."""

from __future__ import annotations

import pytest

from tests.end_to_end.conditions import replied
from tests.end_to_end.driven_window import DrivenWindow

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]


def test_a_reply_is_read_in_five_formats(window: DrivenWindow) -> None:
    window.type("What is the capital of France? Answer in one sentence.")
    window.press("Return")
    window.wait_for(replied(2), "a reply")
    before = window.ask("sequence")
    window.click_on("More workspaces")
    window.click_on("Precision")
    seen = window.wait_for(lambda state: state["precision"], "the panel")["precision"]
    assert [row[:2] for row in seen["rows"]] == [
        [name, "not read"] for name in ("FP32", "FP16", "BF16", "INT8", "INT4")
    ]

    window.click_on("Read in five formats")
    window.wait_for(lambda state: state["precision"]["reading"], "a format that is read")
    window.click_on("Stop reading in other formats")
    seen = window.wait_for(
        lambda state: (
            not state["precision"]["reading"] and not state["precision"]["button"].startswith("Stop")
        ),
        "an end of it",
    )["precision"]
    assert seen["rows"][4][1] == "not read"

    window.click_on(seen["button"])
    seen = window.wait_for(lambda state: state["precision"]["button"] == "Read again", "every format")[
        "precision"
    ]
    rows = {row[0]: row for row in seen["rows"]}
    assert [row[1] for row in seen["rows"]] == ["reference", "emulated", "emulated", "real, in use", "real"]
    assert rows["FP32"][2] == "538\u00a0MB"
    assert rows["BF16"][8] == "–"
    assert float(rows["INT8"][8]) > 0
    assert float(rows["INT4"][4]) > float(rows["INT8"][4]) > 0
    assert "Q4_1" in seen["about"]
    assert window.ask("sequence") == before

    first, last = window.state["messages"][1]["span"]
    left, top, width, height = window.place_of("Formats over the text of the reply")
    window.click(left + width // 3, top + height // 3)
    seen = window.wait_for(
        lambda state: first <= state["cursor"] < last - 1 and "INT4: " in state["precision"]["token"],
        "a token in every format",
    )["precision"]
    assert seen["token"].count(", rank ") == 5
    window.click_on("Message")
    window.type("And of Spain?")
    window.press("Return")
    seen = window.wait_for(
        lambda state: replied(4)(state) and state["precision"]["rows"][0][1] == "not read", "another reply"
    )["precision"]
    assert "to be read in five formats" in seen["about"]
