"""An archive in a file: what is exported, imported and copied goes over a connection of another thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.archive import Archive, Taken
from desktop.history.errors import HistoryError
from desktop.history.exchange import ENDINGS
from models.errors import VitrineError
from tests.desktop.history.samples import talk, texts


@pytest.fixture
def archive(qtbot: QtBot, tmp_path: Path) -> Iterator[Archive]:
    made = Archive.at(tmp_path / "conversations.sqlite3")
    yield made
    made.close()
    made.deleteLater()


def titles(archive: Archive) -> list[str]:
    return [one.title for _, day in archive.groups() for one in day]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_conversation_goes_to_a_file_while_the_window_goes_on(
    qtbot: QtBot, archive: Archive, tmp_path: Path, ending: str
) -> None:
    number, _ = talk(archive.history, 3)
    path = tmp_path / f"talk{ending}"
    with qtbot.waitSignal(archive.exported) as signal:
        archive.export(number, path)
        assert archive.busy
        archive.rename(number, "Meanwhile")
    assert signal.args == [path]
    assert "question 2" in path.read_text("utf-8", "replace") or ending == ".vitrine"


def test_one_branch_can_be_exported(qtbot: QtBot, archive: Archive, tmp_path: Path) -> None:
    number, leaf = talk(archive.history, 3)
    path = tmp_path / "branch.json"
    with qtbot.waitSignal(archive.exported):
        archive.export(number, path, archive.history.messages.path(leaf)[1].id)
    assert "question 1" not in path.read_text()


def test_the_same_file_twice_is_one_conversation(qtbot: QtBot, archive: Archive, tmp_path: Path) -> None:
    number, leaf = talk(archive.history, 2)
    archive.rename(number, "Rain")
    path = tmp_path / "talk.vitrine"
    with qtbot.waitSignal(archive.exported):
        archive.export(number, path)
    # What is no part of what was said makes it no other conversation; which branch is shown comes from the file.
    archive.rename(number, "Rain and snow")
    archive.pin(number, True)
    archive.history.conversations.choose_leaf(number, archive.history.messages.path(leaf)[1].id)
    for _ in range(2):
        with qtbot.waitSignal(archive.taken) as signal:
            archive.take([path])
        assert signal.args == [Taken(number, path, recorded=False)]
    assert titles(archive) == ["Rain and snow"]
    assert archive.history.conversations.get(number).leaf == leaf


def test_a_conversation_that_was_gone_on_with_or_deleted_is_another_one(
    qtbot: QtBot, archive: Archive, tmp_path: Path
) -> None:
    number, leaf = talk(archive.history, 1)
    path = tmp_path / "talk.json"
    with qtbot.waitSignal(archive.exported):
        archive.export(number, path)
    archive.history.messages.say(number, leaf, "and then?")
    with qtbot.waitSignal(archive.taken) as signal:
        archive.take([path])
    copy = signal.args[0].conversation
    assert copy != number
    assert texts(archive.history, copy) == texts(archive.history, number)[:2]
    archive.delete(copy)
    with qtbot.waitSignal(archive.taken) as signal:
        archive.take([path])
    assert signal.args[0].conversation not in (number, copy)


def test_a_copy_is_made_in_the_background(qtbot: QtBot, archive: Archive) -> None:
    number, _ = talk(archive.history, 2)
    archive.rename(number, "Rain")
    with qtbot.waitSignal(archive.duplicated) as signal:
        archive.duplicate(number)
        assert titles(archive) == ["Rain"]
    assert titles(archive) == ["Rain", "Rain"]
    assert texts(archive.history, signal.args[0]) == texts(archive.history, number)


def test_what_fails_is_told_and_nothing_else_happens(qtbot: QtBot, archive: Archive, tmp_path: Path) -> None:
    number, _ = talk(archive.history, 1)
    failures: list[VitrineError] = []
    archive.failed.connect(failures.append)
    archive.export(number, tmp_path / "talk.txt")
    archive.export(number, tmp_path / "nowhere" / "talk.json")
    archive.export(99, tmp_path / "talk.json")
    archive.duplicate(99)
    archive.take([tmp_path / "absent.json"])
    with qtbot.waitSignal(archive.idle):
        pass
    cases = ["wrong-ending", "not-exported", "no-conversation", "no-conversation", "no-document"]
    assert [failure.case for failure in failures] == cases
    assert len(titles(archive)) == 1
    assert {one.suffix for one in tmp_path.iterdir()} & set(ENDINGS) == set()


def test_fault_48_a_file_of_conversations_that_another_program_holds_is_told(
    qtbot: QtBot, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = talk(archive.history, 1)
    monkeypatch.setattr("desktop.history.database.BUSY_MS", 1)
    failures: list[VitrineError] = []
    archive.failed.connect(failures.append)
    other = sqlite3.connect(tmp_path / "conversations.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with qtbot.waitSignal(archive.idle):
        archive.duplicate(number)
    other.close()
    assert [failure.case for failure in failures] == ["history-busy"]


def test_fault_52_closing_finishes_exports_and_imports(
    qtbot: QtBot, archive: Archive, tmp_path: Path
) -> None:
    number, _ = talk(archive.history, 2)
    archive.export(number, tmp_path / "one.vitrine")
    archive.export(number, tmp_path / "two.vitrine")
    archive.duplicate(number)
    archive.close()
    archive.close()
    assert (tmp_path / "one.vitrine").read_bytes() == (tmp_path / "two.vitrine").read_bytes()
    again = Archive.at(tmp_path / "conversations.sqlite3")
    assert len(titles(again)) == 2
    again.close()
    again.deleteLater()


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
    ):
        with qtbot.waitSignal(archive.changed, timeout=1000):
            change()
    assert [len(day) for _, day in archive.groups()] == [1]
    archive.close()


def test_a_failure_is_told_and_nothing_is_raised(qtbot: QtBot) -> None:
    archive = Archive()
    failures = told(archive)
    archive.rename(999, "nobody")
    archive.pin(999, True)
    archive.delete(999)
    archive.duplicate(999)
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
