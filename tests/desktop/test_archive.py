"""The archive: failures are told once and nothing is raised, background work included."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.archive import Archive
from desktop.history.errors import HistoryError
from models.errors import VitrineError
from tests.desktop.history.samples import talk


def told(archive: Archive) -> list[VitrineError]:
    """What it says from now on."""
    failures: list[VitrineError] = []
    archive.failed.connect(failures.append)
    return failures


def test_changes_are_told(qtbot: QtBot) -> None:
    archive = Archive()
    number, _ = talk(archive.history, 1)
    for change in (
        lambda: archive.rename(number, "A name"),
        lambda: archive.pin(number, True),
        lambda: archive.delete(number),
        lambda: archive.restore(number),
        lambda: archive.duplicate(number),
    ):
        with qtbot.waitSignal(archive.changed, timeout=1000):
            change()
    assert [len(day) for _, day in archive.groups()] == [1, 1]
    archive.close()


def test_a_failure_is_told_and_nothing_is_raised(qtbot: QtBot) -> None:
    archive = Archive()
    failures = told(archive)
    archive.rename(999, "nobody")
    archive.pin(999, True)
    archive.delete(999)
    assert archive.duplicate(999) is None
    assert {failure.case for failure in failures} == {"no-conversation"}
    archive.close()


def test_what_goes_wrong_in_the_background_is_told_once(qtbot: QtBot, tmp_path: Path) -> None:
    archive = Archive.at(tmp_path / "conversations.sqlite3")
    assert archive.kept
    failures = told(archive)
    upkeep = archive._upkeep
    assert upkeep is not None
    assert archive._thread is not None
    archive._thread.close()
    upkeep.failure = HistoryError("history-not-saved", "The disk is full.", "Make room.")
    archive.groups()
    archive.groups()
    assert [failure.what for failure in failures] == ["The disk is full."]
    upkeep.failure = None
    archive.groups()
    upkeep.failure = HistoryError("history-not-saved", "The disk is full.", "Make room.")
    archive.groups()
    assert len(failures) == 2, "again, after it had worked"
    archive.close()


def test_closing_twice_is_harmless(tmp_path: Path, qtbot: QtBot) -> None:
    archive = Archive.at(tmp_path / "conversations.sqlite3")
    archive.close()
    archive.close()


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"not a database at all" * 300])
def test_fault_45_a_damaged_file_is_told_and_there_is_an_archive_all_the_same(
    qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "conversations.sqlite3"
    path.write_bytes(content)
    archive = Archive.at(path)
    assert archive.opened.notices
    talk(archive.history, 1)
    assert len(archive.groups()) == 1
    archive.close()
