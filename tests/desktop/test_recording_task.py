"""Recording what is shown and writing it: whole, stopped, interrupted, on a full disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.history.container import read_container
from desktop.history.recording_file import read_recording
from desktop.inquiry import Inquiry
from desktop.recording_task import RecordingOrder, RecordingTask, Stage, Written
from desktop.session import Session
from inference import recorder
from inference.contract import Proof, ReadRecording, ReadRecordingOutline, RecordingOutline
from models.errors import VitrineError
from tests.desktop.history.samples import files_in
from tests.desktop.scripted_engine import ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def task(qtbot: QtBot, replied: Session) -> Iterator[RecordingTask]:
    made = RecordingTask(replied, replied)
    yield made
    made.end()


@pytest.fixture
def failures(task: RecordingTask) -> list[VitrineError]:
    told: list[VitrineError] = []
    task.failed.connect(told.append)
    return told


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many questions instead of one."""
    monkeypatch.setattr(recorder, "PIECE_BYTES", 1 << 12)


def order(session: Session, settle: Settle, path: Path, first_row: int = 0) -> RecordingOrder:
    """To record the conversation that is shown."""
    inquiry, answers = Inquiry(session, session), list[RecordingOutline]()
    inquiry.answered.connect(answers.append)
    inquiry.ask(ReadRecordingOutline)
    settle()
    number = session.conversation.id
    read = session.archive.document_reader(number)
    return RecordingOrder(answers[0], first_row, path, session.conversation.leaf, read)


def written(qtbot: QtBot, task: RecordingTask) -> Written:
    with qtbot.waitSignal(task.written) as signal:
        pass
    return signal.args[0]


@pytest.mark.usefixtures("small_pieces")
def test_the_file_has_the_conversation_and_every_number(
    qtbot: QtBot,
    replied: Session,
    engine: ScriptedEngine,
    settle: Settle,
    task: RecordingTask,
    tmp_path: Path,
) -> None:
    first = replied.conversation.sequence.prompt_length - 1
    stages: list[tuple[Stage, int, int]] = []
    task.advanced.connect(lambda: stages.append((task.stage, task.done, task.total)))
    path = tmp_path / "lesson.vitrine"
    task.start(order(replied, settle, path, first))
    assert written(qtbot, task) == Written(path, path.stat().st_size)
    assert task.stage is Stage.NONE
    recorded = [one for one in stages if one[0] is Stage.RECORDING]
    assert [done for _, done, _ in recorded] == list(range(recorded[0][2] + 1))
    assert any(one[0] is Stage.WRITING and 0 < one[1] == one[2] for one in stages)
    contents, recording = read_container(path), read_recording(path)
    assert contents.recorded
    assert [message.text for message in contents.document.path()] == [one.text for one in replied.messages]
    assert recording.first_row == first
    assert recording.outline.ids.tolist() == [token.id for token in replied.tokens]
    assert recording.proof == replied.proof
    assert replied.model is not None
    assert recording.model.name == replied.model.name
    whole = engine.recording().arrays
    for name, array in recording.arrays.items():
        np.testing.assert_array_equal(array, whole[name][first:] if name == "logits" else whole[name])


def test_a_proof_that_comes_late_is_in_the_file(
    qtbot: QtBot, replied: Session, settle: Settle, task: RecordingTask, tmp_path: Path
) -> None:
    replied.proof = None
    what = order(replied, settle, tmp_path / "lesson.vitrine")
    task.start(what)
    replied.proof = Proof("measured", 0.0, 0.0, 64, "late")
    written(qtbot, task)
    assert read_recording(what.path).proof == replied.proof


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("change", ["new", "send", "model", "lost", "regenerate", "reread"])
def test_fault_52_a_conversation_that_moves_on_ends_it_with_a_sentence(
    replied: Session,
    engine: ScriptedEngine,
    settle: Settle,
    task: RecordingTask,
    failures: list[VitrineError],
    tmp_path: Path,
    change: str,
) -> None:
    what = order(replied, settle, tmp_path / "lesson.vitrine")
    engine.answering = False
    task.start(what)
    engine.answer()
    settle()
    assert task.stage is Stage.RECORDING
    acts: dict[str, Callable[[], object]] = {
        "new": replied.new_conversation,
        "send": lambda: replied.send("And why are sunsets red?"),
        "model": lambda: replied.open_model("other.gguf"),
        "lost": engine.crash,
        "regenerate": replied.regenerate,
        "reread": replied.read_as_written,
    }
    acts[change]()
    engine.answering = True
    settle()
    assert [failure.case for failure in failures] == ["sequence-changed"]
    assert "moved on" in failures[0].what
    assert task.stage is Stage.NONE
    assert not what.path.exists()


