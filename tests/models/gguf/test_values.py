"""Tensors come back as the numbers that were stored, for every quantization that is read."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import gguf
import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind

from models.errors import ModelFileError
from models.gguf import values
from models.gguf.reader import GgufFile, read_gguf
from models.gguf.tensor import GgufTensor
from models.gguf.values import check_supported, dequantize
from tests.models.gguf import block_packing
from tests.models.gguf_bytes import F16, Q8_0, gguf_bytes, tensor
from tests.models.tiny_gguf import tiny_weights, write_tiny_llama
from tests.requirements import PEERS_VARIABLE

SCRIPT = Path(__file__).with_name("reference_blocks.py")


def stored(tmp_path: Path, sizes: list[int], kind: int, data: bytes) -> GgufFile:
    path = tmp_path / "one.gguf"
    path.write_bytes(gguf_bytes(tensors=(tensor("one", sizes, kind),), data=data))
    return read_gguf(path)


def one_row(tmp_path: Path, kind: Kind, data: bytes, values: int) -> GgufTensor:
    return stored(tmp_path, [values, 1], kind.value, data).tensors["one"]


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
    read = dequantize(one_row(tmp_path, Kind.Q8_0, block_packing.q8_0(0.5, range(-16, 16)), 32))
    np.testing.assert_array_equal(read, [np.arange(-16, 16) * 0.5])


def test_q4_1_by_hand(tmp_path: Path) -> None:
    """A block is a scale, a minimum, and 32 nibbles: the low ones first, then the high ones."""
    data = struct.pack("<ee16B", 2, -3, *(low | (15 - low) << 4 for low in range(16)))
    assert data == block_packing.q4_1(2, -3, [*range(16), *range(15, -1, -1)])
    read = dequantize(one_row(tmp_path, Kind.Q4_1, data, 32))
    np.testing.assert_array_equal(read, [[*range(-3, 29, 2), *range(27, -5, -2)]])


@pytest.mark.parametrize("seed", range(3))
def test_small_blocks_stand_for_the_numbers_they_were_packed_from(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    scale, minimum = (float(value) for value in generator.standard_normal(2).astype(np.float16))
    for kind, pack, levels, offset in (
        (Kind.Q4_0, block_packing.q4_0, 16, 8),
        (Kind.Q5_0, block_packing.q5_0, 32, 16),
        (Kind.Q4_1, block_packing.q4_1, 16, None),
        (Kind.Q5_1, block_packing.q5_1, 32, None),
    ):
        quants = generator.integers(0, levels, 32)
        shifts = (minimum,) if offset is None else ()
        read = dequantize(one_row(tmp_path, kind, pack(scale, *shifts, quants.tolist()), 32))
        expected = scale * quants + minimum if offset is None else scale * (quants - offset)
        np.testing.assert_allclose(read[0], expected, rtol=1e-6, atol=1e-6, err_msg=kind.name)


@pytest.mark.parametrize("seed", range(3))
def test_super_blocks_stand_for_the_numbers_they_were_packed_from(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    scale, minimum = (float(value) for value in generator.standard_normal(2).astype(np.float16))
    scales, minima = generator.integers(0, 64, (2, 8))
    for kind, pack, levels in ((Kind.Q4_K, block_packing.q4_k, 16), (Kind.Q5_K, block_packing.q5_k, 32)):
        quants = generator.integers(0, levels, (8, 32))
        data = pack(scale, minimum, scales.tolist(), minima.tolist(), quants.ravel().tolist())
        read = dequantize(one_row(tmp_path, kind, data, 256)).reshape(8, 32)
        expected = scale * scales[:, None] * quants - minimum * minima[:, None]
        np.testing.assert_allclose(read, expected, rtol=1e-5, atol=1e-4, err_msg=kind.name)
    scales, quants = generator.integers(-128, 128, 16), generator.integers(0, 64, (16, 16))
    data = block_packing.q6_k(scale, scales.tolist(), quants.ravel().tolist())
    read = dequantize(one_row(tmp_path, Kind.Q6_K, data, 256)).reshape(16, 16)
    np.testing.assert_allclose(read, scale * scales[:, None] * (quants - 32), rtol=1e-6)


ERRORS = {"F32": 0, "F16": 2**-11, "BF16": 2**-8, "Q8_0": 1 / 200, "Q4_0": 1 / 8, "Q4_1": 1 / 14}
ERRORS |= {"Q5_0": 1 / 16, "Q5_1": 1 / 30, "MXFP4": 1 / 4, "TQ1_0": 1 / 2, "TQ2_0": 1 / 2}


@pytest.mark.parametrize("name", ERRORS)
def test_what_the_gguf_package_quantizes_comes_back(tmp_path: Path, name: str) -> None:
    """The largest error is a share of the largest number of a block, for some kinds half of its range."""
    kind = Kind[name]
    numbers = np.random.default_rng(1).uniform(-1, 1, (6, 512)).astype(np.float32)
    raw = gguf.quantize(numbers, kind)
    file = stored(tmp_path, [512, 6], kind.value, raw.tobytes())
    read = file.read("one")
    assert np.abs(read - numbers).max() <= ERRORS[name]
    np.testing.assert_array_equal(read, gguf.dequantize(raw, kind))
    np.testing.assert_array_equal(file.read_rows("one", 2, 5), read[2:5])


@pytest.mark.peers
def test_every_kind_is_read_as_llama_cpp_reads_it(tmp_path: Path) -> None:
    out = tmp_path / "reference.npz"
    kinds = [f"{kind.name}={kind.value}" for kind in Kind if values.is_supported(kind)]
    subprocess.run([os.environ[PEERS_VARIABLE], SCRIPT, out, *kinds], check=True, timeout=240)
    with np.load(out) as reference:
        compared = {key.removesuffix(".raw") for key in reference.files if key.endswith(".raw")}
        for name in compared:
            expected, raw = reference[f"{name}.values"], reference[f"{name}.raw"]
            file = stored(tmp_path, list(expected.shape[::-1]), Kind[name].value, raw.tobytes())
            # Compilers may fuse a multiplication with the addition after it, which saves one rounding.
            np.testing.assert_allclose(file.read("one"), expected, rtol=2e-6, atol=2e-6, err_msg=name)
    kept_as_floats = {"F32", "F16", "BF16"}
    assert {kind.name for kind in Kind if values.is_supported(kind)} - compared <= kept_as_floats


@pytest.mark.parametrize("name", ["Q8_0", "Q4_1", "Q4_0", "Q5_1", "BF16"])
def test_slices_make_no_difference(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = read_gguf(write_tiny_llama(tmp_path / "tiny.gguf", quantization=name))
    embeddings = file.tensors["token_embd.weight"]
    whole = gguf.dequantize(embeddings.raw(), embeddings.type)
    monkeypatch.setattr(values, "_SLICE_VALUES", 1000)
    np.testing.assert_array_equal(dequantize(embeddings), whole)
    assert dequantize(embeddings).shape == embeddings.shape


@pytest.mark.parametrize("kind", [Kind.Q8_K, Kind.I8])
def test_fault_10_unsupported_quantization_is_named(tmp_path: Path, kind: Kind) -> None:
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
