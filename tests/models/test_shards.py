"""Names of numbered files tell which belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import ModelFileError
from models.shards import all_shards, check_none_missing, listed


def test_one_shard_names_them_all() -> None:
    expected = [Path(f"a/b-0000{number}-of-00003.gguf") for number in (1, 2, 3)]
    for path in expected:
        assert list(all_shards(path)) == expected
    assert all_shards(Path("m-00001-of-00001.safetensors")) == (Path("m-00001-of-00001.safetensors"),)


@pytest.mark.parametrize(
    "name",
    [
        "model.gguf",
        "m-00004-of-00003.gguf",
        "m-00000-of-00003.gguf",
        "m-1-of-3.gguf",
        "m-00001-of-99999.gguf",
        "-00001-of-00002.gguf",
        "m-00001-of-00002.gguf.part",
        "m-٠٠٠٠١-of-٠٠٠٠٢.gguf",
    ],
)
def test_other_names_stand_for_themselves(name: str) -> None:
    assert all_shards(Path(name)) == (Path(name),)


def test_fault_09_missing_files_are_listed(tmp_path: Path) -> None:
    paths = all_shards(tmp_path / "m-00001-of-00009.gguf")
    paths[3].write_bytes(b"")
    with pytest.raises(ModelFileError) as caught:
        check_none_missing(paths)
    assert caught.value.case == "missing-shard"
    assert "in 9 files, of which “m-00001-of-00009.gguf”, “m-00002-of" in caught.value.what
    assert "“m-00006-of-00009.gguf” and 3 more are missing" in caught.value.what


def test_fault_38_listed_names_are_escaped() -> None:
    assert listed(["a\u202eb"]) == "“a⟨U+202E⟩b”"
