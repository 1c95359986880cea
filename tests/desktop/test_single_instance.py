"""One instance a person and data folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.single_instance import LONGEST_MESSAGE, SingleInstance, instance_name

HOLDER = """
import sys
from PySide6.QtCore import QCoreApplication
from desktop.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(sys.argv[1])
assert not instance.hand_over(b"")
assert instance.listen()
instance.called.connect(lambda message: print(message.decode(), flush=True))
print("listening", flush=True)
application.exec()
"""

CALLER = """
import sys
from PySide6.QtCore import QCoreApplication
from desktop.single_instance import SingleInstance
application = QCoreApplication([])
sys.exit(0 if SingleInstance(sys.argv[1]).hand_over(sys.argv[2].encode()) else 3)
"""


@pytest.fixture(autouse=True)
def runtime_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A private folder for sockets; a short one, for a socket's path holds 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="vitrine-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make(qapp: object) -> Iterator[Callable[[str], SingleInstance]]:
    """Makes instances that are closed afterwards."""
    made: list[SingleInstance] = []

    def make_one(name: str) -> SingleInstance:
        made.append(SingleInstance(name))
        return made[-1]

    yield make_one
    for instance in made:
        instance.close()


@pytest.fixture
def holder() -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts processes that are the instance of a name."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str) -> subprocess.Popen[str]:
        process = subprocess.Popen([sys.executable, "-c", HOLDER, name], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def call(name: str, message: str) -> int:
    """Exit status of a second start: 0 when the first took the message."""
    return subprocess.run([sys.executable, "-c", CALLER, name, message], timeout=60).returncode


def test_the_first_has_nobody_to_hand_over_to(make: Callable[[str], SingleInstance]) -> None:
    first = make("vitrine-test")
    assert not first.hand_over(b"raise")
    assert first.listen()


def test_fault_50_a_second_start_hands_over_and_ends(
    qtbot: QtBot, make: Callable[[str], SingleInstance]
) -> None:
    first = make("vitrine-test")
    assert first.listen()
    caller = subprocess.Popen([sys.executable, "-c", CALLER, "vitrine-test", "files: a.gguf"])
    with qtbot.waitSignal(first.called, timeout=30_000) as heard:
        pass
    assert heard.args == [b"files: a.gguf"]
    assert caller.wait(30) == 0


def test_messages_of_several_starts_all_arrive(holder: Callable[[str], subprocess.Popen[str]]) -> None:
    first = holder("vitrine-test")
    assert [call("vitrine-test", text) for text in ("one", "", "ç" * 40_000)] == [0, 0, 0]
    assert first.stdout is not None
    assert [first.stdout.readline() for _ in range(3)] == ["one\n", "\n", "ç" * 40_000 + "\n"]


def test_fault_50_what_a_crash_left_behind_is_replaced(
    runtime_folder: Path,
    make: Callable[[str], SingleInstance],
    holder: Callable[[str], subprocess.Popen[str]],
) -> None:
    crashed = holder("vitrine-test")
    crashed.send_signal(signal.SIGKILL)
    crashed.wait()
    assert {path.name for path in runtime_folder.iterdir()} >= {"vitrine-test", "vitrine-test.lock"}
    second = make("vitrine-test")
    assert not second.hand_over(b"raise")
    assert second.listen()


def test_one_that_does_not_answer_is_not_waited_for_for_ever(
    make: Callable[[str], SingleInstance], holder: Callable[[str], subprocess.Popen[str]]
) -> None:
    stuck = holder("vitrine-test")
    stuck.send_signal(signal.SIGSTOP)
    second = make("vitrine-test")
    assert not second.hand_over(b"raise")
    assert not second.listen(), "the name still belongs to the first"


def test_other_data_folders_are_other_instances(
    tmp_path: Path, make: Callable[[str], SingleInstance]
) -> None:
    names = [instance_name(tmp_path / folder) for folder in ("a", "b")]
    assert names[0] != names[1]
    assert names[0] == instance_name(tmp_path / "b" / ".." / "a")
    for name in names:
        instance = make(name)
        assert not instance.hand_over(b"")
        assert instance.listen()


def test_after_closing_the_next_is_the_first(make: Callable[[str], SingleInstance]) -> None:
    first, second = make("vitrine-test"), make("vitrine-test")
    assert first.listen()
    first.close()
    assert not second.hand_over(b"")
    assert second.listen()


def test_half_messages_and_endless_ones_are_dropped(
    qtbot: QtBot, runtime_folder: Path, make: Callable[[str], SingleInstance]
) -> None:
    first = make("vitrine-test")
    assert first.listen()
    heard: list[bytes] = []
    first.called.connect(heard.append)
    address = str(runtime_folder / "vitrine-test")
    for sent in (b"", b"\x00", b"\x00\x00\x00\x05four", (LONGEST_MESSAGE + 1).to_bytes(4, "big")):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(address)
            stranger.sendall(sent)
    with socket.socket(socket.AF_UNIX) as friend:
        friend.connect(address)
        friend.sendall(b"\x00\x00\x00\x04last")
        qtbot.waitUntil(lambda: bool(heard), timeout=10_000)
    assert heard == [b"last"]


def test_a_folder_that_takes_no_socket_costs_only_the_meeting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make: Callable[[str], SingleInstance]
) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    instance = make("vitrine-test")
    assert not instance.hand_over(b"raise")
    assert not instance.listen()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="sockets of other platforms are no files")
def test_nobody_else_may_call(runtime_folder: Path, make: Callable[[str], SingleInstance]) -> None:
    assert make("vitrine-test").listen()
    assert (runtime_folder / "vitrine-test").stat().st_mode & 0o077 == 0
