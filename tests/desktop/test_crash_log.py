"""The crash log."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import crash_log
from desktop.crash_log import CrashLog


def fail() -> None:
    """Raise something with two lines."""
    raise ValueError("seven is not even\nand never was")


def taken(log: CrashLog) -> None:
    """Give the log an exception with its traceback."""
    try:
        fail()
    except ValueError as error:
        log.take(type(error), error, error.__traceback__)


def test_fault_54_an_exception_is_written_down_and_told(qtbot: QtBot, tmp_path: Path) -> None:
    log = CrashLog(tmp_path)
    with qtbot.waitSignal(log.crashed, timeout=1000) as crashed:
        taken(log)
    assert crashed.args == ["ValueError: seven is not even", str(log.path)]
    text = log.path.read_text()
    assert "in fail" in text
    assert "and never was" in text


def test_the_log_is_bounded(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_log, "LONGEST_LOG", 100)
    log = CrashLog(tmp_path)
    for _ in range(20):
        taken(log)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 5_000


def test_a_folder_that_cannot_be_written_stops_nothing(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = CrashLog(tmp_path / "missing")
    log.install()
    log.uninstall()
    taken(log)
    assert "seven is not even" in capsys.readouterr().err


def test_an_exception_in_a_thread_is_told_too(qtbot: QtBot, tmp_path: Path) -> None:
    log = CrashLog(tmp_path)
    before = sys.excepthook
    log.install()
    try:
        with qtbot.waitSignal(log.crashed, timeout=5000):
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()
    finally:
        log.uninstall()
        sys.excepthook = before
    assert "seven is not even" in log.path.read_text()


def test_ctrl_c_is_no_defect(qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = CrashLog(tmp_path)
    log.take(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not log.path.exists()
    assert "KeyboardInterrupt" in capsys.readouterr().err


DIE = """
import os, signal, sys
from pathlib import Path
from desktop.crash_log import CrashLog
log = CrashLog(Path(sys.argv[1]))
log.install()
os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_fault_54_death_by_a_signal_is_told_at_the_next_start_and_only_then(
    qtbot: QtBot, tmp_path: Path
) -> None:
    died = subprocess.run([sys.executable, "-c", DIE, str(tmp_path)], capture_output=True, check=False)
    assert died.returncode < 0
    log = CrashLog(tmp_path)
    assert log.last_run_crashed
    assert "Segmentation fault" in log.path.read_text()
    log.install()
    log.uninstall()
    assert not CrashLog(tmp_path).last_run_crashed
