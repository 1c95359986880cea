"""Processes and threads: an engine that dies or is left alone, a call in the background.

Knows nothing about windows.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from inference.contract import EngineLost, Step
from inference.process import BackgroundCall, EngineProcess
from models.errors import VitrineError
from tests.inference.event_log import EventLog

PARENT = """
import sys
from inference.process import BackgroundCall, EngineProcess
from models.errors import VitrineError
if __name__ == "__main__":
    engine = EngineProcess()
    print(engine.process_id, flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX signals")
def test_fault_43_a_killed_engine_is_reported_with_its_exit_code(process_log: EventLog) -> None:
    engine = process_log.engine
    assert isinstance(engine, EngineProcess)
    process_log.generate(1, "the sky", max_tokens=3000)
    process_log.wait(Step)
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGKILL)
    assert process_log.wait(EngineLost).exit_code == -signal.SIGKILL
    assert not engine.alive
    # What is sent to an engine that is gone is dropped without an error.
    process_log.generate(2, "the sky")


def test_fault_52_closing_while_it_writes_ends_the_process(process_log: EventLog) -> None:
    engine = process_log.engine
    assert isinstance(engine, EngineProcess)
    process_log.generate(1, "the sky", max_tokens=3000)
    process_log.wait(Step)
    assert engine.process_id is not None
    process = psutil.Process(engine.process_id)
    engine.close()
    assert not process.is_running()
    assert not engine.alive


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX signals")
def test_fault_44_an_engine_without_a_window_ends_by_itself() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        engine = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        # Orphaned: nobody here is its parent, so its end is seen by its pipe's or by polling; psutil polls.
        _, alive = psutil.wait_procs([engine], timeout=15)
    assert not alive


def test_a_call_in_the_background_hands_over_what_came_of_it() -> None:
    done = threading.Event()
    name = BackgroundCall(lambda: threading.current_thread().name, done.set, "export")
    assert name.result() == "export"
    assert done.is_set()

    def fail() -> None:
        raise VitrineError("case", "What happened.", "What to do.")

    failing = BackgroundCall(fail, done.set, "export")
    for _ in range(2):
        with pytest.raises(VitrineError, match="What happened"):
            failing.result()
