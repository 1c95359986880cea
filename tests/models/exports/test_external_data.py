"""Weights in other files: read beside the graph and in the hub's cache, and nowhere else (faults 14 and 15)."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
import onnxruntime
import pytest

from models.exports.outline import read_outline
from tests.models.exports.refusal import refusal, refusal_of
from tests.models.exports.small_models import WIDTH, external, model, node, numbers, saved

BYTES = 4 * WIDTH


def adding(location: str, offset: int | None = 0, length: int | None = BYTES) -> onnx.ModelProto:
    """A model that adds a weight from elsewhere."""
    return model([node("Add", ["x", "w"])], [external("w", location, offset, length)])


def write_weights(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(numbers(7, WIDTH).tobytes())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder, with weights outside it."""
    write_weights(tmp_path / "secret")
    (tmp_path / "model").mkdir()
    return tmp_path / "model"


@pytest.mark.parametrize(
    "location",
    [
        "../secret",
        "sub/../../secret",
        "..\\secret",
        "../model/model.onnx",
        "/dev/zero",
        "/etc/passwd",
        "C:\\weights",
        "c:weights",
        "\\\\host\\share\\weights",
        "",
        " ",
        ".",
        "a\0b",
    ],
)
def test_fault_14_places_outside_the_folder_are_refused(folder: Path, location: str) -> None:
    error = refusal_of(folder, adding(location))
    assert error.case in ("unsafe-external-data", "not-a-regular-file")
    assert "“model.onnx”" in error.what or "is a folder" in error.what


def test_fault_14_an_absolute_path_into_the_folder_is_refused(folder: Path) -> None:
    write_weights(folder / "model.data")
    assert refusal_of(folder, adding(str(folder / "model.data"))).case == "unsafe-external-data"


@pytest.mark.parametrize("target", ["../secret", "/etc/passwd"])
def test_fault_14_links_out_of_the_folder_are_refused(folder: Path, target: str) -> None:
    (folder / "model.data").symlink_to(target)
    error = refusal_of(folder, adding("model.data", 0, None))
    assert error.case == "unsafe-external-data"
    assert "a link to a place outside" in error.what


def test_fault_14_a_linked_folder_is_seen_through(folder: Path) -> None:
    (folder / "sub").symlink_to("..")
    assert refusal_of(folder, adding("sub/secret")).case == "unsafe-external-data"


def test_fault_14_hard_links_are_refused(folder: Path) -> None:
    os.link(folder.parent / "secret", folder / "model.data")
    error = refusal_of(folder, adding("model.data"))
    assert error.case == "unsafe-external-data"
    assert "hard link" in error.what


def test_fault_14_pipes_sockets_and_folders_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(folder / "pipe")
    assert "a named pipe" in refusal_of(folder, adding("pipe")).what
    (folder / "sub").mkdir()
    assert "a folder" in refusal_of(folder, adding("sub")).what
    # The path of a socket may have some hundred bytes only: use a short one.
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert "a socket" in refusal_of(folder, adding("socket")).what


def test_fault_14_a_link_to_a_device_is_refused(folder: Path) -> None:
    (folder / "model.data").symlink_to("/dev/zero")
    assert refusal_of(folder, adding("model.data")).case == "unsafe-external-data"


def test_fault_14_an_address_in_memory_is_no_place(folder: Path) -> None:
    error = refusal_of(folder, adding("*/_ORT_MEM_ADDR_/*", 140_000_000_000_000))
    assert error.case == "missing-external-data"


def test_links_within_the_folder_are_followed(folder: Path) -> None:
    write_weights(folder / "real" / "weights")
    (folder / "model.data").symlink_to("real/weights")
    outline = read_outline(saved(folder / "model.onnx", adding("model.data")))
    assert outline.folder == (folder / "real").resolve()
    assert outline.files[0].path == folder / "model.data"


def test_weights_stay_beside_a_graph_that_is_linked_to(tmp_path: Path) -> None:
    write_weights(tmp_path / "here" / "model.data")
    saved(tmp_path / "here" / "model.onnx", adding("model.data"))
    link = tmp_path / "link.onnx"
    link.symlink_to("here/model.onnx")
    assert read_outline(link).folder == (tmp_path / "here").resolve()


