"""A file with what was seen inside, named on the command line: no model is started for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.desktop.history.samples import MODEL
from tests.end_to_end.display import Display
from tests.end_to_end.driven_window import DrivenWindow
from tests.end_to_end.test_starts import vitrine
from tests.lesson_file import write_lesson

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]


def opened(window: DrivenWindow) -> None:
    """Wait until the recording can be looked at."""
    window.wait_for(
        lambda state: state["model"] == MODEL.name and state["phase"] == "ready" and state["distribution"],
        "the recording",
    )


def test_a_recording_is_explored_without_any_model(
    start: Callable[..., DrivenWindow], tmp_path: Path
) -> None:
    path, data = tmp_path / "lesson.vitrine", tmp_path / "fresh"
    data.mkdir()
    ids = write_lesson(path)
    window = start(str(path), data=data)
    opened(window)
    assert window.state["tokens"] == len(ids)
    assert window.state["conversations"] == 1
    assert window.state["failed"] == []
    assert psutil.Process(window.process.pid).children() == []
    assert not (data / "cache" / "bundles").exists(), "nothing was imported"


def test_fault_50_a_second_start_hands_a_recording_to_the_running_window(
    window: DrivenWindow, display: Display, data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "lesson.vitrine"
    write_lesson(path)
    environment = {**display.environment(), "VITRINE_DATA_DIR": str(data)}
    for _ in range(2):
        again = vitrine(str(path), environment=environment)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
        opened(window)
    assert window.state["conversations"] == 1, "the same file twice is one conversation"


def test_a_damaged_recording_leads_to_the_default_model(
    start: Callable[..., DrivenWindow], tmp_path: Path
) -> None:
    path = tmp_path / "lesson.vitrine"
    write_lesson(path)
    data = path.read_bytes()
    place = data.index(b"arrays/recording/logits.npy") + 4000
    path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
    window = start(str(path))
    window.wait_for(lambda state: state["phase"] == "ready", "the model", timeout_s=120)
    assert window.state["model"] != MODEL.name
    assert window.state["returned"] == ["not-a-conversation"]
    assert len(window.state["messages"]) == 2, "the conversation itself is there"


def test_what_is_no_conversation_leads_to_the_default_model(
    start: Callable[..., DrivenWindow], tmp_path: Path
) -> None:
    path = tmp_path / "lesson.vitrine"
    path.write_bytes(b"PK\x03\x04 and no more")
    window = start(str(path))
    window.wait_for(lambda state: state["phase"] == "ready", "the model", timeout_s=120)
    assert window.state["conversations"] == 0
