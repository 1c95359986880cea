"""A person looks at what the model is made of and at where its time goes: layers, tensors, bits, measurements."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.end_to_end.conditions import replied
from tests.end_to_end.driven_window import DrivenWindow, State, wait_until
from tests.models.convolutional import PARAMETERS, write_convolutional

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]

TREE, TABLE = "Layers of the model", "Tensors of the model"
WEIGHT = "layers.3.attention_norm.gain"
WIDTH = 576
"""Of the default model: so many values has that weight."""


def choose_weight(window: DrivenWindow, name: str) -> State:
    """Find a weight in the table and look at it; what is shown of it then."""
    window.click_on("Filter tensors by name or type")
    window.type(name)
    window.wait_for(lambda state: state["tensors"]["about"].startswith("1 of "), "the weight alone")
    window.click_at("row", TABLE, name)
    return window.wait_for(
        lambda state: (
            state["tensors"]["title"] == name
            and "deviation" in state["tensors"]["facts"]
            and state["tensors"]["drawn"]
        ),
        "its statistics",
    )


def test_the_layers_are_a_tree_and_one_expression(window: DrivenWindow) -> None:
    window.click_on("Inside")
    seen = window.wait_for(lambda state: state["layers"] and state["layers"]["rows"], "the layers")["layers"]
    assert seen["about"].startswith("134,515,008 parameters")
    rows = dict(seen["rows"])
    assert rows["embedding"] == "28,311,552"
    assert {f"block {number}" for number in range(30)} < set(rows)

    window.click_at("row", TREE, "block 0")
    window.press("Right")
    seen = window.wait_for(lambda state: len(state["layers"]["rows"]) > len(rows), "an open block")["layers"]
    assert ["attention", "none"] in seen["rows"]
    assert ["down projection", f"{576 * 1536:,}"] in seen["rows"]

    window.click_on("Expression")
    seen = window.wait_for(lambda state: state["layers"]["expression"], "the expression")["layers"]
    assert seen["expression"].startswith("logits = Head(FinalNorm(… Embedding(ids)))\n")
    window.click_at("link", "The model as one expression", "…")
    window.wait_for(
        lambda state: "FinalNorm(Block29(Block28(" in state["layers"]["expression"], "all of its blocks"
    )
    window.click_at("link", "The model as one expression", "Block28")
    window.wait_for(lambda state: "Block28(x) =" in state["layers"]["expression"], "what is in a block")


def test_a_weight_has_statistics_and_is_saved_for_numpy(window: DrivenWindow, tmp_path: Path) -> None:
    window.click_on("Inside")
    window.wait_for(lambda state: state["tensors"] and "of" in state["tensors"]["about"], "the tensors")
    facts = choose_weight(window, WEIGHT)["tensors"]["facts"]
    path = tmp_path / "gain.npy"
    window.click_on("Save the tensor as a NumPy array")
    window.wait_for(lambda state: state["dialog"] == "Save tensor", "the question where")
    window.press("ctrl+a")
    window.type(str(path))
    window.press("Return")
    wait_until(path.is_file, "the file", 30)
    saved = np.load(path)
    assert (saved.shape, saved.dtype) == ((WIDTH,), np.float32)
    assert f"max {saved.max():.4f}" in facts
    assert f"mean {saved.mean(dtype=np.float64):.4f}" in facts


def test_a_bit_is_flipped_seen_and_turned_back(window: DrivenWindow) -> None:
    window.click_on("Numbers")
    window.wait_for(lambda state: state["tensors"] and "of" in state["tensors"]["about"], "the tensors")
    choose_weight(window, WEIGHT)
    left, top, width, _ = window.place_of("Values as a picture")
    window.click(left + width // 2, top + 8)
    before = window.wait_for(lambda state: f"{WEIGHT}[" in state["numbers"]["about"], "a value")["numbers"]
    window.enter_number("Bit to be flipped, 0 is the lowest", "30")
    window.wait_for(lambda state: state["numbers"]["bit"] == 30, "its highest exponent bit")
    window.click_on("Flip this bit of the weight in memory")
    said = window.wait_for(lambda state: state["banners"], "the banner")["banners"]
    assert f"A bit of {WEIGHT} is flipped in memory" in said[0]
    assert "The file is as it was." in said[0]
    window.wait_for(lambda state: state["numbers"]["bits"] != before["bits"], "another value")
    window.click_on("Undo")
    window.wait_for(
        lambda state: not state["banners"] and state["numbers"] == {**before, "bit": 30},
        "the value as it was",
    )
    window.wait_for(
        lambda state: state["tensors"]["drawn"] and "deviation" in state["tensors"]["facts"], "its statistics"
    )


def test_the_time_of_a_reply_is_measured_by_layer_and_operator(window: DrivenWindow) -> None:
    window.type("What is the capital of France? Answer in one sentence.")
    window.press("Return")
    window.wait_for(replied(2), "a reply")
    window.click_on("Performance")
    seen = window.wait_for(
        lambda state: state["performance"] and "tokens/s" in state["performance"]["about"],
        "the time of its last token",
    )["performance"]
    assert re.fullmatch(r"[\d.,]+ tokens/s · [\d.,]+ ms a token · [\d,]+ tokens", seen["about"])
    assert "model " in seen["token"]
    assert not seen["operators"]

    window.click_on("Measure")
    window.wait_for(lambda state: state["performance"]["measuring"], "a measurement")
    window.click_on("Stop measuring")
    seen = window.wait_for(lambda state: not state["performance"]["measuring"], "an end of it")["performance"]
    assert not seen["refusal"]

    window.click_on("Measure")
    seen = window.wait_for(
        lambda state: state["performance"]["operators"] and not state["performance"]["measuring"],
        "times of layers and operators",
    )["performance"]
    assert "MatMulNBits" in seen["operators"]
    assert "GroupQueryAttention × 30" in seen["operators"]
    assert seen["layers"]
    assert "GB/s of" in seen["limits"]
    assert "CUDA" in seen["runs"]


def test_a_file_that_is_no_language_model_opens_as_a_table_of_layers(
    start: Callable[..., DrivenWindow], tmp_path: Path
) -> None:
    window = start(str(write_convolutional(tmp_path / "flowers.onnx")))
    seen = window.wait_for(lambda state: state["layers"] and state["layers"]["rows"], "its layers")
    assert seen["model"] == "flowers"
    rows = dict(seen["layers"]["rows"])
    assert {name: rows[name] for name in PARAMETERS} == {
        name: f"{count:,}" for name, count in PARAMETERS.items()
    }
    assert {name for name in rows if rows[name] == "none"} >= {"max_pooling2d", "flatten", "dropout"}
    assert seen["layers"]["about"].startswith(f"{sum(PARAMETERS.values()):,} parameters")
    window.click_at("row", TREE, "conv2d")
    seen = window.wait_for(lambda state: "conv2d/Conv2D" in state["layers"]["detail"], "its graph")
    assert "Its weights are in the rows within it." in seen["layers"]["detail"]
    window.press("Right", "Down")
    window.wait_for(lambda state: "conv2d/kernel" in state["layers"]["detail"], "its weights")
    window.click_at("link", "Weights and nodes of the layer", "conv2d/kernel")
    window.wait_for(
        lambda state: state["tensors"]["title"] == "conv2d/kernel" and "mean" in state["tensors"]["facts"],
        "statistics of its kernel",
    )
