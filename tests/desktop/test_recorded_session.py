"""A session over a recording: it shows what was recorded, says what cannot be done, and can be recorded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.conversation import ChatMessage
from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import (
    AttentionRows,
    Failed,
    ReadAttention,
    ReadLogits,
    ReadRecordingOutline,
    RecordingOutline,
    Token,
    Tokenize,
)
from inference.process import start_recorded_engine
from inference.recorder import Recorder
from inference.recording import Recording
from models.errors import VitrineError
from tests.sample_recording import FIRST_ROW, IDS, MODEL, PROOF, READ, sample_recording


def start(opening: Callable[[Callable[[int, int], None]], Recording]) -> Session:
    """A session with the tokens of the sample, whose engine brings a recording."""
    session = Session(lambda: start_recorded_engine(opening))
    session.messages.extend([ChatMessage("user", "two three"), ChatMessage("assistant", "four", ids=IDS[4:])])
    session.conversation.sequence.replace([Token(one, MODEL.vocabulary[one], False) for one in IDS])
    session.conversation.model = MODEL.folder
    session.start()
    return session


@pytest.fixture
def recorded(qtbot: QtBot) -> Iterator[Session]:
    session = start(lambda progress: sample_recording())
    try:
        qtbot.waitUntil(lambda: session.phase is Phase.READY and session.status is not None)
        qtbot.waitUntil(lambda: not np.isnan(session.logprobs[1:]).any())
        yield session
    finally:
        session.close()
        session.deleteLater()


def ask(qtbot: QtBot, session: Session, kind: type, **fields: object) -> object:
    """An answer, or the `Failed` that came instead."""
    inquiry, came = Inquiry(session, session), []
    inquiry.answered.connect(came.append)
    inquiry.refused.connect(came.append)
    inquiry.ask(kind, **fields)
    qtbot.waitUntil(lambda: bool(came))
    return came[0]


def test_it_shows_what_was_recorded(qtbot: QtBot, recorded: Session) -> None:
    recording = sample_recording()
    assert recorded.model == MODEL
    assert recorded.model.recorded
    assert recorded.proof == PROOF
    assert recorded.attention_refusal == ""
    np.testing.assert_array_equal(
        recorded.logprobs[1:], recording.arrays["statistics"][0, 1:].astype(np.float32)
    )
    # The row that chose the last token is the last that was read.
    recorded.move_cursor(len(IDS) - 1)
    assert recorded.row == READ - 1
    logits = ask(qtbot, recorded, ReadLogits, position=recorded.row)
    np.testing.assert_array_equal(logits, recording.arrays["logits"][-1])  # type: ignore[arg-type]
    rows = ask(qtbot, recorded, ReadAttention, layer=1, head="mean", start=0, stop=READ)
    assert isinstance(rows, AttentionRows)
    np.testing.assert_allclose(rows.weights.sum(axis=1), 1, rtol=1e-5)


def test_what_a_person_types_is_not_lost_where_nothing_can_be_written(
    qtbot: QtBot, recorded: Session
) -> None:
    failures: list[Failed] = []
    recorded.failed.connect(failures.append)
    assert not recorded.send("something new"), "it stays where it was typed"
    assert failures == []
    assert [message.text for message in recorded.messages] == ["two three", "four"]
    assert [token.id for token in recorded.tokens] == list(IDS)
    assert isinstance(ask(qtbot, recorded, Tokenize, text="x"), Failed)


def test_a_file_that_cannot_be_opened_is_a_failure_like_a_models(qtbot: QtBot) -> None:
    def refuse(progress: Callable[[int, int], None]) -> Recording:
        raise VitrineError("not-a-conversation", "It is damaged.", "Take another.")

    session = start(refuse)
    try:
        with qtbot.waitSignal(session.failed) as signal:
            pass
        assert signal.args == [Failed("not-a-conversation", "It is damaged.", "Take another.")]
        assert session.phase is Phase.LOST
    finally:
        session.close()
        session.deleteLater()


def test_recording_goes_through_an_inquiry(qtbot: QtBot, recorded: Session) -> None:
    outline = ask(qtbot, recorded, ReadRecordingOutline)
    assert isinstance(outline, RecordingOutline)
    assert recorded.model is not None
    recorder = Recorder(outline, recorded.model, recorded.proof, FIRST_ROW)
    inquiry, shown = Inquiry(recorded, recorded), []

    def go_on(piece: object = None) -> None:
        if piece is not None:
            recorder.take(piece)  # type: ignore[arg-type]
        shown.append((recorder.done, recorder.total))
        if recorder.question is not None:
            kind, fields = recorder.question
            inquiry.ask(kind, **fields)

    inquiry.answered.connect(go_on)
    go_on()
    qtbot.waitUntil(lambda: recorder.question is None)
    assert shown == [(done, recorder.total) for done in range(recorder.total + 1)]
    again = recorder.recording()
    for name, array in sample_recording().arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array, strict=True)
