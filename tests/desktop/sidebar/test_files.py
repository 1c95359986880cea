"""Conversations to files and back, with the dialogs that a person sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.archive import Taken
from desktop.sidebar import Sidebar
from desktop.sidebar.files import LONGEST_NAME, suggested_name
from tests.desktop.sidebar.conftest import Talks, listed

pytestmark = pytest.mark.qt_log_ignore("does not support")


def dialog_of(sidebar: Sidebar) -> QFileDialog:
    (dialog,) = sidebar.findChildren(QFileDialog)
    assert dialog.isVisible()
    return dialog


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why is the sky blue?", "Why is the sky blue"),
        ("../../etc/passwd", "etc passwd"),
        ('a\\b:c*d"e<f>g|h', "a b c d e f g h"),
        (".hidden.", "hidden"),
        ("report\u202egpj\x00.exe", "report gpj .exe"),
        ("", "conversation"),
        ("???", "conversation"),
        ("Ação 今天 😀", "Ação 今天 😀"),
    ],
)
def test_fault_62_a_title_makes_a_name_that_any_system_takes(title: str, name: str) -> None:
    assert suggested_name(title) == name


def test_a_long_title_makes_a_name_that_fits() -> None:
    assert suggested_name("é" * 500) == "é" * (LONGEST_NAME // 2)
    assert suggested_name("x" + "é" * 500) == "x" + "é" * ((LONGEST_NAME - 1) // 2)


def test_exporting_suggests_markdown_and_follows_the_format(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    one = archive.say("x", title="Version 1.2: sky")
    sidebar.files.ask_where_to_export(one, archive.history.conversations.get(one).title)
    dialog = dialog_of(sidebar)
    assert [Path(path).name for path in dialog.selectedFiles()] == ["Version 1.2 sky.md"]
    assert [each.rpartition("(")[2] for each in dialog.nameFilters()] == ["*.md)", "*.json)", "*.vitrine)"]
    dialog.filterSelected.emit(dialog.nameFilters()[2])
    assert dialog.defaultSuffix() == "vitrine"
    dialog.reject()


@pytest.mark.parametrize("ending", [".md", ".json", ".vitrine"])
def test_a_conversation_is_exported_and_comes_back(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks, tmp_path: Path, ending: str
) -> None:
    one = archive.say("why is the sky blue?", title="Sky")
    said: list[str] = []
    asked: list[Taken] = []
    sidebar.said.connect(said.append)
    sidebar.taken.connect(asked.append)
    sidebar.files.ask_where_to_export(one, "Sky")
    dialog = dialog_of(sidebar)
    path = tmp_path / f"sky{ending}"
    dialog.findChildren(QLineEdit)[0].setText(str(path))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(said))
    assert said == [f"Exported as {path}."]
    assert path.stat().st_size > 0
    if ending == ".md":
        assert "why is the sky blue?" in path.read_text()
        return
    archive.delete(one)
    sidebar.take(path)
    qtbot.waitUntil(lambda: bool(asked))
    assert listed(sidebar) == ["Today", "Sky"]
    (taken,) = asked
    assert taken == Taken(taken.conversation, path, recorded=False)
    leaf = archive.history.conversations.get(taken.conversation).leaf
    assert archive.history.messages.path(leaf)[0].text == "why is the sky blue?"


def test_several_files_are_imported_and_the_last_is_asked_for(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        conversation = archive.say(name)
        archive.export(conversation, tmp_path / f"{name}.json")
        archive.history.conversations.purge(conversation)
    qtbot.waitUntil(lambda: not archive.busy)
    asked: list[Taken] = []
    sidebar.taken.connect(asked.append)
    sidebar.import_button.click()
    dialog = dialog_of(sidebar)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    dialog.filesSelected.emit([str(tmp_path / "one.json"), str(tmp_path / "two.json")])
    dialog.reject()
    qtbot.waitUntil(lambda: bool(asked))
    assert listed(sidebar) == ["Today", "two", "one"]
    (taken,) = asked
    assert archive.history.conversations.get(taken.conversation).title == "two"


def test_of_several_files_the_last_that_can_be_read_is_shown(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks, tmp_path: Path
) -> None:
    archive.export(archive.say("one"), tmp_path / "one.json")
    (tmp_path / "no.json").write_text("[]")
    asked: list[Taken] = []
    sidebar.taken.connect(asked.append)
    archive.take([tmp_path / "one.json", tmp_path / "no.json"])
    qtbot.waitUntil(lambda: bool(asked))
    assert len(asked) == len(archive.failures) == 1


def test_what_cannot_be_read_or_written_is_told_and_changes_nothing(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks, tmp_path: Path
) -> None:
    one = archive.say("one")
    said: list[str] = []
    sidebar.said.connect(said.append)
    (tmp_path / "no.json").write_text("[]")
    sidebar.take(tmp_path / "no.json")
    sidebar.take(tmp_path / "absent.vitrine")
    sidebar.files.ask_where_to_export(one, "one")
    dialog = dialog_of(sidebar)
    dialog.fileSelected.emit(str(tmp_path / "version 1.2"))
    dialog.reject()
    qtbot.waitUntil(lambda: not archive.busy)
    assert [failure.case for failure in archive.failures][1:] == ["no-document", "wrong-ending"]
    assert len(archive.failures) == 3
    assert said == []
    assert listed(sidebar) == ["Today", "one"]
