"""Recordings travel in files and come back the same; what no model computed is refused with a sentence."""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop.history.container import read_array, read_container, write_container
from desktop.history.document import Document
from desktop.history.errors import DocumentError, HistoryError
from desktop.history.exchange import import_document
from desktop.history.recording_file import read_recording, write_recording
from desktop.history.recording_format import read_facts, write_facts
from inference.contract import Proof, RecordedLayer, RecordingOutline
from inference.recording import LARGEST_RECORDING, Recording, recorded_arrays
from tests.desktop.history.samples import files_in
from tests.desktop.history.small_disk import run_on_small_disk
from tests.sample_recording import IDS, MODEL, READ, VOCABULARY, sample_recording, site

DOCUMENT = Document(
    title="A lesson",
    title_edited=True,
    created_ms=0,
    updated_ms=0,
    pinned=False,
    system_prompt="",
    settings=None,
    seed=None,
    model=None,
    leaf=None,
    draft="",
    messages=(),
)


def large_recording(megabytes: int) -> Recording:
    """A recording of which the logits alone take so much."""
    recording = sample_recording(0)
    width = (megabytes << 18) // READ + 1
    model = replace(MODEL, vocabulary=(*MODEL.vocabulary, *[b""] * (width - VOCABULARY)))
    logits = np.zeros((READ, width), np.float32)
    outline = replace(recording.outline, vocabulary=width)
    return replace(recording, model=model, outline=outline, arrays={**recording.arrays, "logits": logits})


def assert_same(one: Recording, other: Recording) -> None:
    assert one.model == other.model
    assert one.proof == other.proof
    assert one.first_row == other.first_row
    assert (one.outline.read, one.outline.vocabulary) == (other.outline.read, other.outline.vocabulary)
    assert one.outline.biases == other.outline.biases
    np.testing.assert_array_equal(one.outline.ids, other.outline.ids, strict=True)
    for layer, its in zip(one.outline.layers, other.outline.layers, strict=True):
        assert (layer.site, layer.query_dtype, layer.key_dtype) == (its.site, its.query_dtype, its.key_dtype)
        np.testing.assert_array_equal(layer.sinks, its.sinks)  # type: ignore[arg-type]
    assert set(one.arrays) == set(other.arrays)
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name], strict=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "não é ASCII.vitrine"
    write_recording(path, DOCUMENT, sample_recording())
    return path


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("first_row", [0, 3, READ])
def test_everything_comes_back_out_of_a_file(tmp_path: Path, first_row: int) -> None:
    path, recording = tmp_path / "lesson.vitrine", sample_recording(first_row)
    write_recording(path, DOCUMENT, recording)
    assert_same(read_recording(path), recording)
    contents = read_container(path)
    assert contents.document == import_document(path) == DOCUMENT
    assert contents.recorded
    assert "recording/queries/0" in contents.arrays
    np.testing.assert_array_equal(read_array(path, "recording/ids"), IDS)


def test_what_is_refused_or_unknown_comes_back_too(tmp_path: Path) -> None:
    path, recording = tmp_path / "lesson.vitrine", sample_recording()
    proof = Proof("refused", float("nan"), None, 64, "It differs.")
    outline = replace(recording.outline, layers=(), biases=())
    arrays = {name: recording.arrays[name] for name in ("logits", "statistics")}
    report = replace(MODEL.report, attention_refused="ALiBi.", chat_template=None, warnings=("a", "b"))
    model = replace(MODEL, chat_template=None, report=report, special_ids=frozenset())
    write_recording(path, DOCUMENT, Recording(model, proof, outline, 3, arrays))
    back = read_recording(path)
    assert back.model == model
    # What is no number to JSON is not known.
    assert back.proof == replace(proof, max_delta=None)
    assert back.outline.layers == ()


def test_the_same_recording_makes_the_same_file(file: Path, tmp_path: Path) -> None:
    write_recording(tmp_path / "two.vitrine", DOCUMENT, sample_recording())
    assert file.read_bytes() == (tmp_path / "two.vitrine").read_bytes()


