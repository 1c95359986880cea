"""What a test leaves behind is found, and what it cleans up is not."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests import leftovers
from tests.leftovers import LogWatch, Snapshot


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing."""
    monkeypatch.setattr(leftovers, "PATIENCE_S", 0.01)


def test_a_thread_is_found_until_it_ends() -> None:
    before, end = Snapshot(), threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    assert before.left_behind() == ["thread “forgotten”"]
    end.set()
    thread.join()
    assert before.left_behind() == []


def test_a_process_is_found_until_it_ends() -> None:
    before = Snapshot()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True)
    (line,) = before.left_behind()
    assert line.startswith(f"process {child.pid} ")
    child.communicate("\n")
    assert before.left_behind() == []


def test_a_window_is_found_until_it_is_deleted(qapp: QApplication) -> None:
    before = Snapshot()
    window = QWidget()
    (line,) = before.left_behind()
    assert "QWidget" in line
    window.deleteLater()
    assert before.left_behind() == []


def test_warnings_in_the_log_are_found(caplog: pytest.LogCaptureFixture) -> None:
    with LogWatch() as log:
        logging.getLogger("some.place").info("fine")
        logging.getLogger("some.place").warning("%d things", 3)
    logging.getLogger("some.place").warning("after")
    assert log.lines == ["log line “WARNING some.place: 3 things”"]
