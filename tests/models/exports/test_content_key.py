"""A model's key changes when the model does, and with nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.errors import ModelFileError
from models.exports import content_key as module
from models.exports.content_key import content_key
from models.exports.folder import examine_folder
from tests.models.exports.small_models import many_places, saved


def test_every_byte_of_a_small_file_counts(tmp_path: Path) -> None:
    path = tmp_path / "a"
    keys = set()
    for content in (b"", b"a", b"b", b"ab"):
        path.write_bytes(content)
        keys.add(content_key([path]))
    assert len(keys) == 4


def test_the_place_does_not_count(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a").write_bytes(b"same")
    assert content_key([tmp_path / "one" / "a"]) == content_key([tmp_path / "two" / "a"])


def test_of_a_large_file_the_ends_and_the_time_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_HASHED", 100)
    path = tmp_path / "weights"
    content = bytearray(3 << 20)
    path.write_bytes(content)
    os.utime(path, ns=(0, 0))
    first = content_key([path])
    assert content_key([path]) == first
    os.utime(path, ns=(0, 1))
    assert content_key([path]) != first
    for place in (0, len(content) - 1):
        changed = content.copy()
        changed[place] = 1
        path.write_bytes(changed)
        os.utime(path, ns=(0, 0))
        assert content_key([path]) != first


def test_what_belongs_to_a_variant_counts(tmp_path: Path) -> None:
    saved(tmp_path / "model.onnx", many_places())
    (tmp_path / "model_q4.onnx").write_bytes((tmp_path / "model.onnx").read_bytes() + b"\x1a\x01x")
    (tmp_path / "config.json").write_text("{}")

    def keys() -> list[str]:
        found = examine_folder(tmp_path)
        return [found.content_key(one) for one in found.variants]

    before = keys()
    assert before[0] != before[1]
    (tmp_path / "model.onnx_data").write_bytes(b"weights")
    assert keys()[0] != before[0]
    assert keys()[1] == before[1]
    (tmp_path / "tokenizer.json").write_text("{}")
    assert keys()[1] != before[1]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="gone"):
        content_key([tmp_path / "gone"])
