"""An engine with a recording instead of a model: what it answers, and what it says of everything else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from inference.contract import (
    Atlas,
    AttentionRows,
    ChangeTemplate,
    ChatPrompt,
    Command,
    Failed,
    Generate,
    IdsPrompt,
    Load,
    Loaded,
    Message,
    Progress,
    Prompt,
    Prompted,
    Proved,
    RawPrompt,
    ReadAtlas,
    ReadAttention,
    ReadAttentionProfile,
    ReadLogits,
    ReadPrompt,
    ReadRecordingOutline,
    ReadStatistics,
    Statistics,
    Status,
    Stop,
    Token,
    Tokenize,
    Unload,
    UpdateSettings,
)
from inference.process import BackgroundCall, start_recorded_engine
from inference.recording import Recording
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError
from tests.inference.event_log import EventLog
from tests.inference.recorded_log import go_to, recorded_engine
from tests.sample_recording import FIRST_ROW, IDS, MODEL, PROOF, READ, sample_recording


@pytest.fixture
def log() -> Iterator[EventLog]:
    with recorded_engine(sample_recording()) as opened:
        yield opened


def refusal(log: EventLog, query: Command) -> Failed:
    """What is said instead of an answer."""
    log.engine.send(query)
    return log.wait(Failed, lambda event: event.query == query.query)  # type: ignore[union-attr]


def test_it_loads_as_what_was_recorded(log: EventLog) -> None:
    assert log.wait(Loaded) == MODEL
    assert log.wait(Proved).proof == PROOF
    status = log.wait(Status)
    assert status.memory == status.captures + status.cache == sample_recording().size
    assert status.cache == 6 * 6 * 4 + 6 * 6 * 2


def test_an_unproved_recording_is_not_proved() -> None:
    with recorded_engine(replace(sample_recording(), proof=None)) as log:
        go_to(log, 1, IDS)
        assert not [event for event in log.events if isinstance(event, Proved)]


@pytest.mark.parametrize("count", [1, 4, READ, len(IDS)])
def test_the_recorded_sequence_or_its_beginning_can_be_gone_to(log: EventLog, count: int) -> None:
    go_to(log, 1, IDS[:count])
    prompted = log.wait(Prompted)
    assert [token.id for token in prompted.tokens] == list(IDS[:count])
    assert prompted.reused == 0
    assert log.wait_for_stopped(1).prefilled == count
    assert log.wait(Status, lambda status: status.context_used == count)
    last = min(count, READ) - 1
    rows = log.ask(ReadAttention(1, 0, 1, last, last + 1))
    assert isinstance(rows, AttentionRows)
    assert rows.weights.shape == (1, last + 1)
    failed = refusal(log, ReadAttention(2, 0, 1, last, last + 2))
    assert failed.case == "position-not-read"
    assert f"position {last + 1} " in failed.what
    atlas = log.ask(ReadAtlas(3, 16))
    assert isinstance(atlas, Atlas)
    assert atlas.tokens == last + 1


def test_going_back_and_forth_reuses_what_is_the_same(log: EventLog) -> None:
    for generation, count in enumerate((len(IDS), 3, 5), 1):
        go_to(log, generation, IDS[:count])
    reused = [event.reused for event in log.events if isinstance(event, Prompted)]
    assert reused == [0, 3, 3]


def test_tokens_have_their_pieces_and_special_ones_are_told_apart(log: EventLog) -> None:
    tokens = log.ask(ReadPrompt(1, IdsPrompt((0, 2, 3, 99))))
    assert tokens == (
        Token(0, b"<|end|>", True, "user", 0),
        Token(2, b"\xe3", False, "user", 0),
        Token(3, b" 0", False, "user", 0),
        Token(99, "‹id 99›".encode(), False, "user", 0),
    )


def test_distributions_that_were_not_recorded_are_named(log: EventLog) -> None:
    go_to(log, 1, IDS)
    recording = sample_recording()
    for row in range(FIRST_ROW, READ):
        np.testing.assert_array_equal(
            log.ask(ReadLogits(100 + row, row)), recording.arrays["logits"][row - FIRST_ROW]
        )
    failed = refusal(log, ReadLogits(1, FIRST_ROW - 1))
    assert failed.case == "not-recorded"
    # A row is about the token behind it.
    assert failed.what == (
        "What could have come at position 3 was not recorded; only that at positions 4 to 6 was."
    )
    with recorded_engine(sample_recording(READ)) as bare:
        go_to(bare, 1, IDS)
        assert refusal(bare, ReadLogits(1, 0)).what.endswith("was not recorded; nothing was.")


def test_statistics_are_there_for_every_token_all_the_same(log: EventLog) -> None:
    go_to(log, 1, IDS)
    whole, part = (log.ask(ReadStatistics(number, *span)) for number, span in ((1, (0, 7)), (2, (2, 5))))
    assert isinstance(whole, Statistics)
    assert isinstance(part, Statistics)
    assert (whole.logprobs.dtype, whole.ranks.dtype, whole.entropies.dtype) == (
        np.float32, np.int64, np.float32,
    )  # fmt: skip
    assert np.isnan(whole.logprobs[0])
    assert whole.ranks[0] == 0
    assert (whole.ranks[1:] >= 1).all()
    np.testing.assert_array_equal(part.ranks, whole.ranks[2:5])
    go_to(log, 2, IDS[:3])
    assert refusal(log, ReadStatistics(3, 0, 7)).case == "position-not-read"


@pytest.mark.parametrize(
    ("prompt", "max_tokens"),
    [
        (ChatPrompt((Message("user", "x"),)), None),
        (RawPrompt("x"), 0),
        (IdsPrompt(IDS), 1),
        (IdsPrompt(IDS), None),
    ],
)
def test_nothing_new_can_be_written(log: EventLog, prompt: Prompt, max_tokens: int | None) -> None:
    go_to(log, 1, IDS[:4])
    log.engine.send(Generate(2, prompt, SamplingSettings(), 0, max_tokens))
    assert log.wait_for_stopped(2).reason == "failed"
    failed = log.wait(Failed)
    assert (failed.case, failed.generation) == ("recorded-only", 2)
    assert failed.what.startswith("This conversation was opened without its model")
    assert failed.remedy == "Open the model to go on."
    # What was looked at before still can be.
    assert isinstance(log.ask(ReadAttentionProfile(1, 3)), np.ndarray)


@pytest.mark.parametrize("ids", [(), (*IDS, 3), (2, 5, 8)])
def test_of_other_tokens_than_those_recorded_nothing_is_said(log: EventLog, ids: tuple[int, ...]) -> None:
    go_to(log, 1, IDS)
    log.engine.send(Generate(2, IdsPrompt(ids), SamplingSettings(), 0, 0))
    assert log.wait_for_stopped(2).reason == "failed"
    failed = log.wait(Failed)
    assert (failed.case, failed.generation) == ("not-recorded", 2)
    assert failed.what.startswith("Only another conversation or branch was recorded")
    # The window shows those tokens now: numbers of the recorded ones beside them would be lies.
    for query in (
        ReadLogits(1, READ - 1),
        ReadAttention(2, 0, 1, 0, 1),
        ReadAttentionProfile(3, 0),
        ReadAtlas(4, 8),
        ReadStatistics(5, 0, 2),
        ReadRecordingOutline(6),
    ):
        assert refusal(log, query) == replace(failed, generation=None, query=query.query)
    assert refusal(log, Tokenize(7, "text")).case == "recorded-only"
    assert log.ask(ReadPrompt(8, IdsPrompt((0,)))) == (Token(0, b"<|end|>", True, "user", 0),)
    go_to(log, 3, IDS)
    assert isinstance(log.ask(ReadAttentionProfile(9, 3)), np.ndarray)


@pytest.mark.parametrize(
    "query",
    [Tokenize(1, "text"), ReadPrompt(1, RawPrompt("x")), ReadPrompt(1, ChatPrompt(())), ChangeTemplate(1, "x")],
)  # fmt: skip
def test_what_needs_the_model_is_refused(log: EventLog, query: Command) -> None:
    assert refusal(log, query).case == "recorded-only"


def test_commands_without_an_effect_do_no_harm(log: EventLog) -> None:
    for command in (Stop(), Stop(), UpdateSettings(SamplingSettings())):
        log.engine.send(command)
    go_to(log, 1, IDS)
    log.engine.send(Unload())
    assert refusal(log, ReadLogits(1, READ - 1)).case == "no-model"
    log.engine.send(Generate(2, IdsPrompt(IDS), SamplingSettings(), 0, 0))
    assert log.wait_for_stopped(2).reason == "failed"
    log.engine.send(Load())
    go_to(log, 3, IDS)


def test_without_sites_the_attention_is_refused_and_the_rest_answered() -> None:
    recording = sample_recording()
    arrays = {name: recording.arrays[name] for name in ("logits", "statistics")}
    outline = replace(recording.outline, layers=(), biases=())
    with recorded_engine(replace(recording, outline=outline, arrays=arrays)) as log:
        go_to(log, 1, IDS)
        assert refusal(log, ReadAtlas(1, 8)).case == "attention-refused"
        assert isinstance(log.ask(ReadLogits(2, READ - 1)), np.ndarray)


# ---------------------------------------------------------------- opening


def test_what_cannot_be_opened_is_told_and_can_be_tried_again() -> None:
    outcomes: list[Exception | None] = [
        VitrineError("not-a-conversation", "It is damaged.", "Take another."), MemoryError(), KeyError("x"), None,
    ]  # fmt: skip

    def opening(progress: Callable[[int, int], None]) -> Recording:
        if (outcome := outcomes.pop(0)) is not None:
            raise outcome
        progress(1, 2)
        return sample_recording()

    engine = start_recorded_engine(opening)
    try:
        log = EventLog(engine)
        for case in ("not-a-conversation", "out-of-memory", "defect"):
            engine.send(Load("/any/model.gguf"))
            assert log.wait(Failed, lambda event, case=case: event.case == case)  # type: ignore[misc]
        engine.send(Load())
        assert log.wait(Progress) == Progress("recording", 1, 2)
        log.wait(Loaded)
    finally:
        engine.close()
    assert not engine.alive
    engine.send(Load())  # dropped


@pytest.mark.parametrize("command", [Stop(), None])
def test_fault_51_opening_can_be_stopped_and_closed(command: Command | None) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def opening(progress: Callable[[int, int], None]) -> Recording:
        progress(0, 10)
        begun.set()
        go_on.wait(60)
        progress(1, 10)
        raise AssertionError("it was not stopped")

    engine = start_recorded_engine(opening)
    log = EventLog(engine)
    engine.send(Load())
    assert begun.wait(60)
    if command is not None:
        engine.send(command)
        go_on.set()
        assert log.wait(Failed).case == "stopped"
        engine.close()
    else:
        closing = BackgroundCall(engine.close, lambda: None, "closing")
        assert engine._engine._interrupted.wait(60)  # type: ignore[attr-defined]
        go_on.set()
        closing.result()
    assert not engine.alive
