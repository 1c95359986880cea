"""Background work: what is not durable reaches the disk, the log stays short, backups are made when they are due."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from desktop.history.backups import backup_path
from desktop.history.history import History
from desktop.history.opening import open_history
from desktop.history.upkeep import BACKUP_INTERVAL_S, WORK_INTERVAL_S, Upkeep
from inference.process import RepeatingThread
from tests.desktop.history.samples import talk, texts


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were synchronized."""
    names: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        names.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return names


def test_what_was_saved_by_the_way_is_synchronized_once(
    history: History, path: Path, synced: list[str]
) -> None:
    upkeep = Upkeep(history, path, Clock())
    conversation = history.conversations.create()
    history.conversations.save_draft(conversation, "typed")
    upkeep.work()
    assert synced == ["conversations.sqlite3-wal"]
    upkeep.work()
    assert synced == ["conversations.sqlite3-wal"]
    history.conversations.save_draft(conversation, "typed more")
    upkeep.work()
    assert len(synced) == 2
    upkeep.close()
    assert upkeep.failure is None


def test_a_backup_is_made_when_it_is_due_and_something_changed(history: History, path: Path) -> None:
    clock = Clock()
    upkeep = Upkeep(history, path, clock, backup_after_s=10.0)
    conversation, _ = talk(history, 1)
    upkeep.work()
    assert not backup_path(path, 1).exists()
    clock.seconds += 10.0
    upkeep.work()
    assert backup_path(path, 1).exists()
    clock.seconds += BACKUP_INTERVAL_S
    upkeep.work()
    assert not backup_path(path, 2).exists()
    talk(history, 1)
    clock.seconds += BACKUP_INTERVAL_S
    upkeep.work()
    assert backup_path(path, 2).exists()
    upkeep.close()
    copy = open_history(backup_path(path, 2))
    assert len(texts(copy.history, conversation)) == 2
    copy.close()


def test_a_long_log_moves_into_the_file(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upkeep = Upkeep(history, path, Clock())
    talk(history, 3)
    before = path.read_bytes()
    upkeep.work()
    assert path.read_bytes() == before
    monkeypatch.setattr("desktop.history.upkeep.LONG_LOG", 1000)
    upkeep.work()
    assert path.read_bytes() != before
    upkeep.close()


def test_fault_46_a_failure_in_the_background_is_kept_until_it_works_again(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upkeep = Upkeep(history, path, Clock())
    talk(history, 1)

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        upkeep.work()
    assert upkeep.failure is not None
    assert "No space left on device" in upkeep.failure.what
    upkeep.work()
    assert upkeep.failure is None
    upkeep.close()


def test_it_works_in_a_thread_while_tokens_are_saved(history: History, path: Path) -> None:
    upkeep = Upkeep(history, path, backup_after_s=0.0)
    worked = threading.Event()

    def work() -> None:
        upkeep.work()
        worked.set()

    thread = RepeatingThread(work, WORK_INTERVAL_S / 1000, "upkeep of a test")
    conversation, _ = talk(history, 5)
    assert worked.wait(60)
    thread.close()
    upkeep.close()
    assert upkeep.failure is None
    assert len(texts(history, conversation)) == 10
    assert backup_path(path, 1).exists()


def test_it_rests_until_something_is_saved(history: History, path: Path) -> None:
    now = [100.0]
    upkeep = Upkeep(history, path, lambda: now[0], backup_after_s=30.0)
    history.database.saved = upkeep.note_change
    assert upkeep.rest_s() == 0  # a log may have been left
    upkeep.work()
    assert upkeep.rest_s() == 30  # until the first backup
    now[0] += 30
    upkeep.work()
    assert upkeep.rest_s() is None
    talk(history, 1)
    assert upkeep.rest_s() == 0
    upkeep.work()
    assert upkeep.rest_s() == BACKUP_INTERVAL_S
    upkeep.close()


def test_the_thread_sleeps_until_it_is_woken() -> None:
    worked, rested = threading.Event(), threading.Event()

    def rest_s() -> None:
        rested.set()

    thread = RepeatingThread(worked.set, 0.0, "upkeep of a test", rest_s)
    assert rested.wait(60)
    assert not worked.is_set()
    thread.wake()
    assert worked.wait(60)
    thread.close()
