"""What is recorded of a live engine answers as that engine did, bit for bit."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.attention import AttentionFormula, attention_rows
from inference.contract import (
    Failed,
    Loaded,
    Prompted,
    Proved,
    Query,
    ReadRecording,
    ReadRecordingOutline,
    RecordingOutline,
    RecordingPart,
    RecordingPiece,
    Step,
    Stop,
)
from inference.loaded_model import LoadedModel
from inference.recorded_reader import RecordedReader
from inference.recorder import PIECE_BYTES, Recorder, record
from inference.recording import (
    LARGEST_RECORDING,
    recorded_arrays,
    recorded_facts,
    recording_bytes,
)
from inference.sequence import TokenSequence, checksum
from models.errors import VitrineError
from tests.inference.event_log import EventLog
from tests.inference.observed_exports import OBSERVED, opened_export, read, text
from tests.inference.recorded_log import asking, go_to, largest_differences, recorded_engine
from tests.sample_recording import IDS, MODEL, PROOF, READ, sample_recording

LONG = "the sky and the water and the light " * 20


def written(log: EventLog, generation: int = 1, tokens: int = 20) -> tuple[int, tuple[int, ...]]:
    """Length of the prompt, and IDs of prompt and reply."""
    log.generate(generation, LONG, max_tokens=tokens)
    log.wait_for_stopped(generation)
    prompt = log.wait(Prompted, lambda event: event.generation == generation).tokens
    ids = [token.id for token in prompt] + [step.token.id for step in log.steps(generation)]
    return len(prompt), tuple(ids)


def test_a_recorded_reply_answers_as_the_engine_that_wrote_it(engine_log: EventLog) -> None:
    proof = engine_log.wait(Proved).proof
    loaded = engine_log.wait(Loaded)
    prompt, ids = written(engine_log)
    recording = record(asking(engine_log), loaded, proof, prompt - 1)
    assert recording.outline.read == len(ids) - 1
    with recorded_engine(recording) as recorded:
        go_to(recorded, 1, ids)
        differences = largest_differences(recording, engine_log, recorded)
        again = record(asking(recorded), recorded.wait(Loaded), recorded.wait(Proved).proof, prompt - 1)
    assert set(differences) == {
        "logits", "attention", "profile", "atlas", "logprobs", "ranks", "entropies",
    }  # fmt: skip
    assert not any(differences.values()), differences
    # What was recorded can be recorded again.
    assert again.model == recording.model == recorded_facts(loaded)
    for name, array in recording.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array)


def test_pieces_are_small_and_known_before(process_log: EventLog) -> None:
    written(process_log)
    ask = asking(process_log)
    outline = ask(ReadRecordingOutline, {})
    assert isinstance(outline, RecordingOutline)
    recorder = Recorder(outline, process_log.wait(Loaded), None)
    assert (recorder.done, recorder.total) != (0, 0)
    sizes = []
    while (question := recorder.question) is not None:
        piece = ask(*question)
        assert isinstance(piece, RecordingPiece)
        sizes.append(sum(array.nbytes for array in piece.arrays))
        recorder.take(piece)
    assert recorder.done == recorder.total == len(sizes)
    recording = recorder.recording()
    assert max(sizes) <= PIECE_BYTES
    assert sum(sizes) == recording.size == recording_bytes(outline, 0)


def test_large_arrays_come_in_several_pieces(monkeypatch: pytest.MonkeyPatch, process_log: EventLog) -> None:
    monkeypatch.setattr("inference.recorder.PIECE_BYTES", 20_000)
    written(process_log)
    ask, loaded = asking(process_log), process_log.wait(Loaded)
    pieces: list[int] = []

    def counting(kind: type[Query], fields: dict[str, object]) -> object:
        pieces.append(len(fields.get("parts", ())))  # type: ignore[arg-type]
        return ask(kind, fields)

    small = record(counting, loaded, None)
    assert len(pieces) > 30
    monkeypatch.undo()
    whole = record(ask, loaded, None)
    for name, array in whole.arrays.items():
        np.testing.assert_array_equal(small.arrays[name], array, strict=True)


def test_it_records_while_the_model_writes(process_log: EventLog) -> None:
    process_log.generate(1, "the sky", max_tokens=3000)
    process_log.wait(Step, lambda step: step.position >= 30)
    recording = record(asking(process_log), process_log.wait(Loaded), None)
    process_log.engine.send(Stop())
    process_log.wait_for_stopped(1)
    ids = [token.id for token in process_log.wait(Prompted).tokens]
    ids += [step.token.id for step in process_log.steps(1)]
    count = len(recording.outline.ids)
    assert 30 < count <= len(ids)
    assert recording.outline.ids.tolist() == ids[:count]


def test_a_conversation_that_moved_on_is_not_mixed_in(engine_log: EventLog) -> None:
    written(engine_log)
    outline = asking(engine_log)(ReadRecordingOutline, {})
    assert isinstance(outline, RecordingOutline)
    recorder = Recorder(outline, engine_log.wait(Loaded), None)
    engine_log.generate(2, "other words", max_tokens=0)
    engine_log.wait_for_stopped(2)
    assert recorder.question is not None
    kind, fields = recorder.question
    engine_log.engine.send(kind(query=77, **fields))
    failed = engine_log.wait(Failed, lambda event: event.query == 77)
    assert failed.case == "sequence-changed"
    now = asking(engine_log)(ReadRecordingOutline, {})
    assert isinstance(now, RecordingOutline)
    parts = (RecordingPart("keys", 0, 0, now.read + 1),)
    engine_log.engine.send(ReadRecording(78, parts, checksum(now.ids)))
    assert engine_log.wait(Failed, lambda event: event.query == 78).case == "position-not-read"


def test_nothing_to_record_is_said(process_log: EventLog) -> None:
    with pytest.raises(VitrineError, match="has not read anything yet"):
        record(asking(process_log), process_log.wait(Loaded), None)


def test_what_would_be_too_large_is_told_with_its_size() -> None:
    outline = replace(sample_recording().outline, vocabulary=LARGEST_RECORDING // 4)
    with pytest.raises(VitrineError, match=r"of 6 tokens with 3 distributions would take 3,221 MB; 1,074 MB"):
        Recorder(outline, MODEL, PROOF, 3)
    # Without distributions there is room.
    Recorder(outline, MODEL, PROOF, 6)


def test_the_sizes_are_those_of_the_arrays() -> None:
    recording = sample_recording()
    assert {one.name: (one.dtype, one.shape) for one in recorded_arrays(recording.outline, 3)} == {
        name: (array.dtype.name, array.shape) for name, array in recording.arrays.items()
    }
    # Statistics of 7 tokens; 3 rows of 11 logits; queries and keys of 6 tokens in 32 and in 16 bits; a bias.
    assert recording.size == 3 * 7 * 8 + 3 * 11 * 4 + 6 * (12 + 6) * 4 + 6 * (12 + 6) * 2 + 36 * 4


def test_a_recording_says_nothing_of_this_machines_folders() -> None:
    model = replace(
        MODEL,
        folder="C:\\Users\\ana\\bundles\\abc",
        report=replace(MODEL.report, source="/home/ana/models/m.gguf"),
        recorded=False,
    )
    facts = recorded_facts(model)
    assert (facts.folder, facts.report.source, facts.recorded) == ("abc", "m.gguf", True)


# ---------------------------------------------------------------- every kind of attention


@pytest.mark.parametrize(
    "name",
    [
        "decomposed, 16 bits",
        "decomposed, window",
        "decomposed, bound",
        "decomposed, every head its own keys",
        "kernel, turning inside",
        "kernel, packed",
        "kernel, turning neighbours",
        "kernel, cache of a window",
        "kernel, tables by length",
        "kernel, sinks",
        "kernel, bias",
        "kernel, bias for all heads",
        "kernel, 16 bits",
        "multi-head",
        "contrib",
    ],
)
def test_every_kind_of_attention_is_recorded(name: str, tmp_path: Path) -> None:
    with opened_export(tmp_path, OBSERVED[name]) as model:
        live = read(model, text(3), 70)
        recording = record(lambda kind, fields: answer(model, kind, fields), MODEL, None)
        assert live.attention is not None
        sequence = TokenSequence(90)
        sequence.replace(recording.outline.ids.tolist())
        sequence.read = recording.outline.read
        reader = RecordedReader(recording, sequence)
        # A projection of all rows at once may differ from that of some in the last bit.
        allowed = 1e-6 if name == "contrib" else 0.0
        np.testing.assert_allclose(reader.whole_attention(), live.attention, rtol=0, atol=allowed)
        rows = [model.reader.logits(row) for row in range(90)]
        np.testing.assert_array_equal(reader.whole_logits(), rows)
        captured = model.decoder.taps.dtype
        plain = OBSERVED[name].rotary != "inside" and name != "contrib"
        assert recording.arrays["queries/0"].dtype == (captured if plain else np.float32)


def answer(model: LoadedModel, kind: type[Query], fields: dict[str, object]) -> object:
    """What an engine with this model answers."""
    if kind is ReadRecordingOutline:
        return model.recording_reader.outline()
    return model.recording_reader.piece(fields["parts"], fields["checksum"])  # type: ignore[arg-type]


# ---------------------------------------------------------------- by hand


def test_equal_keys_share_the_weight_evenly_among_what_the_window_shows() -> None:
    recording = sample_recording()
    arrays = dict(recording.arrays) | {"keys/0": np.ones((2, READ, 3), np.float32)}
    layer = replace(recording.outline.layers[0], sinks=None)
    layer = replace(layer, site=replace(layer.site, sinks=None))
    outline = replace(recording.outline, layers=(layer, *recording.outline.layers[1:]))
    sequence = TokenSequence(len(IDS))
    sequence.replace(IDS)
    sequence.read = READ
    reader = RecordedReader(replace(recording, outline=outline, arrays=arrays), sequence)
    weights = reader.attention(0, 2, 0, 4).weights
    third = 1 / 3
    expected = [[1, 0, 0, 0], [1 / 2, 1 / 2, 0, 0], [third, third, third, 0], [0, third, third, third]]
    np.testing.assert_allclose(weights, expected, rtol=1e-6)


def test_a_recorded_layer_is_read_by_the_formula_of_live_ones() -> None:
    recording = sample_recording()
    layer = recording.outline.layers[1]
    queries, keys = recording.arrays["queries/1"], recording.arrays["keys/1"]
    expected = attention_rows(AttentionFormula(layer.site), queries, keys, 0, bias=recording.arrays["bias/0"])
    sequence = TokenSequence(len(IDS))
    sequence.replace(IDS)
    sequence.read = READ
    profile = RecordedReader(recording, sequence).attention_profile(READ - 1)
    np.testing.assert_array_equal(profile[1], expected[:, -1])


NO_RUNTIME = """
import sys
import inference.process
print({"onnxruntime", "tokenizers", "jinja2", "PySide6"} & set(sys.modules))
"""


def test_recordings_are_answered_from_without_a_runtime() -> None:
    done = subprocess.run([sys.executable, "-c", NO_RUNTIME], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
