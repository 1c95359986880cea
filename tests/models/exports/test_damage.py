"""Files that are no ONNX, or a damaged one, are refused at once and in little memory (faults 1, 2, 16, 18)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.exports import stripping, wire
from models.exports.wire import length_field, varint
from tests.models.exports.refusal import refusal, refusal_of
from tests.models.exports.small_models import WIDTH, many_places, model, node, saved, weight
from tests.models.gguf_bytes import gguf_bytes

LENGTHS = (1 << 31, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)


def onnx_file(path: Path, graph: bytes = b"", rest: bytes = b"") -> Path:
    """A file of a version, a graph and an operator set."""
    path.write_bytes(b"\x08\x0a" + length_field(7, graph) + b"\x42\x04\x0a\x00\x10\x15" + rest)
    return path


def absurd(number: int, length: int) -> bytes:
    """A field that claims to be longer than anything."""
    return varint(number << 3 | wire.LENGTH) + varint(length) + b"abc"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x08", "of an unknown kind"),
        (b"Dear diary,\n" * 50, "plain text"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a PNG image"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer"),
        (gguf_bytes(), "a GGUF file"),
    ],
)
def test_fault_01_what_is_no_onnx_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    error = refusal(path)
    assert error.case == "not-a-model-file"
    assert said in error.what


def test_fault_02_a_truncated_file_is_incomplete(tmp_path: Path) -> None:
    whole = many_places().SerializeToString()
    path = tmp_path / "model.onnx"
    for size in range(20, len(whole) - 6, 997):
        path.write_bytes(whole[:size])
        error = refusal(path)
        assert error.case == "truncated-file"
        assert f"it has {size:,} of at least " in error.what


def test_fault_18_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.onnx")
    assert "a named pipe" in refusal(tmp_path / "pipe.onnx").what
    assert "a folder" in refusal(tmp_path).what
    assert "a device" in refusal(Path("/dev/zero")).what
    (tmp_path / "link.onnx").symlink_to("gone")
    assert refusal(tmp_path / "link.onnx").case == "dead-link"
    assert refusal(tmp_path / "gone.onnx").case == "no-such-file"


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("number", [1, 5, 11, 13, 2])
def test_fault_16_absurd_lengths_in_the_graph_are_refused(tmp_path: Path, number: int, length: int) -> None:
    error = refusal(onnx_file(tmp_path / "model.onnx", absurd(number, length)))
    assert error.case == "damaged-onnx"
    assert f"claims to have {length:,} bytes" in error.what


@pytest.mark.parametrize("length", LENGTHS)
def test_fault_16_absurd_lengths_of_weights_are_refused(tmp_path: Path, length: int) -> None:
    tensor = b"\x08\x04\x10\x01" + absurd(9, length)
    assert refusal(onnx_file(tmp_path / "model.onnx", length_field(5, tensor))).case == "damaged-onnx"


@pytest.mark.parametrize(
    "field",
    [
        b"\x0a" + b"\xff" * 20,  # a length that does not end
        b"\x08" + b"\x80" * 20,  # a number that does not end
        b"\x0b",  # the start of a group, which the format has not
        b"\x0f",  # a wire type that there is none
        b"\x00\x00",  # the field 0
        b"\x09abc",  # eight bytes cut
        b"\x08",  # a number that is missing
    ],
)
def test_fault_16_bytes_that_are_no_fields_are_refused(tmp_path: Path, field: bytes) -> None:
    path = onnx_file(tmp_path / "model.onnx", length_field(1, length_field(4, b"Relu") + field))
    assert refusal(path).case == "damaged-onnx"


@pytest.mark.parametrize("size", LENGTHS)
def test_fault_16_absurd_shapes_are_refused(tmp_path: Path, size: int) -> None:
    tensor = length_field(8, b"w") + b"\x10\x01" + b"\x08" + varint(size) + length_field(9, b"abcd")
    error = refusal(onnx_file(tmp_path / "model.onnx", length_field(5, tensor)))
    assert error.case == "damaged-onnx"
    assert "“w”" in error.what


def test_fault_16_shapes_whose_product_is_absurd_are_refused(tmp_path: Path) -> None:
    tensor = length_field(8, b"w") + b"\x10\x01" + (b"\x08" + varint(1 << 31)) * 3 + length_field(9, b"")
    error = refusal(onnx_file(tmp_path / "model.onnx", length_field(5, tensor)))
    assert "claims to be 2,147,483,648 × 2,147,483,648 × 2,147,483,648 values" in error.what


@pytest.mark.parametrize("packed", [True, False])
def test_fault_16_thousands_of_dimensions_are_refused(tmp_path: Path, packed: bool) -> None:
    dimensions = length_field(1, b"\x01" * 9999) if packed else b"\x08\x01" * 9999
    error = refusal(onnx_file(tmp_path / "model.onnx", length_field(5, length_field(8, b"w") + dimensions)))
    assert "more than 64 dimensions" in error.what


@pytest.mark.parametrize("count", [WIDTH - 1, WIDTH + 1, 0])
def test_fault_15_data_that_do_not_fit_the_shape_are_refused(tmp_path: Path, count: int) -> None:
    raw = weight("w")
    raw.raw_data = raw.raw_data[:4] * count
    assert f"holds {4 * count:,} bytes instead of 6,000" in refusal_of(tmp_path, model([], [raw])).what
    typed = weight("w")
    typed.ClearField("raw_data")
    typed.float_data.extend([1.0] * count)
    assert f"holds {count:,} values instead of 1,500" in refusal_of(tmp_path, model([], [typed])).what
    whole = weight("w")
    whole.ClearField("raw_data")
    whole.data_type = 7
    whole.int64_data.extend([300] * count)
    assert f"holds {count:,} values instead of 1,500" in refusal_of(tmp_path, model([], [whole])).what


@pytest.mark.parametrize("kind", [0, 99, (1 << 64) - 1])
def test_unknown_types_of_weights_are_named(tmp_path: Path, kind: int) -> None:
    tensor = length_field(8, b"w") + b"\x10" + varint(kind)
    error = refusal(onnx_file(tmp_path / "model.onnx", length_field(5, tensor)))
    assert error.case == "unsupported-data-type"
    assert f"type {kind}" in error.what


def test_sparse_weights_are_named(tmp_path: Path) -> None:
    made = model([node("Relu", ["x"])])
    made.graph.sparse_initializer.add().dims.append(3)
    assert refusal_of(tmp_path, made).case == "unsupported-sparse-tensor"


def test_fault_16_graphs_within_graphs_without_end_are_refused(tmp_path: Path) -> None:
    graph = b""
    for _ in range(2000):
        graph = length_field(1, length_field(4, b"If") + length_field(5, length_field(6, graph)))
    assert "nested too deeply" in refusal(onnx_file(tmp_path / "model.onnx", graph)).what


def test_fault_16_types_within_types_without_end_are_refused(tmp_path: Path) -> None:
    kind = b""
    for _ in range(2000):
        kind = length_field(4, length_field(1, kind))
    value = length_field(1, b"x") + length_field(2, kind)
    assert "nested too deeply" in refusal(onnx_file(tmp_path / "model.onnx", length_field(11, value))).what


def test_fault_16_more_parts_than_any_model_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_FIELDS", 1000)
    path = onnx_file(tmp_path / "model.onnx", b"\x6a\x00" * 1000)
    assert "more than 1,000 parts" in refusal(path).what


def test_weights_that_cannot_stay_in_the_file_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripping, "LARGEST_OUTLINE", 1 << 20)
    whole = weight("w")
    whole.ClearField("raw_data")
    whole.data_type = 7
    del whole.dims[:]
    whole.dims.append(1 << 20)
    whole.int64_data.extend([1] * (1 << 20))
    error = refusal_of(tmp_path, model([], [whole]))
    assert error.case == "outline-too-large"
    assert "more than 1 MiB" in error.what


@pytest.mark.parametrize("place", ["graph name", "operator", "input"])
def test_names_that_are_no_text_are_refused(tmp_path: Path, place: str) -> None:
    bad = b"\xff\xfe\x80"
    node_bytes = length_field(4, bad if place == "operator" else b"Relu") + length_field(2, b"y")
    node_bytes += length_field(1, bad if place == "input" else b"x")
    graph = length_field(1, node_bytes) + (length_field(2, bad) if place == "graph name" else b"")
    graph += length_field(11, length_field(1, b"x")) + length_field(12, length_field(1, b"y"))
    path = onnx_file(tmp_path / "model.onnx", graph)
    assert "is not UTF-8" in refusal(path).what


def test_two_graphs_are_refused(tmp_path: Path) -> None:
    path = onnx_file(tmp_path / "model.onnx", b"", length_field(7, b""))
    assert "occurs twice" in refusal(path).what


def test_a_damaged_name_is_shown_harmlessly(tmp_path: Path) -> None:
    error = refusal(saved(tmp_path / "mo\u202edel.onnx", model([node("Relu", ["nothing\n\u202e"])])))
    assert "\u202e" not in str(error)
    assert "\n" not in str(error)
