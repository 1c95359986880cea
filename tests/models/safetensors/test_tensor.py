"""Tensors come back as the numbers that were stored, whole or some rows of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.errors import ModelFileError
from models.safetensors import tensor as tensor_module
from models.safetensors.header import read_safetensors
from models.safetensors.tensor import TYPE_BITS, SafetensorsTensor
from tests.models.safetensors_bytes import packed, stored


def tensor_of(tmp_path: Path, dtype: str, shape: list[int], raw: bytes, pad: int = 0) -> SafetensorsTensor:
    path = tmp_path / "one.safetensors"
    path.write_bytes(packed({"pad": ("U8", [pad], bytes(pad)), "one": (dtype, shape, raw)}))
    return read_safetensors(path).tensors["one"]


@pytest.mark.parametrize("pad", [0, 1, 2, 3])
@pytest.mark.parametrize("dtype", ["F16", "BF16", "F32", "F64"])
def test_every_type_of_float_at_any_place(
    tmp_path: Path, dtype: str, pad: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tensor_module, "_SLICE_VALUES", 10)
    # Eighths below 4 are exact in all of them.
    values = (np.arange(42, dtype=np.float32).reshape(3, 2, 7) - 20) / 8
    one = tensor_of(tmp_path, dtype, [3, 2, 7], stored(values, dtype), pad)
    read = one.read()
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, values)
    np.testing.assert_array_equal(one.read_rows(2, 5), values.reshape(6, 7)[2:5])
    assert one.read_rows(4, 4).shape == (0, 7)
    read[:] = 0
    assert one.read().any()


def test_vectors_and_single_numbers(tmp_path: Path) -> None:
    assert tensor_of(tmp_path, "F32", [3], stored(np.array([1, 2, 3]), "F32")).read().tolist() == [1, 2, 3]
    single = tensor_of(tmp_path, "F16", [], stored(np.array(2.5), "F16"))
    assert single.read().shape == ()
    assert single.read() == 2.5


def test_bfloat16_by_hand(tmp_path: Path) -> None:
    """0x3f80 is one, 0xc040 is minus three, 0x0001 the smallest subnormal, 0x7f7f the largest number."""
    raw = np.array([0x3F80, 0xC040, 0x0001, 0x7F7F], "<u2").tobytes()
    read = tensor_of(tmp_path, "BF16", [4], raw).read()
    assert read.tolist() == [1.0, -3.0, 2.0**-133, (2 - 2.0**-7) * 2.0**127]


@pytest.mark.parametrize("dtype", sorted(set(TYPE_BITS) - {"F16", "BF16", "F32", "F64"}))
def test_fault_12_types_that_are_no_plain_floats_are_named(tmp_path: Path, dtype: str) -> None:
    one = tensor_of(tmp_path, dtype, [8], bytes(TYPE_BITS[dtype]))
    for attempt in (one.check_supported, one.read, lambda: one.read_rows(0, 1)):
        with pytest.raises(ModelFileError) as caught:
            attempt()
        assert caught.value.case == "unsupported-quantization"
        assert f"“one” is stored as {dtype}, an unsupported type" in caught.value.what


def test_fault_07_a_dimension_of_zero_is_refused_by_name(tmp_path: Path) -> None:
    one = tensor_of(tmp_path, "F32", [4, 0], b"")
    for attempt in (one.check_supported, one.read):
        with pytest.raises(ModelFileError, match="“one” has a dimension of zero"):
            attempt()


@pytest.mark.parametrize(
    ("dtype", "number"),
    [("F16", "7c00"), ("F16", "7e01"), ("BF16", "ff80"), ("F32", "7fc00000"), ("F64", "7fe0000000000000")],
)
def test_numbers_that_are_not_finite_are_refused(tmp_path: Path, dtype: str, number: str) -> None:
    raw = bytes.fromhex(number)[::-1]
    one = tensor_of(tmp_path, dtype, [5], bytes(4 * len(raw)) + raw)
    one.check_supported()
    with pytest.raises(ModelFileError, match="“one”") as caught:
        one.read()
    assert caught.value.case == "weights-not-finite"
