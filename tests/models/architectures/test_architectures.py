"""Every architecture of the registry, and the tensors of llama.

Knows nothing about graphs.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from models.architectures import ARCHITECTURES, architecture_of
from models.architectures.decoder import Architecture
from models.architectures.llama import half_split_rows
from models.errors import ModelFileError
from models.gguf.metadata import Metadata
from models.gguf.reader import GgufFile, read_gguf
from tests.models.tiny_gguf import tiny_weights, write_tiny_llama


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> GgufFile:
    return read_gguf(write_tiny_llama(tmp_path_factory.mktemp("tiny") / "tiny.gguf"))


def with_metadata(file: GgufFile, values: dict[str, Any]) -> GgufFile:
    return dataclasses.replace(file, metadata=Metadata(values))


def test_names_are_unique() -> None:
    names = [architecture.name for architecture in ARCHITECTURES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda each: each.name)
def test_a_file_without_the_fields_is_refused_by_name(architecture: Architecture, file: GgufFile) -> None:
    bare = with_metadata(file, {"general.architecture": architecture.name})
    with pytest.raises(ModelFileError, match=r"“\S+”"):
        architecture.configuration(bare)


def test_fault_10_an_unknown_architecture_is_named(file: GgufFile) -> None:
    with pytest.raises(ModelFileError, match="“mamba” is not supported") as caught:
        architecture_of(with_metadata(file, {"general.architecture": "mamba"}))
    assert "llama" in caught.value.remedy


@pytest.mark.parametrize("value", [0, -1, 2**40, "many", True, 1.5])
def test_an_impossible_size_is_named(file: GgufFile, value: object) -> None:
    changed = with_metadata(file, {**file.metadata, "llama.block_count": value})
    with pytest.raises(ModelFileError, match=r"llama\.block_count"):
        architecture_of(changed).configuration(changed)


def test_a_missing_tensor_is_named(file: GgufFile) -> None:
    sizes = architecture_of(file).configuration(file)
    kept = {name: tensor for name, tensor in file.tensors.items() if name != "blk.1.ffn_up.weight"}
    with pytest.raises(ModelFileError, match=r"lacks blk\.1\.ffn_up\.weight"):
        architecture_of(file).weights(dataclasses.replace(file, tensors=kept), sizes)


def test_rows_of_interleaved_pairs_become_halves() -> None:
    # Two heads of four rows: pairs (0, 1) and (2, 3) become halves (0, 2) and (1, 3).
    rows = np.arange(8, dtype=np.float32)[:, None]
    assert half_split_rows(rows, 2, 4)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
    # Only the first two rows of each head are turned.
    assert half_split_rows(rows, 2, 2)[:, 0].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]


def test_weights_come_back_in_the_order_of_the_checkpoint(file: GgufFile) -> None:
    sizes = architecture_of(file).configuration(file)
    weights = architecture_of(file).weights(file, sizes)
    written = tiny_weights()
    for number, layer in enumerate(weights.layers()):
        block = f"blk.{number}"
        packed = [written[f"{block}.attn_{part}.weight"] for part in "qkv"]
        np.testing.assert_array_equal(layer.query_key_value, np.concatenate(packed))
        np.testing.assert_array_equal(layer.down, written[f"{block}.ffn_down.weight"])
    np.testing.assert_array_equal(weights.embedding(), written["token_embd.weight"])
