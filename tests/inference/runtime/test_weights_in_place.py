"""The runtime reads weights out of another .onnx file, wherever they begin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx_ir as ir
import onnxruntime
import pytest
from onnx import numpy_helper

from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter, Session
from models.exports.outline import Outline, read_outline
from models.weights.element_types import ELEMENT_TYPES
from models.weights.stored_tensor import StoredTensor
from tests.models.exports.small_models import WIDTH, external, many_places, model, node, numbers, saved


def run_outline(outline: Outline, x: np.ndarray) -> np.ndarray:
    graph = ir.to_proto(outline.model).SerializeToString()
    session = Session(graph, choose_provider("cpu"), Interrupter(), str(outline.folder))
    return session.run(["y"], {"x": x})[0]


@pytest.mark.parametrize("padding", range(8))
@pytest.mark.parametrize("sign", [1, -1])
def test_weights_are_read_where_they_lie(tmp_path: Path, padding: int, sign: int) -> None:
    made = many_places()
    # A longer name moves all weights by a byte.
    made.producer_name = "x" * (10 + padding)
    path = saved(tmp_path / "model.onnx", made)
    x = sign * np.abs(numbers(9, WIDTH))
    untouched = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    assert np.array_equal(run_outline(read_outline(path), x), untouched.run(["y"], {"x": x})[0])


def test_weights_beyond_four_gigabytes_are_read_where_they_lie(tmp_path: Path) -> None:
    rows = (1 << 32) // (4 * WIDTH) + 2
    values = numbers(3, WIDTH)
    with (tmp_path / "model.data").open("wb") as file:
        # All but the last row is a hole, which takes no place on the disk.
        file.seek(1 + 4 * WIDTH * (rows - 1))
        file.write(values.tobytes())
    table = external("table", "model.data", 1, 4 * WIDTH * rows)
    table.dims.insert(0, rows)
    last = numpy_helper.from_array(np.array(rows - 1), "last")
    nodes = [
        # A row that depends on the input: of constants the runtime would compute one as it loads, in memory.
        node("ReduceSum", ["x"], ["sum"], keepdims=0),
        node("Sub", ["sum", "sum"], ["nothing"]),
        node("Cast", ["nothing"], ["zero"], to=7),
        node("Add", ["zero", "last"], ["place"]),
        node("Gather", ["table", "place"], ["row"]),
        node("Add", ["x", "row"]),
    ]
    outline = read_outline(saved(tmp_path / "model.onnx", model(nodes, [table, last])))
    assert outline.weight_bytes["FLOAT"] == 4 * WIDTH * rows
    x = numbers(9, WIDTH)
    assert np.array_equal(run_outline(outline, x), x + values)


@pytest.mark.parametrize("kind", ["in a file", "in the graph", "a constant"])
def test_what_is_computed_of_weights_is_of_those_that_are_given(tmp_path: Path, kind: str) -> None:
    """The runtime turns constant matrices around as it opens a graph: of the given one, not of that in the file."""
    there, given = np.random.default_rng(0).standard_normal((2, WIDTH, WIDTH)).astype(np.float32)
    there.tofile(tmp_path / "model.data")
    nodes = [node("Transpose", ["matrix"], ["turned"]), node("MatMul", ["x", "turned"])]
    matrix = numpy_helper.from_array(there, "matrix")
    if kind == "in a file":
        matrix = external("matrix", "model.data", 0, there.nbytes)
        matrix.dims.insert(0, WIDTH)
    if kind == "a constant":
        nodes.insert(0, node("Constant", [], ["matrix"], value=matrix))
    graph = model(nodes, [] if kind == "a constant" else [matrix]).SerializeToString()
    weights = {
        name: StoredTensor(name, ELEMENT_TYPES[1], given.shape, inner=given)
        for name in ("matrix", "elsewhere")
    }
    provider = replace(choose_provider("cpu"), weights=weights)
    session = Session(graph, provider, Interrupter(), str(tmp_path))
    x = numbers(9, WIDTH)
    np.testing.assert_allclose(session.run(["y"], {"x": x})[0], x @ given.T, rtol=1e-4, atol=1e-4)
