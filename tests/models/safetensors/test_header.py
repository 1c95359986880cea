"""Well-formed safetensors files are read as they are; malformed ones are refused, quickly and by name."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import ModelFileError
from models.safetensors.header import SafetensorsFile, read_safetensors
from tests.models.safetensors_bytes import entry, packed, safetensors_bytes

ONE = entry("F32", [2], 0, 8)
WHOLE = packed(
    {
        "first": ("F32", [2, 3], np.arange(6, dtype="<f4").tobytes()),
        "second": ("I64", [], struct.pack("<q", 9)),
        "third": ("BF16", [4], bytes(8)),
    },
    {"format": "pt"},
)


def read(tmp_path: Path, content: bytes) -> SafetensorsFile:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    return read_safetensors(path)


def refused(tmp_path: Path, content: bytes) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        read(tmp_path, content)
    return caught.value


# ---------------------------------------------------------------- what is right


def test_names_shapes_types_and_places(tmp_path: Path) -> None:
    file = read(tmp_path, WHOLE)
    assert file.metadata == {"format": "pt"}
    assert [(one.name, one.shape, one.dtype, one.size) for one in file.tensors.values()] == [
        ("first", (2, 3), "F32", 24),
        ("second", (), "I64", 8),
        ("third", (4,), "BF16", 8),
    ]
    first = file.tensors["first"]
    assert file.tensors["second"].offset == first.offset + 24
    assert first.data[first.offset : first.offset + 24].view("<f4").tolist() == [0, 1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="read-only"):
        first.data[0] = 1


def test_the_order_in_the_header_does_not_matter(tmp_path: Path) -> None:
    header = {"b": entry("U8", [3], 5, 8), "a": entry("U8", [5], 0, 5), "none": entry("F32", [0, 4], 5, 5)}
    assert list(read(tmp_path, safetensors_bytes(header, bytes(8))).tensors) == ["a", "none", "b"]


def test_no_tensors_and_padding_after_the_header(tmp_path: Path) -> None:
    assert read(tmp_path, safetensors_bytes(b"{}   ")).tensors == {}


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"Dear diary, today", "it is plain text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
        (b'{"weight_map": {}}', "JSON text"),
        (b"GGUF" + bytes(50), "a GGUF file"),
        (safetensors_bytes(b"[1]", bytes(8)), "of an unknown kind"),
    ],
)
def test_fault_01_what_is_no_safetensors_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    error = refused(tmp_path, content)
    assert error.case == "not-a-model-file"
    assert "is not a safetensors file" in error.what
    assert said in error.what


@pytest.mark.parametrize("length", range(1, len(WHOLE)))
def test_fault_02_every_truncation_says_how_much_is_there(tmp_path: Path, length: int) -> None:
    error = refused(tmp_path, WHOLE[:length])
    assert error.case == "truncated-file"
    assert f"it has {length:,} of at least " in error.what
    if length > len(WHOLE) - 40:
        # The header is whole, so the file's whole size is known.
        assert f"of at least {len(WHOLE):,} bytes" in error.what


@pytest.mark.parametrize("length", [100_000_001, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_fault_11_a_huge_header_is_refused_with_its_length(tmp_path: Path, length: int) -> None:
    error = refused(tmp_path, safetensors_bytes({"a": ONE}, bytes(8), length=length))
    assert error.case == "damaged-safetensors"
    assert f"a header of {length:,} bytes" in error.what


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b'{"a": ', "its header is not JSON (line 1, column 7)"),
        (b'{"a": "\xff"}', "its header is not UTF-8 (byte 7)"),
        (b"{" + bytes(9), "its header is not JSON"),
        (b'{"a":' * 50_000, "its header is nested too deeply"),
        (b'{"a": [' + b"{}," * 2_000_000 + b"{}]}", "its header has about 4,000,003 parts"),
        (b'{"a": {}, "a": {}}', "“a” occurs twice"),
        (b'{"a": {"dtype": "F32", "dtype": "F16"}}', "“dtype” occurs twice"),
    ],
)
def test_fault_11_a_header_that_is_no_json_is_refused(tmp_path: Path, header: bytes, said: str) -> None:
    error = refused(tmp_path, safetensors_bytes(header))
    assert error.case == "damaged-safetensors"
    assert said in error.what


@pytest.mark.parametrize(
    "value",
    [
        7,
        None,
        {},
        {"dtype": "F32", "shape": [2]},
        entry(32, [2], 0, 8),
        entry("F32", 2, 0, 8),
        entry("F32", [2.0], 0, 8),
        entry("F32", [True, 2], 0, 8),
        entry("F32", [-2], 0, 8),
        entry("F32", [2], "0", 8),
        entry("F32", [2], -8, 0),
        {"dtype": "F32", "shape": [2], "data_offsets": [0, 4, 8]},
    ],
)
def test_fault_11_an_entry_of_another_form_is_refused_by_name(tmp_path: Path, value: object) -> None:
    error = refused(tmp_path, safetensors_bytes({"odd": value}, bytes(8)))
    assert error.case == "damaged-safetensors"
    assert "the tensor “odd” has no type, shape or place" in error.what


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (entry("F32", [3], 0, 8), "“odd” has 3 values of type F32, but its place is from 0 to 8"),
        (entry("F32", [2], 8, 0), "its place is from 8 to 0"),
        (entry("F4", [3], 0, 2), "“odd” has 3 values of type F4"),
        (entry("F32", [1] * 9, 0, 4), "“odd” has 9 dimensions"),
        (entry("F32", [1 << 62, 1 << 62], 0, 8), "4,611,686,018,427,387,904 × 4,611,686,018,427,387,904"),
        (entry("F32", [2], 1 << 62, (1 << 62) + 8), "2 values at 4,611,686,018,427,387,904"),
        (entry("F32", [0, 1 << 62], 0, 1 << 62), "claims to be"),
    ],
)
def test_fault_11_impossible_sizes_are_refused(tmp_path: Path, value: object, said: str) -> None:
    error = refused(tmp_path, safetensors_bytes({"odd": value}, bytes(8)))
    assert error.case == "damaged-safetensors"
    assert said in error.what


@pytest.mark.parametrize(
    ("header", "data", "said"),
    [
        ({"a": ONE, "b": entry("U8", [4], 4, 8)}, 8, "the tensor “a” and the tensor “b” overlap"),
        ({"a": ONE, "b": ONE}, 8, "the tensor “a” and the tensor “b” overlap"),
        ({"a": entry("F32", [2], 4, 12)}, 12, "the 4 bytes between its header and the tensor “a”"),
        (
            {"a": ONE, "b": entry("U8", [1], 9, 10)},
            10,
            "the 1 bytes between the tensor “a” and the tensor “b”",
        ),
        ({"a": ONE}, 11, "the 3 bytes after the tensor “a” belong to no tensor"),
        ({}, 5, "the 5 bytes after its header belong to no tensor"),
    ],
)
def test_fault_11_overlaps_holes_and_trailing_bytes_are_refused(
    tmp_path: Path, header: dict[str, Any], data: int, said: str
) -> None:
    error = refused(tmp_path, safetensors_bytes(header, bytes(data)))
    assert error.case == "damaged-safetensors"
    assert said in error.what


@pytest.mark.parametrize("metadata", [3, [], {"format": 1}, {"format": None}])
def test_fault_11_metadata_are_texts(tmp_path: Path, metadata: object) -> None:
    error = refused(tmp_path, safetensors_bytes({"__metadata__": metadata, "a": ONE}, bytes(8)))
    assert "its metadata are not texts" in error.what


def test_fault_12_a_type_that_is_not_known_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path, safetensors_bytes({"odd": entry("F8_NEW\u202e", [8], 0, 8)}, bytes(8)))
    assert error.case == "unsupported-quantization"
    assert "the tensor “odd” is stored as F8_NEW⟨U+202E⟩, which is not known" in error.what


def test_fault_18_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.safetensors")
    with pytest.raises(ModelFileError, match="a named pipe"):
        read_safetensors(tmp_path / "pipe.safetensors")


def test_fault_38_names_from_the_file_are_escaped(tmp_path: Path) -> None:
    header = json.dumps({"bad\u202ename\n": 1, "\ud800": 2}).encode()
    assert "bad⟨U+202E⟩name⟨U+000A⟩" in refused(tmp_path, safetensors_bytes(header)).what


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    position=st.integers(0, len(WHOLE) - 1),
    replacement=st.binary(max_size=9),
    length=st.integers(0, 9),
)
def test_any_damage_is_refused_or_read_but_never_crashes(
    tmp_path: Path, position: int, replacement: bytes, length: int
) -> None:
    try:
        file = read(tmp_path, WHOLE[:position] + replacement + WHOLE[position + length :])
        for tensor in file.tensors.values():
            assert tensor.read().shape == tensor.shape
    except ModelFileError as error:
        str(error).encode()
