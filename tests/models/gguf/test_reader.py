"""Well-formed GGUF files are read as they are; malformed ones are refused, quickly and by name."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import ModelFileError
from models.gguf.reader import GgufFile, read_gguf
from tests.models.gguf_bytes import (
    ARRAY,
    BOOLEAN,
    FLOAT32,
    INT32,
    Q8_0,
    TEXT,
    UINT32,
    array,
    entry,
    gguf_bytes,
    tensor,
)

HUGE = (1 << 60, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)


def read(tmp_path: Path, content: bytes) -> GgufFile:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    return read_gguf(path)


def refused(tmp_path: Path, content: bytes) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        read(tmp_path, content)
    return caught.value


# ---------------------------------------------------------------- what is right


@pytest.mark.parametrize("version", [2, 3])
def test_values_of_every_kind(tmp_path: Path, version: int) -> None:
    metadata = (
        entry("count", UINT32, 7),
        entry("share", FLOAT32, 0.5),
        entry("sure", BOOLEAN, 1),
        entry("name", TEXT, "Modelo “três”"),
        array("numbers", INT32, [-1, 2, 3]),
        array("flags", BOOLEAN, [0, 1]),
        array("words", TEXT, ["a", "", "ção"]),
    )
    file = read(tmp_path, gguf_bytes(metadata=metadata, version=version))
    assert file.version == version
    assert file.metadata["count"] == 7
    assert file.metadata["share"] == 0.5
    assert file.metadata["sure"] is True
    assert file.metadata["name"] == "Modelo “três”"
    assert file.metadata["words"] == ["a", "", "ção"]
    np.testing.assert_array_equal(file.metadata["numbers"], np.array([-1, 2, 3], np.int32))
    np.testing.assert_array_equal(file.metadata["flags"], [False, True])
    assert file.tensors == {}


def test_tensors_have_their_rows_first_and_their_own_bytes(tmp_path: Path) -> None:
    numbers = np.arange(6, dtype="<f4")
    table = (tensor("first", [3, 2]), tensor("second", [2], offset=32))
    data = numbers.tobytes().ljust(32, b"\0") + np.array([8, 9], "<f4").tobytes()
    file = read(tmp_path, gguf_bytes(tensors=table, data=data))
    first = file.tensors["first"]
    assert first.shape == (2, 3)
    assert first.size == 24
    assert first.raw().shape == (2, 12)
    np.testing.assert_array_equal(first.raw().view("<f4"), [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(file.tensors["second"].raw().view("<f4"), [8, 9])
    with pytest.raises(ValueError, match="read-only"):
        first.raw()[0] = 1


def test_another_alignment_moves_the_data(tmp_path: Path) -> None:
    content = gguf_bytes(
        metadata=(entry("general.alignment", UINT32, 128),),
        tensors=(tensor("only", [1]),),
        data=struct.pack("<f", 2.5),
        alignment=128,
    )
    only = read(tmp_path, content).tensors["only"]
    assert only.offset % 128 == 0
    assert only.raw().view("<f4").tolist() == [2.5]


def test_the_tiny_model_is_read_as_the_gguf_package_reads_it(tiny_path: Path) -> None:
    ours, theirs = read_gguf(tiny_path), gguf.GGUFReader(tiny_path)
    assert ours.architecture == "llama"
    for other in theirs.tensors:
        one = ours.tensors[other.name]
        assert (one.offset, one.size, one.type) == (other.data_offset, other.n_bytes, other.tensor_type)
        assert one.shape == tuple(other.shape.tolist())[::-1]
    for key, field in theirs.fields.items():
        if not key.startswith("GGUF."):
            value = ours.metadata[key]
            assert (value.tolist() if isinstance(value, np.ndarray) else value) == field.contents()


@pytest.mark.default_model
def test_the_default_model_is_what_it_says(default_gguf: GgufFile) -> None:
    assert default_gguf.architecture == "llama"
    assert len(default_gguf.tensors) == 272
    assert default_gguf.tensors["token_embd.weight"].shape == (49_152, 576)
    kinds = [one.type.name for one in default_gguf.tensors.values()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"Q4_1": 210, "F32": 61, "Q8_0": 1}
    assert default_gguf.metadata.integer("llama.block_count", 1, 1000) == 30


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"Hello\n", b"G", b"GGUX" * 9])
def test_fault_01_what_is_no_gguf_is_not_read(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content).case in {"not-a-model-file", "truncated-file"}


def test_fault_02_every_truncation_says_how_much_is_there(tiny_path: Path, tmp_path: Path) -> None:
    whole = tiny_path.read_bytes()
    for length in {*range(4, 200), *range(200, len(whole), 1009), len(whole) - 1}:
        error = refused(tmp_path, whole[:length])
        assert error.case == "truncated-file", f"cut at {length}"
        assert f"it has {length:,} of at least " in error.what


def test_fault_02_the_size_that_is_needed_is_the_files_own(tiny_path: Path, tmp_path: Path) -> None:
    whole = tiny_path.read_bytes()
    error = refused(tmp_path, whole[: len(whole) // 2])
    # The writer pads the last tensor to the alignment; the reader asks for its bytes only.
    assert any(f"of at least {len(whole) - pad:,} bytes" in error.what for pad in range(32))


@pytest.mark.parametrize("version", [0, 1, 4, 1000])
def test_fault_03_other_versions_are_named(tmp_path: Path, version: int) -> None:
    error = refused(tmp_path, gguf_bytes(version=version))
    assert error.case == "unsupported-gguf-version"
    assert f"version {version}" in error.what


@pytest.mark.parametrize("version", [1, 2, 3])
def test_fault_03_big_endian_is_named(tmp_path: Path, version: int) -> None:
    swapped = int.from_bytes(version.to_bytes(4, "big"), "little")
    error = refused(tmp_path, gguf_bytes(version=swapped))
    assert error.case == "unsupported-gguf-version"
    assert f"big-endian GGUF file of version {version}" in error.what


def test_fault_03_bad_magic_is_no_gguf(tmp_path: Path) -> None:
    assert refused(tmp_path, gguf_bytes(magic=b"GGUE")).case == "not-a-model-file"


def _huge_files(number: int) -> dict[str, bytes]:
    length = struct.pack("<Q", number)
    return {
        "tensors": gguf_bytes(tensor_count=number),
        "metadata": gguf_bytes(metadata_count=number),
        "key": gguf_bytes(metadata=(length + b"key",)),
        "text": gguf_bytes(metadata=(entry("key", 255, b"")[:-4] + struct.pack("<I", TEXT) + length,)),
        "numbers": gguf_bytes(metadata=(array("key", UINT32, [1], count=number),)),
        "texts": gguf_bytes(metadata=(array("key", TEXT, ["one"], count=number),)),
        "text in texts": gguf_bytes(metadata=(array("key", TEXT, [], count=1) + length + b"abc" * 9,)),
        "tensor name": gguf_bytes(tensors=(length + b"name" * 20,)),
    }


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("place", list(_huge_files(0)))
def test_fault_04_huge_counts_are_refused_quickly(tmp_path: Path, place: str, number: int) -> None:
    content = _huge_files(number)[place] + b"\0" * 4096
    start = time.monotonic()
    error = refused(tmp_path, content)
    assert time.monotonic() - start < 1
    assert error.case == "damaged-gguf"
    assert f"{number:,}" in error.what


def test_fault_04_many_empty_texts_are_refused_quickly(tmp_path: Path) -> None:
    """Zero bytes are empty strings, so that a large file can back up a large claim."""
    path = tmp_path / "sparse.gguf"
    count = 50_000_000
    path.write_bytes(gguf_bytes(metadata=(array("key", TEXT, [], count=count),)))
    with path.open("r+b") as file:
        file.truncate(count * 8 + 1000)
    start = time.monotonic()
    with pytest.raises(ModelFileError, match="50,000,000"):
        read_gguf(path)
    assert time.monotonic() - start < 1


def test_fault_05_nested_arrays_are_refused(tmp_path: Path) -> None:
    nested = struct.pack("<IQ", ARRAY, 1) * 2000
    error = refused(tmp_path, gguf_bytes(metadata=(entry("key", ARRAY, nested),)))
    assert error.case == "damaged-gguf"
    assert "list of lists" in error.what


@pytest.mark.parametrize(
    "metadata",
    [
        entry("key", TEXT, b"caf\xe9"),
        entry(b"\xff", TEXT, "value"),
        array("key", TEXT, ["good", b"\xc3\x28"]),
    ],
)
def test_fault_05_bad_utf8_is_refused(tmp_path: Path, metadata: bytes) -> None:
    error = refused(tmp_path, gguf_bytes(metadata=(metadata,)))
    assert error.case == "damaged-gguf"
    assert "not UTF-8" in error.what


def test_fault_05_bad_utf8_in_a_list_names_the_item(tmp_path: Path) -> None:
    error = refused(tmp_path, gguf_bytes(metadata=(array("words", TEXT, ["good", b"\xc3\x28"]),)))
    assert "item 1 of “words”" in error.what


@pytest.mark.parametrize(
    "metadata", [entry("key", 13, b""), array("key", UINT32, [])[:-12] + b"\x63" + b"\0" * 11]
)
def test_fault_05_unknown_value_types_are_refused(tmp_path: Path, metadata: bytes) -> None:
    error = refused(tmp_path, gguf_bytes(metadata=(metadata,)) + b"\0" * 64)
    assert error.case == "damaged-gguf"
    assert "which does not exist" in error.what


def test_fault_05_duplicates_are_refused(tmp_path: Path) -> None:
    twice = (entry("key", UINT32, 1), entry("key", UINT32, 2))
    assert "“key” occurs twice" in refused(tmp_path, gguf_bytes(metadata=twice)).what
    tensors = (tensor("same", [1]), tensor("same", [1]))
    assert "“same” occurs twice" in refused(tmp_path, gguf_bytes(tensors=tensors, data=b"\0" * 64)).what


def test_fault_05_a_boolean_is_zero_or_one(tmp_path: Path) -> None:
    assert "holds 2" in refused(tmp_path, gguf_bytes(metadata=(entry("sure", BOOLEAN, 2),))).what


@pytest.mark.parametrize("alignment", [0, 1, 13, 48])
def test_fault_06_alignment_must_be_a_power_of_two(tmp_path: Path, alignment: int) -> None:
    error = refused(tmp_path, gguf_bytes(metadata=(entry("general.alignment", UINT32, alignment),)))
    assert f"alignment is {alignment}" in error.what


def test_fault_06_alignment_must_be_a_number(tmp_path: Path) -> None:
    error = refused(tmp_path, gguf_bytes(metadata=(entry("general.alignment", TEXT, "32"),)))
    assert "“general.alignment”" in error.what


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (tensor("t", [32], offset=64), "incomplete"),
        (tensor("t", [32], offset=1 << 62), "claims to be 32 values"),
        (tensor("t", [1 << 32, 1 << 32, 1 << 32, 1 << 32]), "4,294,967,296 × 4,294,967,296"),
        (tensor("t", [1 << 63]), "9,223,372,036,854,775,808"),
        (tensor("t", [33], kind=Q8_0), "no multiple of Q8_0's 32"),
        (tensor("t", [1] * 5), "5 dimensions"),
        (tensor("t", [1], dimensions=9999), "9,999 dimensions"),
        (tensor("t", [], dimensions=0), "0 dimensions"),
        (tensor("t", [4], offset=4), "no multiple of 32"),
    ],
)
def test_fault_06_impossible_tensors_are_refused(tmp_path: Path, line: bytes, said: str) -> None:
    error = refused(tmp_path, gguf_bytes(tensors=(line,), data=b"\0" * 128))
    assert error.case in {"damaged-gguf", "truncated-file"}
    assert said in error.what


def test_fault_07_a_dimension_of_zero_is_refused_by_name(tmp_path: Path) -> None:
    error = refused(tmp_path, gguf_bytes(tensors=(tensor("empty", [32, 0]),), data=b"\0" * 64))
    assert "“empty” has a dimension of zero" in error.what


def test_fault_10_unknown_tensor_types_are_named(tmp_path: Path) -> None:
    error = refused(tmp_path, gguf_bytes(tensors=(tensor("odd", [32], kind=999),), data=b"\0" * 128))
    assert error.case == "unsupported-quantization"
    assert "“odd”" in error.what
    assert "999" in error.what


def test_fault_38_names_from_the_file_are_escaped(tmp_path: Path) -> None:
    line = tensor("bad\u202ename\n", [32], kind=999)
    error = refused(tmp_path, gguf_bytes(tensors=(line,), data=b"\0" * 128))
    assert "bad⟨U+202E⟩name⟨U+000A⟩" in error.what


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=st.integers(0, 2000), value=st.integers(0, 255), length=st.integers(1, 8))
def test_any_damage_is_refused_or_read_but_never_crashes(
    tmp_path: Path, tiny_path: Path, position: int, value: int, length: int
) -> None:
    content = bytearray(tiny_path.read_bytes())
    content[position : position + length] = bytes([value]) * length
    path = tmp_path / "hurt.gguf"
    path.write_bytes(content)
    try:
        file = read_gguf(path)
    except ModelFileError:
        return
    assert all(one.raw().nbytes == one.size for one in file.tensors.values())
