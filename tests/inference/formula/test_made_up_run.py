"""Runs of graphs that nobody talks to: the same input each time, and a sentence where none can be made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from inference.formula.made_up_run import MOST_VALUES, MadeUpRun
from models.errors import VitrineError
from models.graph_runner import Run
from tests.models.formula.small_graphs import inspected


def graph_of(element: int, shape: Sequence[int | str]) -> onnx.ModelProto:
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"], name="same")],
        "small",
        [helper.make_tensor_value_info("x", element, shape)],
        [helper.make_tensor_value_info("y", element, shape)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def made_up(path: Path, element: int, shape: Sequence[int | str]) -> tuple[MadeUpRun, list[bytes]]:
    """A run of a graph that hands on what it is given, and the graphs that were opened."""
    model = graph_of(element, shape)
    path.write_bytes(model.SerializeToString())
    opened: list[bytes] = []

    def open_graph(graph: bytes, folder: Path) -> Run:
        opened.append(graph)

        def run(outputs: Sequence[str], inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
            return [inputs["x"] for _ in outputs]

        return run

    return MadeUpRun(path, inspected(model), open_graph), opened


def test_it_is_the_same_each_time_and_opened_once(tmp_path: Path) -> None:
    run, opened = made_up(tmp_path / "small.onnx", TensorProto.FLOAT, ["batch", 3])
    first = run.observed("graph", ("y",), 0)["y"]
    assert first.shape == (1, 3)
    assert ((first >= 0) & (first < 1)).all()
    np.testing.assert_array_equal(first, run.observed("graph", ("x", "y"), 5)["x"])
    assert len(opened) == 1


def test_whole_numbers_are_ones(tmp_path: Path) -> None:
    run, _ = made_up(tmp_path / "small.onnx", TensorProto.INT64, [1, 4])
    assert run.observed("graph", ("y",), 0)["y"].tolist() == [[1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("element", "shape"),
    [(TensorProto.STRING, [1, 2]), (TensorProto.FLOAT, [1 << 20, 2 * MOST_VALUES >> 20])],
)
def test_what_cannot_be_made_up_is_said(tmp_path: Path, element: int, shape: list[int]) -> None:
    run, opened = made_up(tmp_path / "small.onnx", element, shape)
    with pytest.raises(VitrineError, match="is given something that cannot be made up"):
        run.observed("graph", ("y",), 0)
    assert not opened