def hub_snapshot(cache: Path, blobs: dict[str, bytes]) -> Path:
    """A model as the hub's cache has it: a snapshot of links to blobs. Gives the snapshot."""
    root = cache / "models--somebody--small"
    snapshot = root / "snapshots" / "0123abcd"
    (root / "blobs").mkdir(parents=True)
    for index, (name, content) in enumerate(blobs.items()):
        blob = root / "blobs" / f"{index:064x}"
        blob.write_bytes(content)
        (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
        (snapshot / name).symlink_to(os.path.relpath(blob, (snapshot / name).parent))
    return snapshot


def test_the_hubs_cache_of_links_is_read(tmp_path: Path) -> None:
    made = adding("model.onnx_data")
    snapshot = hub_snapshot(
        tmp_path,
        {
            "onnx/model.onnx": made.SerializeToString(),
            "onnx/model.onnx_data": numbers(7, WIDTH).tobytes(),
        },
    )
    outline = read_outline(snapshot / "onnx" / "model.onnx")
    assert outline.folder == (tmp_path / "models--somebody--small" / "blobs").resolve()
    tensor = outline.model.graph.initializers["w"].const_value
    assert tensor is not None
    assert np.array_equal(tensor.numpy(), numbers(7, WIDTH))
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(outline.folder)
    )
    graph = ir.to_proto(outline.model).SerializeToString()
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    x = numbers(8, WIDTH)
    assert np.array_equal(session.run(None, {"x": x})[0], x + numbers(7, WIDTH))


def test_the_hubs_cache_is_read_through_a_link_to_it(tmp_path: Path) -> None:
    snapshot = hub_snapshot(tmp_path, {"model.onnx_data": numbers(7, WIDTH).tobytes()})
    saved(snapshot / "model.onnx", adding("model.onnx_data"))
    (tmp_path / "mine").symlink_to(snapshot)
    outline = read_outline(tmp_path / "mine" / "model.onnx")
    assert outline.folder == (tmp_path / "models--somebody--small" / "blobs").resolve()


def test_fault_14_links_from_one_model_of_the_hub_to_another_are_refused(tmp_path: Path) -> None:
    snapshot = hub_snapshot(tmp_path, {"model.onnx": adding("model.onnx_data").SerializeToString()})
    write_weights(tmp_path / "models--other--one" / "blobs" / "abc")
    (snapshot / "model.onnx_data").symlink_to("../../../models--other--one/blobs/abc")
    assert refusal(snapshot / "model.onnx").case == "unsafe-external-data"


def test_fault_15_missing_weights_are_named(folder: Path) -> None:
    error = refusal_of(folder, adding("sub/model.data"))
    assert error.case == "missing-external-data"
    assert "“sub/model.data”" in error.what
    assert "“model.data”" in error.remedy


def test_fault_15_a_dead_link_is_named(folder: Path) -> None:
    (folder / "model.data").symlink_to("gone")
    assert "“gone”" in refusal_of(folder, adding("model.data")).what


@pytest.mark.parametrize(("size", "offset"), [(BYTES - 1, 0), (0, 0), (BYTES, 1), (BYTES, 1 << 60)])
def test_fault_15_weights_that_end_too_early_are_incomplete(folder: Path, size: int, offset: int) -> None:
    write_weights(folder / "model.data")
    os.truncate(folder / "model.data", size)
    error = refusal_of(folder, adding("model.data", offset))
    assert error.case == "truncated-external-data"
    assert f"“model.data” is incomplete: it has {size:,} of at least {offset + BYTES:,} bytes" in error.what


@pytest.mark.parametrize("length", [0, 1, BYTES - 4, BYTES + 4, 1 << 62])
def test_fault_15_a_length_that_does_not_fit_the_shape_is_refused(folder: Path, length: int) -> None:
    write_weights(folder / "model.data")
    error = refusal_of(folder, adding("model.data", 0, length))
    assert error.case == "damaged-onnx"
    assert "“w”" in error.what


@pytest.mark.parametrize("value", ["-1", "+1", "1.5", "0x10", "1e3", "١", " 1", "9" * 30, "\u202e1"])
@pytest.mark.parametrize("key", ["offset", "length"])
def test_fault_15_numbers_that_are_none_are_refused(folder: Path, key: str, value: str) -> None:
    write_weights(folder / "model.data")
    made = adding("model.data")
    for entry in made.graph.initializer[0].external_data:
        if entry.key == key:
            entry.value = value
    error = refusal_of(folder, made)
    assert error.case == "damaged-onnx"
    assert key in error.what
    assert "\u202e" not in error.what


def test_fault_15_an_entry_that_occurs_twice_is_refused(folder: Path) -> None:
    write_weights(folder / "model.data")
    made = adding("model.data")
    again = made.graph.initializer[0].external_data.add()
    again.key, again.value = "location", "../secret"
    assert "two entries “location”" in refusal_of(folder, made).what


def test_fault_18_weights_that_may_not_be_read_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_weights(folder / "model.data")
    # The superuser may read everything: have the system say what it says to others.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "model.data")
    assert "“model.data” may not be read" in refusal_of(folder, adding("model.data")).what
