"""Model formats are told from each other and from everything else by their first bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.signatures import describe_content, onnx_extent, safetensors_extent


def extent(content: bytes) -> int | None:
    return onnx_extent(io.BytesIO(content), content[:4096], len(content))


def test_an_onnx_file_needs_what_its_fields_announce() -> None:
    assert extent(b"\x08\x08\x3a\x03abc") == 7
    assert extent(b"\x08\x08\x3a\x64abc") == 104
    # A field of a later version of the format is passed over.
    assert extent(b"\x08\x08\xfa\x01\x02xx\x3a\x00") == 9


@pytest.mark.parametrize(
    "content",
    [
        b"\x3a\x03abc",  # no version
        b"\x08\x00\x3a\x00",  # version 0
        b"\x0a\x08\x3a\x00",  # the version is no number
        b"\x08\x08\x3b\x00",  # a group, long out of use
        b"\x08\x08\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + b"\0" * 20,  # larger than any message
    ],
)
def test_what_contradicts_the_format_is_no_onnx(content: bytes) -> None:
    assert extent(content) is None


@pytest.mark.parametrize("length", [0, 1, 100_000_001, 1 << 63])
def test_a_safetensors_header_has_a_plausible_length(length: int) -> None:
    assert safetensors_extent(length.to_bytes(8, "little") + b"{}") is None


@pytest.mark.parametrize("length", [100_000_001, 1 << 63, (1 << 64) - 1])
def test_fault_11_a_header_that_is_too_long_is_left_to_the_reader(length: int) -> None:
    header = b'{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    assert safetensors_extent(length.to_bytes(8, "little") + header) == 9


def test_a_safetensors_file_needs_its_header() -> None:
    assert safetensors_extent((2).to_bytes(8, "little") + b"{}") == 10


def test_a_model_in_the_runtimes_own_format_is_named() -> None:
    assert "onnxruntime" in describe_content(b"\x18\x00\x00\x00ORTM" + b"\0" * 50)[0]


@given(st.binary(max_size=200))
def test_any_bytes_are_looked_at_without_failing(content: bytes) -> None:
    description, remedy = describe_content(content)
    assert description
    assert remedy
    extent(content)
    safetensors_extent(content)