def test_what_was_read_cannot_be_changed(file: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        read_recording(file).arrays["logits"][0, 0] = 1


def test_numbers_are_stored_as_they_are_and_text_is_packed(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        packed = {info.filename: info.compress_type for info in archive.infolist()}
    assert packed["arrays/recording/logits.npy"] == zipfile.ZIP_STORED
    assert packed["arrays/recording/vocabulary.npy"] == zipfile.ZIP_DEFLATED
    assert packed["conversation.json"] == packed["recording.json"] == zipfile.ZIP_DEFLATED


def test_other_programs_can_read_the_arrays(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        for name, array in sample_recording().arrays.items():
            data = io.BytesIO(archive.read(f"arrays/recording/{name}.npy"))
            np.testing.assert_array_equal(np.load(data, allow_pickle=False), array)


def test_progress_is_told_to_the_end_and_can_stop_either_way(tmp_path: Path) -> None:
    path = tmp_path / "large.vitrine"
    for work in (
        lambda tell: write_recording(path, DOCUMENT, large_recording(20), tell),
        lambda tell: read_recording(path, tell),
    ):
        told: list[tuple[int, int]] = []
        work(lambda done, total, told=told: told.append((done, total)))  # type: ignore[misc]
        assert len(told) > 5
        assert told == sorted(told)
        assert told[-1][0] == told[-1][1]

    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done > 8 << 20:
            raise StoppedError

    before = path.read_bytes()
    with pytest.raises(StoppedError):
        write_recording(path, DOCUMENT, large_recording(30), stop)
    with pytest.raises(StoppedError):
        read_recording(path, stop)
    assert path.read_bytes() == before
    assert files_in(tmp_path) == {path.name}


# ---------------------------------------------------------------- versions


def manifest_version(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return int(json.loads(archive.read("manifest.json"))["version"])


def test_a_file_says_the_lowest_version_that_knows_all_of_it(file: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.vitrine"
    write_container(plain, DOCUMENT, {"x": np.zeros(2)})
    assert (manifest_version(plain), manifest_version(file)) == (1, 2)
    assert not read_container(plain).recorded
    with pytest.raises(DocumentError, match=r"recording\.json is not in the file"):
        read_recording(plain)


def test_a_file_of_a_newer_version_is_refused_as_one_whatever_is_in_it(file: Path) -> None:
    change_files(file, {"manifest.json": at("version", value=3)}, {"video.mp4": b"x"})
    with pytest.raises(DocumentError, match=r"newer Vitrine \(version 3, this one knows 2\)") as caught:
        read_container(file)
    assert caught.value.case == "newer-document"


def test_a_recording_of_a_newer_version_leaves_the_conversation_readable(file: Path) -> None:
    change_files(file, {"recording.json": at("version", value=2)})
    with pytest.raises(DocumentError, match=r"newer Vitrine \(version 2, this one knows 1\)"):
        read_recording(file)
    assert import_document(file) == DOCUMENT


# ---------------------------------------------------------------- hostile facts

Change = Callable[[dict[str, Any]], None]


def at(*path: str | int, value: Any) -> Change:
    """A change of one value."""

    def change(record: dict[str, Any]) -> None:
        place: Any = record
        for step in path[:-1]:
            place = place[step]
        if value is KeyError:
            del place[path[-1]]
        else:
            place[path[-1]] = value

    return change


def change_files(
    path: Path, changes: dict[str, Change | bytes | None], besides: dict[str, bytes] | None = None
) -> None:
    """Change an archive's files, with a manifest that fits."""
    with zipfile.ZipFile(path) as old:
        files = {name: old.read(name) for name in old.namelist()}
    for name, change in changes.items():
        if change is None:
            del files[name]
        elif isinstance(change, bytes):
            files[name] = change
        else:
            record = json.loads(files[name])
            change(record)
            files[name] = json.dumps(record).encode()
    files |= besides or {}
    manifest = json.loads(files.pop("manifest.json"))
    manifest["files"] = {
        name: {"size": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items()
    }
    with zipfile.ZipFile(path, "w") as new:
        for name, data in {"manifest.json": json.dumps(manifest).encode(), **files}.items():
            new.writestr(name, data)


HOSTILE: tuple[tuple[Change, str], ...] = (
    (at("format", value="vitrine-conversation"), r"the recording\.format is not"),
    (at("tokens", value=0), r"the recording\.tokens is 0, outside"),
    (at("tokens", value=2**60), r"the recording\.tokens is 1,152,921,504,606,846,976, outside"),
    (at("tokens", value=10**30), r"tokens is a number of too many digits, outside"),
    (at("tokens", value=True), r"tokens is true where a whole number"),
    (at("tokens", value=5), r"the recording\.read is 6, outside 1 to 5"),
    (at("tokens", value=8), r"array “recording/ids” is int64 \(7,\) where int64 \(8,\)"),
    (at("read", value=7), r"array “recording/statistics” is float64|“recording/logits” is float32 \(3, 11\) where"),
    (at("read", value=KeyError), r"the recording\.read is missing"),
    (at("first_row", value=7), r"first_row is 7, outside 0 to 6"),
    (at("first_row", value=2), r"“recording/logits” is float32 \(3, 11\) where float32 \(4, 11\)"),
    (at("vocabulary", value=2**22), r"recording\.pieces is 11, outside 4,194,304"),
    (at("pieces", value=12), r"“recording/vocabulary-offsets” is int64 \(12,\) where int64 \(13,\)"),
    (at("pieces", value=2**40), r"pieces is 1,099,511,627,776, outside"),
    (at("layers", value={}), r"layers is an object where a list"),
    (at("layers", value=[{}] * 1025), r"layers has 1,025 entries, and 1,024 are the most"),
    (at("layers", 0, "heads", value=2**40), r"layers\[0\]\.heads is 1,099,511,627,776, outside"),
    (at("layers", 0, "heads", value=8), r"sinks is not a number for each of 8 heads"),
    (at("layers", 1, "heads", value=8), r"“recording/queries/1” would|“recording/queries/1” is"),
    (at("layers", 1, "heads", value=3), r"key_value_heads is 2, which does not divide 3 heads"),
    (at("layers", 0, "key_value_heads", value=5), r"key_value_heads is 5, outside 1 to 4"),
    (at("layers", 0, "key_value_heads", value=0), r"key_value_heads is 0, outside"),
    (at("layers", 0, "head_size", value=4), r"“recording/queries/0” is float32 \(6, 12\) where float32 \(6, 16\)"),
    (at("layers", 0, "scale", value=1e300), r"layers\[0\]\.scale is no number up to 1,000,000"),
    (at("layers", 0, "scale", value=None), r"layers\[0\]\.scale is no number"),
    (at("layers", 0, "softcap", value=-1), r"softcap is -1.0, which bounds everything"),
    (at("layers", 0, "softcap", value=1e-300), r"softcap is 1e-300, which bounds everything"),
    (at("layers", 0, "window", value=0), r"window is 0, outside"),
    (at("layers", 0, "sinks", 0, value=1e39), r"sinks is not a number for each"),
    (at("layers", 0, "sinks", 0, value="1"), r"sinks is “1” where a number"),
    (at("layers", 1, "bias", value=1), r"layers\[1\]\.bias is 1, outside 0 to 0"),
    (at("layers", 1, "bias", value=-1), r"layers\[1\]\.bias is -1, outside"),
    (at("layers", 1, "queries", value="float64"), r"queries is “float64”, which is none of float16, float32"),
    (at("layers", 1, "queries", value="float32"), r"“recording/queries/1” is float16 \(6, 12\) where float32"),
    (at("layers", 1, "keys", value="object"), r"keys is “object”, which is none of"),
    (at("biases", 0, "heads", value=3), r"layers\[1\]\.bias is of 3 heads where there are 4"),
    (at("biases", 0, "heads", value=4), r"“recording/bias/0” is float32 \(1, 6, 6\) where float32 \(4, 6, 6\)"),
    (at("model", "end_ids", value=[11]), r"end_ids is 11, outside 0 to 10"),
    (at("model", "end_ids", value=[0] * 2000), r"end_ids has 2,000 entries"),
    (at("model", "name", value="x" * 5000), r"model\.name has 5,000 characters"),
    (at("model", "provider", value=[]), r"model\.provider is a list where an object"),
    (at("model", "report", "warnings", value=[1]), r"warnings has an entry that is no short text"),
    (at("model", "report", "variants", value=[{"name": "x"}]), r"variants\[0\]\.size is missing"),
    (at("model", "context", value=0), r"model\.context is 0, outside"),
    (at("proof", "kind", value="sworn"), r"proof\.kind is “sworn”, which is none of"),
    (at("proof", "max_delta", value="small"), r"proof\.max_delta is “small” where a number"),
    (at("proof", value=3), r"recording\.proof is 3 where an object"),
)  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), HOSTILE)
def test_a_wrong_fact_is_named_with_its_place(file: Path, change: Change, sentence: str) -> None:
    change_files(file, {"recording.json": change})
    with pytest.raises(DocumentError, match=sentence):
        read_recording(file)
    assert import_document(file) == DOCUMENT


def test_sizes_beyond_the_limit_are_refused_before_anything_is_unpacked(file: Path) -> None:
    def grow(record: dict[str, Any]) -> None:
        record.update(tokens=200_000, read=200_000, first_row=200_000, biases=[])
        record["layers"] = [{**record["layers"][0], "heads": 4, "head_size": 8192} for _ in range(1000)]

    change_files(file, {"recording.json": grow})
    with pytest.raises(DocumentError, match=r"numbers, and 1,073,741,824 are the most"):
        read_recording(file)


def test_more_heads_than_can_be_shown_of_many_tokens_are_refused(file: Path) -> None:
    def grow(record: dict[str, Any]) -> None:
        record.update(tokens=200_000, read=200_000, first_row=200_000)
        record["layers"][0].update(heads=1000, key_value_heads=1000, head_size=1, sinks=None)

    change_files(file, {"recording.json": grow})
    with pytest.raises(DocumentError, match=r"heads is 1,000, more than can be shown of 200,000 tokens"):
        read_recording(file)


def test_a_huge_array_in_place_of_a_small_one_is_not_unpacked(file: Path) -> None:
    change_files(file, {"arrays/recording/ids.npy": bytes(1 << 20)})
    with pytest.raises(DocumentError, match=r"ids\.npy would unpack to 1,048,576 bytes"):
        read_recording(file)


def npy(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def with_entry(array: NDArray[Any], place: tuple[int, ...], value: float) -> NDArray[Any]:
    changed = array.copy()
    changed[place] = value
    return changed


def hostile_arrays() -> list[tuple[str, NDArray[Any], str]]:
    """Name of an array, what stands in its place, and what is said of it."""
    arrays = sample_recording().arrays
    statistics, logits = arrays["statistics"], arrays["logits"]
    return [
        ("ids", np.array([*IDS[:-1], -1]), "has a token that the vocabulary has not"),
        ("ids", np.array([*IDS[:-1], VOCABULARY]), "has a token that the vocabulary has not"),
        ("ids", np.array(IDS, np.int32), r"is int32 \(7,\) where int64"),
        ("vocabulary-offsets", np.arange(12), "is not cut into pieces"),
        ("vocabulary-offsets", np.array([0, 9, 3, *[20] * 9]), "is not cut into pieces"),
        ("vocabulary-offsets", np.array([-4, *[24] * 11]), "is not cut into pieces"),
        ("vocabulary", np.zeros((2, 12), np.uint8), r"is uint8 \(2, 12\) where bytes"),
        ("vocabulary", np.zeros(3, np.float32), r"is float32 \(3,\) where bytes"),
        ("special-ids", np.array([11]), "names no tokens"),
        ("special-ids", np.array([0.5]), "names no tokens"),
        ("special-ids", np.array(0), "names no tokens"),
        ("special-ids", np.zeros(2000, np.int64), "would unpack to"),
        ("logits", with_entry(logits, (1, 2), np.nan), "numbers that no model computes"),
        ("logits", with_entry(logits, (1, 2), np.inf), "numbers that no model computes"),
        ("logits", np.full_like(logits, -np.inf), "numbers that no model computes"),
        ("logits", logits.astype(np.float64), "would unpack to"),
        ("logits", logits.T.copy(), r"is float32 \(11, 3\) where float32 \(3, 11\)"),
        ("statistics", with_entry(statistics, (0, 3), np.nan), "numbers that no model computes"),
        ("statistics", with_entry(statistics, (0, 3), 0.1), "numbers that no model computes"),
        ("statistics", with_entry(statistics, (0, 3), -1e300), "numbers that no model computes"),
        ("statistics", with_entry(statistics, (1, 3), 0), "numbers that no model computes"),
        ("statistics", with_entry(statistics, (1, 3), 12), "numbers that no model computes"),
        ("statistics", with_entry(statistics, (1, 3), 1.5), "numbers that no model computes"),
        ("statistics", with_entry(statistics, (2, 3), 1e300), "numbers that no model computes"),
        ("queries/0", with_entry(arrays["queries/0"], (0, 0), np.nan), "numbers that no model computes"),
        ("queries/0", with_entry(arrays["queries/0"], (0, 0), 1e38), "numbers that no model computes"),
        ("queries/1", with_entry(arrays["queries/1"], (5, 11), np.inf), "numbers that no model computes"),
        ("keys/1", with_entry(arrays["keys/1"], (1, 5, 2), np.nan), "numbers that no model computes"),
        ("keys/0", arrays["keys/0"][:, :5], r"is float32 \(2, 5, 3\) where float32 \(2, 6, 3\)"),
        ("bias/0", with_entry(arrays["bias/0"], (0, 2, 2), -np.inf), "numbers that no model computes"),
        ("bias/0", with_entry(arrays["bias/0"], (0, 2, 1), np.nan), "numbers that no model computes"),
        ("bias/0", with_entry(arrays["bias/0"], (0, 2, 1), 1e38), "numbers that no model computes"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "array", "sentence"), hostile_arrays())
def test_a_wrong_array_is_named(file: Path, name: str, array: NDArray[Any], sentence: str) -> None:
    change_files(file, {f"arrays/recording/{name}.npy": npy(array)})
    with pytest.raises(DocumentError, match=sentence):
        read_recording(file)


@pytest.mark.parametrize("name", ["ids", "logits", "keys/1", "bias/0", "vocabulary", "special-ids"])
def test_a_missing_array_is_named(file: Path, name: str) -> None:
    change_files(file, {f"arrays/recording/{name}.npy": None})
    with pytest.raises(DocumentError, match=rf"recording/{name}\.npy is not in the file"):
        read_recording(file)


@pytest.mark.parametrize(
    "name", ["recording.json/../../x", "../recording.json", "Recording.json", "arrays/recording/../x.npy"]
)
def test_no_path_leads_out_of_a_file(file: Path, name: str) -> None:
    change_files(file, {}, {name: b"x"})
    with pytest.raises(DocumentError, match="is no name that a conversation's files have"):
        read_recording(file)


def test_a_file_that_ends_anywhere_or_is_damaged_anywhere_is_refused(file: Path) -> None:
    data, dice, whole = file.read_bytes(), random.Random(6), sample_recording()
    for stop in dice.sample(range(1, len(data)), 40):
        file.write_bytes(data[:stop])
        with pytest.raises(DocumentError):
            read_recording(file)
    for place in dice.sample(range(len(data)), 200):
        file.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            # Some bytes of an archive mean nothing, like its times.
            assert_same(read_recording(file), whole)
        except DocumentError as error:
            assert error.what.endswith(".")  # noqa: PT017


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path, recording = tmp_path / "lesson.vitrine", sample_recording()
    broken = with_entry(recording.arrays["keys/0"], (0, 0, 0), np.nan)
    cases = (
        replace(recording, arrays={**recording.arrays, "keys/0": broken}),
        replace(recording, model=replace(MODEL, name="x" * 5000)),
    )
    for case in cases:
        with pytest.raises(DocumentError, match=r"cannot be exported: (array|the rec)") as caught:
            write_recording(path, DOCUMENT, case)
        assert caught.value.case == "recording-unfit"
    assert not path.exists()


# ---------------------------------------------------------------- any recording

_small = st.integers(1, 4)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """Recordings of any shape, with numbers of any kind that models compute."""
    read = draw(st.integers(1, 6))
    tokens = read + draw(st.integers(0, 1))
    vocabulary = draw(st.integers(1, 7))
    layers = []
    for index in range(draw(st.integers(0, 3))):
        shared = draw(_small)
        heads = shared * draw(_small)
        sinks = np.linspace(-3, 3, heads, dtype=np.float32) if draw(st.booleans()) else None
        place = replace(
            site(index, sinks=sinks is not None, window=draw(st.none() | _small)),
            heads=heads,
            key_value_heads=shared,
            head_size=(size := draw(_small)),
            width=heads * size,
            scale=draw(st.floats(-10, 10)),
        )
        kinds = st.sampled_from(["float16", "float32"])
        layers.append(RecordedLayer(place, sinks, draw(kinds), draw(kinds)))
    ids = np.array(draw(st.lists(st.integers(0, vocabulary - 1), min_size=tokens, max_size=tokens)))
    outline = RecordingOutline(ids, read, vocabulary, tuple(layers), ())
    first_row = draw(st.integers(0, read))
    dice = np.random.default_rng(draw(st.integers(0, 9)))
    arrays = {
        one.name: (dice.standard_normal(one.shape) * 50).astype(one.dtype)
        for one in recorded_arrays(outline, first_row)
    }
    known = min(tokens, read + 1)
    arrays["statistics"] = np.array([[-1.5] * known, [1.0] * known, [0.25] * known])
    pieces = tuple(draw(st.lists(st.binary(max_size=5), min_size=vocabulary, max_size=vocabulary + 2)))
    model = replace(
        MODEL, name=draw(st.text(max_size=20)), vocabulary=pieces, end_ids=frozenset(), special_ids=frozenset({0})
    )  # fmt: skip
    return Recording(model, None, outline, first_row, arrays)


@given(recording=recordings())
def test_any_recording_comes_back(recording: Recording, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "one.vitrine"
    write_recording(path, DOCUMENT, recording)
    assert_same(read_recording(path), recording)


_facts = json.loads(write_facts(sample_recording()))
_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
)


@given(data=st.data())
def test_any_facts_are_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    record: Any = copy.deepcopy(_facts)
    place = record
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(_values)
    try:
        read_facts(json.dumps(record).encode())
    except DocumentError as error:
        assert error.what.endswith(".")  # noqa: PT017


# ---------------------------------------------------------------- disks


def test_fault_46_a_file_that_cannot_be_written_leaves_the_old_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(HistoryError, match="No space left on device"):
        write_recording(file, DOCUMENT, sample_recording(0))
    assert file.read_bytes() == before
    assert files_in(file.parent) == {file.name}


def test_fault_46_an_export_to_a_full_disk_is_told_and_leaves_the_old_file(tmp_path: Path) -> None:
    told = json.loads(run_on_small_disk("tests.desktop.history.full_disk_recording", tmp_path, 2048))
    assert told[0]
    # Where nothing can be mounted, the disk is not small and there is room.
    for case, what, remedy in filter(None, told):
        assert case == "not-exported"
        assert "lesson.vitrine” could not be written" in what
        assert "make room" in remedy


def test_the_limit_of_a_recording_is_that_of_a_file() -> None:
    from desktop.history.packed_files import LARGEST_FILE

    assert LARGEST_RECORDING <= LARGEST_FILE
