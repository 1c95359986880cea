"""A path is looked at before it is opened, and its content decides what it is."""

from __future__ import annotations

import hashlib
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from models import files
from models.errors import ModelFileError
from models.files import FileKind, check_regular_file, content_hash, recognise
from models.gguf.reader import read_gguf


def refused(path: Path) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        recognise(path)
    return caught.value


def onnx_bytes(graph: bytes = b"\x0a\x00", name: bytes = b"test") -> bytes:
    """A ModelProto: version 8, a producer, a graph, an operator set."""
    fields = b"\x08\x08" + b"\x12" + bytes([len(name)]) + name
    return fields + b"\x3a" + bytes([len(graph)]) + graph + b"\x42\x04\x0a\x00\x10\x15"


def safetensors_bytes() -> bytes:
    header = b'{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    return struct.pack("<Q", len(header)) + header + b"\0" * 4


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"GGUF\x03\0\0\0", FileKind.GGUF),
        (onnx_bytes(), FileKind.ONNX),
        (safetensors_bytes(), FileKind.SAFETENSORS),
    ],
)
@pytest.mark.parametrize("name", ["model.gguf", "model.onnx", "model.txt", "model"])
def test_content_decides_not_the_name(tmp_path: Path, name: str, content: bytes, kind: FileKind) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert recognise(path) is kind


def test_folders_are_folders(tmp_path: Path) -> None:
    assert recognise(tmp_path) is FileKind.FOLDER


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"GGUF")
    link = tmp_path / "link"
    link.symlink_to("real")
    assert recognise(link) is FileKind.GGUF


@pytest.mark.parametrize("ending", [".onnx", ".gguf", ".safetensors"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x08", "of an unknown kind"),
        (b"x", "plain text"),
        (b"Dear diary,\n" * 500, "plain text"),
        ("ação 日本\n".encode() * 700, "plain text"),
        (b'{"weight_map": {}}', "JSON text"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a PNG image"),
        (b"PK\x03\x04" + b"\0" * 100, "ZIP archive"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer"),
        (b"\x80\x02}q\x00.", "Python pickle"),
        (b"\0" * 5000, "nothing but zero bytes"),
        (bytes(range(256)) * 20, "of an unknown kind"),
    ],
)
def test_fault_01_what_is_no_model_is_named(tmp_path: Path, ending: str, content: bytes, said: str) -> None:
    path = tmp_path / f"model{ending}"
    path.write_bytes(content)
    error = refused(path)
    assert error.case == "not-a-model-file"
    assert said in error.what
    assert error.remedy


@pytest.mark.parametrize("content", [onnx_bytes(b"\x0a\x60" + b"g" * 96), safetensors_bytes()])
def test_fault_02_what_ends_too_early_is_incomplete(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content[:50])
    error = refused(path)
    assert error.case == "truncated-file"
    assert "it has 50 of at least " in error.what


def test_fault_02_an_onnx_file_without_its_graph_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    for length in range(2, 10):
        path.write_bytes(onnx_bytes()[:length])
        assert refused(path).case == "truncated-file"


def test_fault_18_pipes_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "pipe.gguf"
    os.mkfifo(path)
    assert "a named pipe" in refused(path).what
    with pytest.raises(ModelFileError):
        content_hash(path)


def test_fault_18_sockets_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The path of a socket may have some hundred bytes only: use a short one.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.gguf")
        assert "a socket" in refused(Path("socket.gguf")).what


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_fault_18_devices_are_not_opened(device: str) -> None:
    error = refused(Path(device))
    assert error.case == "not-a-regular-file"
    assert "a device" in error.what


def test_fault_18_dead_links_are_named(tmp_path: Path) -> None:
    link = tmp_path / "model.gguf"
    link.symlink_to("gone.gguf")
    error = refused(link)
    assert error.case == "dead-link"
    assert "gone.gguf" in error.what


def test_fault_18_links_in_a_circle_are_named(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "leads back to itself" in refused(tmp_path / "a").what


def test_fault_18_missing_files_are_named_with_their_path(tmp_path: Path) -> None:
    error = refused(tmp_path / "none.gguf")
    assert error.case == "no-such-file"
    assert str(tmp_path) in error.what


def test_fault_18_a_file_used_as_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"GGUF")
    assert refused(tmp_path / "file" / "model.gguf").case == "bad-path"


def test_fault_18_impossible_paths_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / ("x" * 5000)).case == "bad-path"
    assert refused(Path("model\0.gguf")).case == "bad-path"


def test_fault_18_no_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    path.chmod(0)
    if os.access(path, os.R_OK):
        # The superuser may read everything: have the system say what it says to others.
        monkeypatch.setattr(files.os, "access", lambda *_: False)
    refusal = refused(path)
    assert (refusal.case, refusal.remedy) == ("no-permission", "Change its permissions.")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("read", [recognise, content_hash, read_gguf])
def test_fault_18_a_failure_of_the_disk_is_told(read: Callable[[Path], object]) -> None:
    # Looks like an empty regular file; reading its first byte is an input/output error.
    with pytest.raises(ModelFileError, match="cannot be read") as caught:
        read(Path("/proc/self/mem"))
    assert caught.value.case == "unreadable-file"


def test_fault_18_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="a folder"):
        check_regular_file(tmp_path)


def test_fault_38_odd_names_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / "a\u202eb\nc.gguf"
    path.write_bytes(b"text")
    assert "“a⟨U+202E⟩b⟨U+000A⟩c.gguf”" in refused(path).what


def test_the_hash_is_sha256_and_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_HASH_BLOCK", 4)
    path = tmp_path / "model"
    path.write_bytes(b"0123456789")
    told: list[tuple[int, int]] = []
    digest = content_hash(path, lambda done, total: told.append((done, total)))
    assert digest == hashlib.sha256(b"0123456789").hexdigest()
    assert told == [(4, 10), (8, 10), (10, 10)]
    assert content_hash(path) == digest
