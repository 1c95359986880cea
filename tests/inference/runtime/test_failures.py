"""What the runtime refuses is told in sentences that name the operator, the version or the file."""

from __future__ import annotations

from pathlib import Path

import onnx
import onnx_ir as ir
import pytest

from inference.runtime.failures import OUT_OF_MEMORY, runtime_failure
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter, Session
from models.errors import VitrineError
from models.exports.outline import read_outline
from tests.models.exports.small_models import WIDTH, external, model, node, numbers, saved


def refused(graph: bytes | str, folder: Path | None = None) -> VitrineError:
    with pytest.raises(VitrineError) as caught:
        Session(graph, choose_provider("cpu"), Interrupter(), None if folder is None else str(folder))
    return caught.value


@pytest.mark.parametrize(
    ("made", "case", "said"),
    [
        (model([node("Foo", ["x"])]), "unsupported-operator", "“Foo”"),
        (
            model([node("Foo", ["x"], domain="com.microsoft")], domains=["com.microsoft"]),
            "unsupported-operator",
            "“com.microsoft:Foo”",
        ),
        (model([node("Relu", ["x"])], opset=99), "unsupported-onnx-version", "opset 99"),
        (
            model([node("Relu", ["x"])], ir_version=99),
            "unsupported-onnx-version",
            "version 99 of the ONNX format",
        ),
    ],
)
def test_fault_16_what_the_runtime_does_not_know_is_named(
    made: onnx.ModelProto, case: str, said: str
) -> None:
    error = refused(made.SerializeToString())
    assert error.case == case
    assert said in error.what


def test_fault_16_numbers_that_the_runtime_cannot_compute_with_are_told() -> None:
    made = model([node("MatMul", ["x", "x"])])
    for value in (*made.graph.input, *made.graph.output):
        value.type.tensor_type.elem_type = onnx.TensorProto.BFLOAT16
    made.graph.output[0].type.tensor_type.ClearField("shape")
    error = refused(made.SerializeToString())
    assert error.case == "unsupported-operator"
    assert "“MatMul”" in error.what


@pytest.mark.parametrize("left", [0, 100])
def test_fault_53_weights_that_changed_since_they_were_read_are_told(tmp_path: Path, left: int) -> None:
    (tmp_path / "model.data").write_bytes(numbers(1, WIDTH).tobytes())
    path = saved(tmp_path / "model.onnx", model([node("Add", ["x", "w"])], [external("w", "model.data")]))
    outline = read_outline(path)
    if left:
        (tmp_path / "model.data").write_bytes(b"x" * left)
    else:
        (tmp_path / "model.data").unlink()
    error = refused(ir.to_proto(outline.model).SerializeToString(), outline.folder)
    assert error.case == "weights-changed"


@pytest.mark.parametrize(
    "said",
    [
        "CUDA failure 2: out of memory ; GPU=0 ; hostname=x",
        "Failed to allocate memory for requested buffer of size 12582912",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
        "CUBLAS failure 3: the resource allocation failed ; GPU=0",
        "std::bad_alloc",
    ],
)
def test_fault_40_no_room_is_told_whoever_says_it(said: str) -> None:
    error = runtime_failure(RuntimeError(said))
    assert error.case == OUT_OF_MEMORY
    assert said.split(":", maxsplit=1)[0] in error.what
    assert error.remedy


def test_of_a_librarys_failure_its_own_words_are_told() -> None:
    said = "[ONNXRuntimeError] : 1 : FAIL : /src/x.cc:154 CudaCall(int) CUBLAS failure 1: not ready ; GPU=0"
    assert runtime_failure(RuntimeError(said)).what == "The runtime failed: CUBLAS failure 1: not ready."


def test_anything_else_is_one_line() -> None:
    error = runtime_failure(RuntimeError("first\u202e line.\nsecond line"))
    assert error.what == "The runtime failed: first⟨U+202E⟩ line."
    assert runtime_failure(MemoryError("no")).case == "out-of-memory"
    assert runtime_failure(error) is error
