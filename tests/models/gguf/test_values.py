"""Tensors come back as the numbers that were stored, for every quantization that is read."""

from __future__ import annotations

import struct
from pathlib import Path

import gguf
import numpy as np
import pytest

from models.errors import ModelFileError
from models.gguf import values
from models.gguf.reader import GgufFile, read_gguf
from models.gguf.values import check_supported, dequantize
from tests.models.gguf_bytes import F16, Q4_1, Q8_0, gguf_bytes, tensor
from tests.models.tiny_gguf import tiny_weights, write_tiny_llama


def stored(tmp_path: Path, sizes: list[int], kind: int, data: bytes) -> GgufFile:
    path = tmp_path / "one.gguf"
    path.write_bytes(gguf_bytes(tensors=(tensor("one", sizes, kind),), data=data))
    return read_gguf(path)


def test_float_weights_are_exact(tiny_gguf: GgufFile) -> None:
    weights = tiny_weights()
    for name in ("token_embd.weight", "blk.1.ffn_down.weight", "output_norm.weight"):
        read = dequantize(tiny_gguf.tensors[name])
        assert read.dtype == np.float32
        np.testing.assert_array_equal(read, weights[name])


def test_the_caller_owns_the_numbers(tiny_gguf: GgufFile) -> None:
    first = dequantize(tiny_gguf.tensors["output_norm.weight"])
    first[:] = 0
    assert dequantize(tiny_gguf.tensors["output_norm.weight"]).all()


def test_half_precision(tmp_path: Path) -> None:
    data = np.array([1.5, -2, 0], "<f2").tobytes()
    assert dequantize(stored(tmp_path, [3], F16, data).tensors["one"]).tolist() == [1.5, -2, 0]


def test_q8_0_by_hand(tmp_path: Path) -> None:
    """A block is a half-precision scale and 32 signed bytes."""
    data = struct.pack("<e32b", 0.5, *range(-16, 16))
    read = dequantize(stored(tmp_path, [32, 1], Q8_0, data).tensors["one"])
    np.testing.assert_array_equal(read, [np.arange(-16, 16) * 0.5])


def test_q4_1_by_hand(tmp_path: Path) -> None:
    """A block is a scale, a minimum, and 32 nibbles: the low ones first, then the high ones."""
    data = struct.pack("<ee16B", 2, -3, *(low | (15 - low) << 4 for low in range(16)))
    read = dequantize(stored(tmp_path, [32], Q4_1, data).tensors["one"])
    np.testing.assert_array_equal(read, [*range(-3, 29, 2), *range(27, -5, -2)])


@pytest.mark.parametrize("name", ["Q8_0", "Q4_1", "Q4_0", "Q5_1", "BF16"])
def test_slices_make_no_difference(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = read_gguf(write_tiny_llama(tmp_path / "tiny.gguf", quantization=name))
    embeddings = file.tensors["token_embd.weight"]
    whole = gguf.dequantize(embeddings.raw(), embeddings.type)
    monkeypatch.setattr(values, "_SLICE_VALUES", 1000)
    np.testing.assert_array_equal(dequantize(embeddings), whole)
    assert dequantize(embeddings).shape == embeddings.shape


@pytest.mark.parametrize("kind", [gguf.GGMLQuantizationType.Q8_K, gguf.GGMLQuantizationType.I8])
def test_fault_10_unsupported_quantization_is_named(tmp_path: Path, kind: gguf.GGMLQuantizationType) -> None:
    file = stored(tmp_path, [256], kind.value, b"\0" * 512)
    for attempt in (check_supported, dequantize):
        with pytest.raises(ModelFileError) as caught:
            attempt(file.tensors["one"])
        assert caught.value.case == "unsupported-quantization"
        assert "“one”" in caught.value.what
        assert kind.name in caught.value.what


@pytest.mark.parametrize("scale", [b"\x00\x7c", b"\x00\x7e"])
def test_numbers_that_are_not_finite_are_refused(tmp_path: Path, scale: bytes) -> None:
    file = stored(tmp_path, [32], Q8_0, scale + bytes(range(32)))
    with pytest.raises(ModelFileError, match="“one”") as caught:
        dequantize(file.tensors["one"])
    assert caught.value.case == "weights-not-finite"


@pytest.mark.default_model
def test_the_default_models_embeddings(default_gguf: GgufFile) -> None:
    embeddings = default_gguf.tensors["token_embd.weight"]
    rows = gguf.dequantize(np.array(embeddings.raw()[1000:1010]), embeddings.type)
    np.testing.assert_array_equal(dequantize(embeddings)[1000:1010], rows)
