"""Opening models from the window: dropped, chosen in a dialog, named, handed over by a second start."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.history.model_identity import ModelIdentity
from desktop.model_library.opening import place_of
from desktop.phase import Phase
from desktop.session import Session
from desktop.start import _Caller
from desktop.window import Window
from inference.contract import Failed, Load, Progress, Stop
from models.default_model import VARIABLE
from models.directories import DATA_DIRECTORY_VARIABLE
from tests.desktop.scripted_engine import DEFAULT_REPLY, ScriptedEngine
from tests.models.shelf_samples import put_bundle
from tests.models.tiny_gguf import write_tiny_llama

Settle = Callable[[], None]
CONTROL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of its own."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.gguf"))


def loads(engine: ScriptedEngine) -> list[Load]:
    return [command for command in engine.commands if isinstance(command, Load)]


def files(*paths: Path) -> QMimeData:
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return dragged


def enter(window: Window, dragged: QMimeData, at: QPoint) -> QDragEnterEvent:
    """A drag comes over the window, as the windowing system tells it."""
    event = QDragEnterEvent(
        at, Qt.DropAction.CopyAction, dragged, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window.windowHandle(), event)
    return event


def drop(window: Window, dragged: QMimeData, at: QPoint) -> None:
    event = QDropEvent(
        QPointF(at),
        Qt.DropAction.CopyAction,
        dragged,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window.windowHandle(), event)


def over(window: Window, name: str) -> QPoint:
    """The middle of a part of the window."""
    part = {"composer": window.chat.composer.editor, "transcript": window.chat.transcript}[name]
    return part.mapTo(window, part.rect().center())


# ---------------------------------------------------------------- dropping


@pytest.mark.parametrize("part", ["composer", "transcript"])
def test_a_file_dropped_anywhere_is_opened_and_what_was_typed_stays(
    window: Window, engine: ScriptedEngine, tmp_path: Path, settle: Settle, part: str
) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    window.chat.composer.editor.replace_text("half a question")
    window.session.send("Why is the sky blue?")
    settle()
    event = enter(window, files(file), over(window, part))
    assert event.isAccepted()
    assert window.drop_target.isVisible(), "what would happen is shown"
    drop(window, files(file), over(window, part))
    assert not window.drop_target.isVisible()
    assert loads(engine)[-1] == Load(str(file))
    settle()
    assert window.session.phase is Phase.READY
    assert window.chat.composer.draft == "half a question"
    assert [message.text for message in window.session.messages] == ["Why is the sky blue?", DEFAULT_REPLY]


def test_a_folder_is_opened_too_and_of_several_things_the_first(
    window: Window, engine: ScriptedEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "model.onnx").touch()
    other = write_tiny_llama(tmp_path / "other.gguf")
    enter(window, files(folder, other), over(window, "transcript"))
    drop(window, files(folder, other), over(window, "transcript"))
    assert loads(engine)[-1] == Load(str(folder))
    assert "“export” is opened" in window.chat.notices.banners[0].text.text()


def test_a_drag_that_leaves_takes_the_hint_away(window: Window, tmp_path: Path) -> None:
    enter(window, files(tmp_path / "x.gguf"), over(window, "transcript"))
    assert window.drop_target.isVisible()
    QApplication.sendEvent(window.windowHandle(), QDragLeaveEvent())
    assert not window.drop_target.isVisible()


def test_text_and_addresses_of_pages_are_not_files(window: Window, engine: ScriptedEngine) -> None:
    dragged = QMimeData()
    dragged.setUrls([QUrl("https://example.org/model.gguf")])
    enter(window, dragged, over(window, "transcript"))
    assert not window.drop_target.isVisible()
    before = len(loads(engine))
    drop(window, dragged, over(window, "transcript"))
    assert len(loads(engine)) == before


@pytest.mark.parametrize("name", ["picture.gguf", "pipe", "dead", "empty"])
def test_fault_01_18_what_is_no_model_leaves_the_one_in_use(
    window: Window, engine: ScriptedEngine, session: Session, tmp_path: Path, name: str
) -> None:
    (tmp_path / "picture.gguf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").touch()
    before = len(loads(engine))
    enter(window, files(tmp_path / name), over(window, "transcript"))
    drop(window, files(tmp_path / name), over(window, "transcript"))
    assert len(loads(engine)) == before
    assert session.phase is Phase.READY
    (banner,) = window.chat.notices.banners
    assert f"“{name}”" in banner.text.text()
    assert not banner.button.text()


# ---------------------------------------------------------------- dialogs


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_dialog_chooses_a_file_or_a_folder(
    qtbot: QtBot, window: Window, engine: ScriptedEngine, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / "models"
    place.mkdir()
    file = write_tiny_llama(place / "tiny.gguf")
    chosen = file if kind == "file" else place
    extra = Qt.KeyboardModifier.AltModifier if kind == "folder" else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(window, Qt.Key.Key_O, CONTROL | extra)
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.isVisible()
    directories = dialog.fileMode() is QFileDialog.FileMode.Directory
    assert directories == (kind == "folder")
    dialog.fileSelected.emit(str(chosen))
    dialog.reject()
    assert loads(engine)[-1] == Load(str(chosen))


def test_ctrl_shift_o_shows_the_library(qtbot: QtBot, window: Window) -> None:
    put_bundle("aaa-2", name="Small")
    qtbot.keyClick(window, Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.model_library is not None
    library = window.model_library
    qtbot.waitUntil(lambda: library.model.rowCount() == 1)
    window.close()
    assert not library.isVisible()


# ---------------------------------------------------------------- a second start


def test_fault_50_a_second_start_hands_its_model_over(
    window: Window, engine: ScriptedEngine, tmp_path: Path
) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    caller = _Caller(window)
    caller.take(json.dumps({"open": str(file), "download": ""}).encode())
    assert loads(engine)[-1] == Load(str(file))
    before = len(loads(engine))
    caller.take(json.dumps({"open": str(tmp_path / "nowhere.gguf")}).encode())
    assert len(loads(engine)) == before
    assert "does not exist" in window.chat.notices.banners[-1].text.text()
    for odd in (b"\xff", b"[]", b'{"open": 3}', b"{}"):
        caller.take(odd)
    assert len(loads(engine)) == before


def test_a_second_start_with_a_hub_id_opens_the_download_box(window: Window) -> None:
    _Caller(window).take(json.dumps({"open": None, "download": "ana/modelo"}).encode())
    assert window.model_library is not None
    assert window.model_library.isVisible()
    assert window.model_library.download.field.text() == "ana/modelo"


# ---------------------------------------------------------------- what cannot be opened


def test_fault_10_a_model_that_is_not_supported_gives_way_and_is_named(
    window: Window, engine: ScriptedEngine, session: Session, tmp_path: Path, settle: Settle
) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    window.chat.composer.editor.replace_text("half a question")
    engine.loads = False
    window.opening.open_named(str(file))
    settle()
    assert "tiny.gguf" in window.top_bar.model.text()
    engine.loads = True
    engine.post(Failed("unsupported", "The architecture “mamba” is not supported.", "Choose another model."))
    settle()
    assert session.phase is Phase.READY
    (banner,) = window.chat.notices.banners
    assert banner.text.text() == (
        "The architecture “mamba” is not supported. Choose another model. "
        "The model that was in use before is loaded again."
    )
    assert not banner.button.text()
    assert window.chat.composer.draft == "half a question"
    session.open_model(str(file))
    assert window.chat.notices.banners == []  # it would be false of the next model
    settle()


def test_a_conversation_that_was_too_long_is_forgotten_with_the_next_one(
    window: Window, session: Session
) -> None:
    session.failed.emit(Failed("prompt-too-long", "The conversation has 9,000 tokens.", "Shorten it."))
    assert len(window.chat.notices.banners) == 1
    session.conversation_chosen.emit()
    assert window.chat.notices.banners == []


def test_an_import_can_be_stopped_and_the_model_from_before_is_back(
    window: Window, engine: ScriptedEngine, session: Session, tmp_path: Path, settle: Settle
) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    engine.loads = False
    window.opening.open_named(str(file))
    engine.post(Progress("import", 1, 4))
    settle()
    progress = window.chat.notices.progress
    assert progress.isVisible()
    assert "25 %" in progress.label.text()
    progress.stop.click()
    assert isinstance(engine.commands[-1], Stop)
    engine.loads = True
    engine.post(Failed("stopped", "Loading was stopped.", "Load the model again when you want it."))
    settle()
    assert session.phase is Phase.READY
    assert loads(engine)[-1] == Load(None)
    assert not progress.isVisible()
    (banner,) = window.chat.notices.banners
    assert banner.property("kind") == "notice"


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ("unsupported-type", "The tensor “x” is of type F8_E4M3, which is not supported."),
        ("not-enough-memory", "The model needs 40 GB and there are 16 GB."),
        ("out-of-memory", "The engine ran out of memory."),
        ("import-failed", "“tiny.gguf” could not be imported (No space left on device)."),
    ],
)
def test_fault_12_40_41_46_what_the_engine_says_is_said_and_the_model_from_before_stays(
    window: Window, engine: ScriptedEngine, tmp_path: Path, settle: Settle, case: str, what: str
) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    engine.loads = False
    window.opening.open_named(str(file))
    engine.loads = True
    engine.post(Failed(case, what, "Make room."))
    settle()
    assert window.chat.notices.banners[0].text.text().startswith(f"{what} Make room.")


def test_fault_53_reloading_a_model_whose_file_is_gone_says_so(
    window: Window, engine: ScriptedEngine, session: Session, settle: Settle
) -> None:
    engine.loads = False
    session.restart_engine()
    what = "The file “model.onnx” of Lean is not where it was when it was imported."
    engine.post(Failed("source-missing", what, "Put it back, or open the model from where it is now."))
    settle()
    (banner,) = window.chat.notices.banners
    assert banner.text.text().startswith(what)
    assert banner.button.text() == "Load again"
    assert window.top_bar.model.text() == "no model"


# ---------------------------------------------------------------- the model that wrote something


def test_the_model_that_wrote_is_found_where_it_was_or_in_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    assert place_of(ModelIdentity("Tiny", str(file), "abc")) == str(file)
    monkeypatch.chdir(tmp_path)
    # What comes from another machine names no place on this one.
    assert place_of(ModelIdentity("Tiny", "tiny.gguf", "abc")) == ""
    bundle = put_bundle("Tiny")
    assert place_of(ModelIdentity("Tiny", "tiny.gguf", bundle.name)) == str(bundle)
    assert place_of(ModelIdentity("Tiny", str(tmp_path / "gone.gguf"), bundle.name)) == str(bundle)


@pytest.mark.parametrize("name", ["", ".", "..", "../{name}", "{name}/../{name}", "..\\{name}"])
def test_a_name_out_of_a_file_leads_nowhere_else(name: str) -> None:
    bundle = put_bundle("Tiny")
    assert place_of(ModelIdentity("Tiny", "", name.format(name=bundle.name))) == ""


def test_fault_47_without_a_folder_for_models_none_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "file"))
    assert place_of(ModelIdentity("Tiny", "", "abc")) == ""


def test_a_conversation_dropped_on_the_library_is_opened_in_the_window(
    qtbot: QtBot, window: Window, replied: Session, settle: Settle, tmp_path: Path
) -> None:
    number, path = replied.conversation.id, tmp_path / "talk.vitrine"
    with qtbot.waitSignal(replied.archive.exported):
        replied.archive.export(number, path)
    window.new_conversation()
    window.show_library()
    assert window.model_library is not None
    with qtbot.waitSignal(replied.archive.idle):
        window.model_library.opening.open_dropped([path])
    assert replied.conversation.id == number
