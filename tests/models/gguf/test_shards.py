"""A model in several GGUF files opens from any of them, or says what is missing."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from models.errors import ModelFileError
from models.gguf.reader import read_gguf
from tests.models.gguf_bytes import TEXT, UINT32, array, entry, gguf_bytes, tensor
from tests.models.tiny_gguf import tiny_weights, write_tiny_llama

NAMES = [f"model-0000{number}-of-00003.gguf" for number in (1, 2, 3)]


def shard(number: int, *tensors: str, count: int = 3, total: int = 3, more: tuple[bytes, ...] = ()) -> bytes:
    """A shard whose tensors hold their place in the model: first letter a is 0, b is 1 and so on."""
    places = (
        entry("split.no", UINT32, number),
        entry("split.count", UINT32, count),
        entry("split.tensors.count", UINT32, total),
    )
    table = [tensor(name, [8], offset=32 * place) for place, name in enumerate(tensors)]
    data = b"".join(np.full(8, ord(name[0]) - ord("a"), "<f4").tobytes() for name in tensors)
    return gguf_bytes(metadata=(*more, *places), tensors=table, data=data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    head = (entry("general.architecture", TEXT, "llama"), array("words", TEXT, ["x"]))
    (tmp_path / NAMES[0]).write_bytes(shard(0, "a", more=head))
    (tmp_path / NAMES[1]).write_bytes(shard(1, "b"))
    (tmp_path / NAMES[2]).write_bytes(shard(2, "c"))
    return tmp_path


def refused(path: Path) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        read_gguf(path)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_any_shard_opens_the_whole(folder: Path, name: str) -> None:
    file = read_gguf(folder / name)
    assert [path.name for path in file.files] == NAMES
    assert file.path == folder / NAMES[0]
    assert file.architecture == "llama"
    assert list(file.tensors) == ["a", "b", "c"]
    for number, letter in enumerate("abc"):
        assert file.read(letter).tolist() == [number] * 8


def test_what_the_gguf_package_splits_is_put_together(tmp_path: Path) -> None:
    whole = gguf.GGUFReader(write_tiny_llama(tmp_path / "whole.gguf"))
    writer = gguf.GGUFWriter(tmp_path / "tiny.gguf", "llama", split_max_tensors=6)
    for one in whole.tensors:
        writer.add_tensor(one.name, one.data)
    writer.write_header_to_file(tmp_path / "tiny.gguf")
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (tmp_path / "whole.gguf").unlink()
    file = read_gguf(tmp_path / "tiny-00002-of-00004.gguf")
    assert len(file.files) == 4
    np.testing.assert_array_equal(file.read("blk.1.ffn_down.weight"), tiny_weights()["blk.1.ffn_down.weight"])


def test_a_single_file_may_say_that_it_is_one_of_one(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    for count in (0, 1):
        path.write_bytes(shard(0, "a", count=count, total=1))
        assert read_gguf(path).files == (path,)


def test_fault_09_missing_shards_are_listed(folder: Path) -> None:
    (folder / NAMES[1]).unlink()
    for path in (folder / name for name in NAMES):
        error = refused(path)
        assert error.case == "missing-shard"
        assert f"in 3 files, of which “{NAMES[1]}” is missing" in error.what


def test_fault_09_a_renamed_shard_is_named(folder: Path) -> None:
    (folder / NAMES[1]).rename(folder / "other.gguf")
    error = refused(folder / "other.gguf")
    assert error.case == "renamed-shard"
    assert "“other.gguf” is part 2 of 3" in error.what
    assert "-00002-of-00003.gguf" in error.remedy


def test_fault_09_a_truncated_shard_is_named(folder: Path) -> None:
    whole = (folder / NAMES[2]).read_bytes()
    (folder / NAMES[2]).write_bytes(whole[:-1])
    error = refused(folder / NAMES[0])
    assert error.case == "truncated-file"
    assert f"“{NAMES[2]}” is incomplete: it has {len(whole) - 1:,} of at least {len(whole):,}" in error.what


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (shard(2, "b"), "it says that it is part 3 of 3"),
        (shard(1, "b", count=4), "it says that it is part 2 of 4"),
        (shard(1, "a"), "it repeats the tensor “a”"),
        (shard(1, "b", "d"), "should hold 3 tensors and hold 4"),
        (gguf_bytes(tensors=(tensor("b", [8]),), data=b"\0" * 32), "no “split.count”"),
        (shard(1 << 20, "b"), "“split.no” in the model file is 1048576"),
    ],
)
def test_fault_09_shards_of_different_models_are_not_mixed(folder: Path, content: bytes, said: str) -> None:
    (folder / NAMES[1]).write_bytes(content)
    assert said in refused(folder / NAMES[0]).what