def test_what_the_engine_refuses_ends_it(
    replied: Session,
    engine: ScriptedEngine,
    settle: Settle,
    task: RecordingTask,
    failures: list[VitrineError],
    tmp_path: Path,
) -> None:
    what = order(replied, settle, tmp_path / "lesson.vitrine")
    engine.ids[3] += 1
    task.start(what)
    settle()
    assert [failure.case for failure in failures] == ["sequence-changed"]
    assert not what.path.exists()


def test_what_cannot_be_recorded_is_told_at_once(
    replied: Session, settle: Settle, task: RecordingTask, failures: list[VitrineError], tmp_path: Path
) -> None:
    what = order(replied, settle, tmp_path / "lesson.vitrine")
    task.start(replace(what, outline=replace(what.outline, read=0)))
    assert [failure.case for failure in failures] == ["nothing-to-record"]
    assert task.stage is Stage.NONE


@pytest.mark.usefixtures("small_pieces")
def test_stopped_while_it_is_recorded_it_leaves_nothing_and_can_begin_anew(
    qtbot: QtBot,
    replied: Session,
    engine: ScriptedEngine,
    settle: Settle,
    task: RecordingTask,
    failures: list[VitrineError],
    tmp_path: Path,
) -> None:
    what = order(replied, settle, tmp_path / "lesson.vitrine")
    engine.answering = False
    task.start(what)
    task.stop()
    engine.answer()
    settle()
    assert not [one for one in engine.commands if isinstance(one, ReadRecording)][1:]
    assert files_in(tmp_path) == set()
    engine.answering = True
    task.start(what)
    written(qtbot, task)
    assert failures == []


def test_stopped_while_it_is_written_it_leaves_what_was_there(
    qtbot: QtBot,
    replied: Session,
    settle: Settle,
    task: RecordingTask,
    failures: list[VitrineError],
    tmp_path: Path,
) -> None:
    what = order(replied, settle, tmp_path / "lesson.vitrine")
    what.path.write_text("before")
    came: list[Written] = []
    task.written.connect(came.append)

    def read() -> object:
        # In the middle of it, in the thread that writes.
        task._order = None
        return what.read_document()

    task.start(replace(what, read_document=read))  # type: ignore[arg-type]
    settle()
    task.end()
    assert (came, failures) == ([], [])
    assert what.path.read_text() == "before"
    assert files_in(tmp_path) == {"lesson.vitrine"}


def test_fault_46_a_disk_that_is_full_is_told_and_the_old_file_stays(
    qtbot: QtBot,
    replied: Session,
    settle: Settle,
    task: RecordingTask,
    failures: list[VitrineError],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    what = order(replied, settle, tmp_path / "lesson.vitrine")
    what.path.write_text("before")

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with qtbot.waitSignal(task.failed):
        task.start(what)
        settle()
    monkeypatch.undo()
    (failure,) = failures
    assert failure.case == "not-exported"
    assert "No space left on device" in failure.what
    assert what.path.read_text() == "before"
    assert files_in(tmp_path) == {"lesson.vitrine"}


def test_fault_47_a_folder_that_is_not_there_is_told(
    qtbot: QtBot,
    replied: Session,
    settle: Settle,
    task: RecordingTask,
    failures: list[VitrineError],
    tmp_path: Path,
) -> None:
    what = order(replied, settle, tmp_path / "a folder" / "não" / "lesson.vitrine")
    with qtbot.waitSignal(task.failed):
        task.start(what)
        settle()
    assert failures[0].case == "not-exported"
    assert "não" in failures[0].what


def test_a_conversation_that_is_gone_by_then_is_told(
    qtbot: QtBot,
    replied: Session,
    settle: Settle,
    task: RecordingTask,
    failures: list[VitrineError],
    tmp_path: Path,
) -> None:
    what = order(replied, settle, tmp_path / "lesson.vitrine")
    replied.archive.history.conversations.purge(replied.conversation.id)
    gone = replied.archive.document_reader(replied.conversation.id)
    with qtbot.waitSignal(task.failed):
        task.start(replace(what, read_document=gone))
        settle()
    assert [failure.case for failure in failures] == ["no-conversation"]
    assert files_in(tmp_path) == set()
