"""A checkpoint opens from its folder, its index or any of its files, or says what is wrong with which."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from models.errors import ModelFileError
from models.safetensors.checkpoint import SafetensorsCheckpoint, read_checkpoint
from models.tensor_source import TensorSource
from tests.models.safetensors_bytes import packed, stored

SHARDS = [f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
INDEX = "model.safetensors.index.json"


def one_tensor(name: str, number: float = 1.0) -> bytes:
    return packed({name: ("F32", [2], stored(np.full(2, number, np.float32), "F32"))})


def write_index(folder: Path, places: object, name: str = INDEX) -> None:
    (folder / name).write_text(json.dumps({"metadata": {"total_size": 24}, "weight_map": places}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text('{"model_type": "llama", "hidden_size": 2}')
    return tmp_path


@pytest.fixture
def sharded(folder: Path) -> Path:
    for number, (shard, letter) in enumerate(zip(SHARDS, "abc", strict=True)):
        (folder / shard).write_bytes(one_tensor(letter, number))
    write_index(folder, dict(zip("abc", SHARDS, strict=True)))
    return folder


def refused(path: Path) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        read_checkpoint(path)
    return caught.value


def check_whole(checkpoint: SafetensorsCheckpoint) -> None:
    source: TensorSource = checkpoint
    assert source.format == "safetensors"
    assert source.fields.text("model_type") == "llama"
    assert [path.name for path in checkpoint.files] == SHARDS
    for number, letter in enumerate("abc"):
        source.check_supported(letter)
        assert source.read(letter).tolist() == [number, number]
        assert source.read_rows(letter, 0, 1).tolist() == [[number, number]]


# ---------------------------------------------------------------- what is right


@pytest.mark.parametrize("name", ["", "model.safetensors"])
def test_a_single_file(folder: Path, name: str) -> None:
    (folder / "model.safetensors").write_bytes(one_tensor("a"))
    # What belongs to other programs does not matter.
    (folder / "adapter.safetensors").write_bytes(b"")
    write_index(folder, {"a": "gone.safetensors"})
    checkpoint = read_checkpoint(folder / name)
    assert checkpoint.folder == folder
    assert checkpoint.files == (folder / "model.safetensors",)
    assert list(checkpoint.tensors) == ["a"]


@pytest.mark.parametrize("name", ["", INDEX, *SHARDS])
def test_shards_open_from_any_of_them(sharded: Path, name: str) -> None:
    check_whole(read_checkpoint(sharded / name))


@pytest.mark.parametrize("name", ["", *SHARDS])
def test_shards_without_an_index_are_found_by_their_numbers(sharded: Path, name: str) -> None:
    (sharded / INDEX).unlink()
    check_whole(read_checkpoint(sharded / name))


def test_a_file_of_another_name_alone(folder: Path) -> None:
    (folder / "weights.safetensors").write_bytes(one_tensor("a"))
    assert read_checkpoint(folder).files == (folder / "weights.safetensors",)


def test_links_of_the_hubs_cache_are_followed(
    sharded: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    snapshot = tmp_path_factory.mktemp("snapshot")
    for path in sharded.iterdir():
        (snapshot / path.name).symlink_to(path)
    check_whole(read_checkpoint(snapshot))


def test_the_index_decides_what_a_file_is_wanted_for(sharded: Path) -> None:
    more = {name: ("F32", [1], bytes(4)) for name in ("b", "a", "unused")}
    (sharded / SHARDS[1]).write_bytes(packed(more))
    assert set(read_checkpoint(sharded).tensors) == {"a", "b", "c"}


# ---------------------------------------------------------------- faults


def test_fault_02_a_truncated_shard_is_named(sharded: Path) -> None:
    whole = (sharded / SHARDS[1]).read_bytes()
    (sharded / SHARDS[1]).write_bytes(whole[:-3])
    error = refused(sharded)
    assert error.case == "truncated-file"
    assert (
        f"“{SHARDS[1]}” is incomplete: it has {len(whole) - 3} of at least {len(whole)} bytes" in error.what
    )


def test_fault_10_a_quantized_checkpoint_is_named(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(one_tensor("a"))
    (folder / "config.json").write_text('{"quantization_config": {"quant_method": "gptq\u202e", "bits": 4}}')
    error = refused(folder)
    assert error.case == "unsupported-quantization"
    assert "is quantized with gptq⟨U+202E⟩" in error.what


@pytest.mark.parametrize(
    "place",
    [
        "../model.safetensors",
        "..\\model.safetensors",
        "/etc/model.safetensors",
        "C:\\model.safetensors",
        "C:model.safetensors",
        "sub/model.safetensors",
        "./model-00001-of-00003.safetensors",
        "..",
        "",
        "pytorch_model.bin",
        "model\0.safetensors",
        "\ud800.safetensors",
        "x" * 300 + ".safetensors",
        7,
        None,
        ["model.safetensors"],
    ],
)
def test_fault_13_an_index_names_only_files_beside_it(sharded: Path, place: object) -> None:
    write_index(sharded, {"a": SHARDS[0], "odd": place})
    error = refused(sharded)
    assert error.case == "unsafe-path"
    assert f"“{INDEX}” says that “odd” is in " in error.what
    assert "not in a safetensors file beside it" in error.what


def test_fault_13_a_path_out_of_the_folder_is_refused_even_if_it_leads_to_a_file(sharded: Path) -> None:
    inner = sharded / "inner"
    inner.mkdir()
    write_index(inner, {"a": f"../{SHARDS[0]}"})
    assert refused(inner).case == "unsafe-path"
    write_index(inner, {"a": str(sharded / SHARDS[0])})
    assert refused(inner).case == "unsafe-path"


@pytest.mark.parametrize("with_index", [True, False])
def test_fault_13_missing_shards_are_listed(sharded: Path, with_index: bool) -> None:
    if not with_index:
        (sharded / INDEX).unlink()
    (sharded / SHARDS[1]).unlink()
    for path in (sharded, sharded / SHARDS[2]):
        error = refused(path)
        assert error.case == "missing-shard"
        assert f"in 3 files, of which “{SHARDS[1]}” is missing" in error.what


@pytest.mark.parametrize("places", [None, 3, [], {}])
def test_fault_13_an_index_without_places_is_refused(sharded: Path, places: object) -> None:
    write_index(sharded, places)
    assert refused(sharded).case == "damaged-index"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"weight_map": {"a": "x", "a": "y"}}', "[" * 100_000])
def test_fault_13_an_index_that_is_no_json_is_refused(sharded: Path, content: str) -> None:
    (sharded / INDEX).write_text(content)
    error = refused(sharded)
    assert error.case == "damaged-json"
    assert f"“{INDEX}” is damaged" in error.what


def test_fault_13_an_index_of_too_many_files_is_refused(sharded: Path) -> None:
    write_index(sharded, {f"t{number}": f"{number}.safetensors" for number in range(5000)})
    assert "names 5,000 files" in refused(sharded).what


def test_fault_13_an_index_that_contradicts_a_file_is_refused(sharded: Path) -> None:
    write_index(sharded, {"a": SHARDS[0], "b": SHARDS[0]})
    error = refused(sharded)
    assert error.case == "mixed-shards"
    assert f"“{SHARDS[0]}” lacks the tensor “b”" in error.what


def test_fault_13_numbered_files_that_repeat_a_tensor_are_refused(sharded: Path) -> None:
    (sharded / INDEX).unlink()
    (sharded / SHARDS[2]).write_bytes(one_tensor("a"))
    assert f"“{SHARDS[2]}” repeats the tensor “a”" in refused(sharded).what


def test_fault_18_what_is_no_file_is_named(folder: Path) -> None:
    assert refused(folder).case == "no-model-in-folder"
    assert refused(folder / "model.safetensors").case == "no-such-file"
    (folder / "model.safetensors").symlink_to("gone")
    assert refused(folder / "model.safetensors").case == "dead-link"
    os.mkfifo(folder / INDEX)
    assert "a named pipe" in refused(folder).what


def test_several_models_are_listed(folder: Path) -> None:
    for name in ("one.safetensors", "two.safetensors"):
        (folder / name).write_bytes(one_tensor("a"))
    error = refused(folder)
    assert error.case == "several-models-in-folder"
    assert "holds 2 safetensors files: “one.safetensors”, “two.safetensors”" in error.what


def test_a_file_without_its_config_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(one_tensor("a"))
    assert refused(tmp_path / "model.safetensors").case == "missing-config"
