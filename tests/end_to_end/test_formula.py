"""A person sees neurons of the running model spelled out in real numbers, and where a weight of them lies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conditions import replied
from tests.end_to_end.driven_window import DrivenWindow
from tests.models.convolutional import write_convolutional

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]

QUESTION = "What is the capital of France? Answer in one sentence."


def test_a_logit_and_a_neuron_of_the_mlp_are_spelled_out(window: DrivenWindow) -> None:
    window.type(QUESTION)
    window.press("Return")
    window.wait_for(replied(2), "a reply")
    window.click_on("Formula")
    first = window.state["messages"][1]["span"][0]
    window.click_at("token", first + 1)
    seen = window.wait_for(
        lambda state: state["formula"] and f"token {first} “" in state["formula"]["about"],
        "the logit of a word",
    )["formula"]
    assert seen["about"].startswith("Logit of “")
    assert seen["part"] == "head"
    assert seen["figure"].startswith("Y = ")
    assert abs(seen["rounded"]) < 1e-4 < abs(seen["computed"] - seen["sum"]) < 1
    assert "accuracy level 4" in seen["check"]

    window.click_on("Block or layer")
    window.press("Home", "Return")
    seen = window.wait_for(
        lambda state: state["formula"] and state["formula"]["block"] == 0, "the first block"
    )["formula"]
    assert seen["part"] == "query projection"
    window.click_on("Layer of the block")
    window.press("End", "Return")
    seen = window.wait_for(
        lambda state: state["formula"] and state["formula"]["part"] == "down projection", "its last layer"
    )["formula"]
    assert abs(seen["rounded"]) < 1e-4

    window.click_at("row", "Terms of the formula", seen["first"][0])
    seen = window.wait_for(
        lambda state: state["formula"] and state["formula"]["term"] >= 0, "a chosen weight"
    )
    chosen, neuron = seen["formula"]["term"], seen["formula"]["neuron"]
    window.press("Return")
    seen = window.wait_for(
        lambda state: state["formula"] and state["formula"]["part"] == "gate projection",
        "where the input comes from",
    )["formula"]
    assert seen["neuron"] == chosen
    assert "SiLU(Y)" in seen["figure"]
    window.click_on("Numbers")
    weight = f"layers.0.down.quantized[{neuron}, {chosen}]"
    window.wait_for(
        lambda state: state["numbers"] and weight in state["numbers"]["about"],
        "the bits of that weight",
    )


def test_the_network_of_the_talk_is_spelled_out(start: Callable[..., DrivenWindow], tmp_path: Path) -> None:
    window = start(str(write_convolutional(tmp_path / "flowers.onnx")))
    window.wait_for(lambda state: state["layers"] and state["layers"]["rows"], "its layers")
    window.click_on("Formula")
    seen = window.wait_for(lambda state: state["formula"], "a neuron of its last layer")["formula"]
    assert seen["part"] == "dense_1/MatMul"
    assert "made-up input" in seen["about"]
    assert seen["computed"] == pytest.approx(seen["sum"], abs=1e-6)
