"""The dialog that exports what was seen inside: sizes beforehand, progress, and every way it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.history.recording_file import read_recording
from desktop.model_library.wording import size_text
from desktop.recording_export import RecordingExport
from desktop.session import Session
from desktop.window import Window
from inference import recorder, recording
from inference.contract import Proof, Proved
from inference.recording import recording_bytes
from tests.desktop.scripted_engine import DEFAULT_REPLY, LAYERS, VOCABULARY, ScriptedEngine, encode

Settle = Callable[[], None]

pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture
def dialog(qtbot: QtBot, replied: Session, settle: Settle) -> RecordingExport:
    apply_theme(theme.DARK)
    made = RecordingExport(replied)
    qtbot.addWidget(made, before_close_func=RecordingExport.end)
    made.ask()
    settle()
    return made


def choose_file(dialog: RecordingExport, path: Path) -> None:
    """Press the button, and answer where to."""
    dialog.go_on.click()
    (chooser,) = dialog.findChildren(QFileDialog)
    assert chooser.isVisible()
    chooser.findChildren(QLineEdit)[0].setText(str(path))
    chooser.accept()


def test_sizes_are_told_before_anything_is_recorded(
    dialog: RecordingExport, replied: Session, engine: ScriptedEngine
) -> None:
    outline, prompt = engine.recording().outline, replied.conversation.sequence.prompt_length
    sizes = [recording_bytes(outline, prompt - 1), recording_bytes(outline, 0)]
    for card, size in zip((dialog.options.last, dialog.options.everything), sizes, strict=True):
        assert card.isVisible()
        assert card.isEnabled()
        assert card.accessibleName().endswith(size_text(size))
    assert dialog.options.last.isChecked()
    assert str(len(encode(DEFAULT_REPLY)) + 1) in dialog.options.last.accessibleDescription()
    assert str(len(replied.tokens)) in dialog.options.everything.accessibleDescription()
    assert f"{LAYERS} layers" in dialog.options.about.text()
    assert f"{len(VOCABULARY)} tokens" in dialog.options.about.text()
    assert dialog.name.text() == "Why is the sky blue?"


def test_keys_choose_and_export(qtbot: QtBot, dialog: RecordingExport) -> None:
    assert dialog.focusWidget() is dialog.options.last
    qtbot.keyClick(dialog.options.last, Qt.Key.Key_Down)
    assert dialog.options.everything.isChecked()
    assert dialog.focusWidget() is dialog.options.everything
    qtbot.keyClick(dialog.options.everything, Qt.Key.Key_Return)
    (chooser,) = dialog.findChildren(QFileDialog)
    assert [Path(path).name for path in chooser.selectedFiles()] == ["Why is the sky blue.vitrine"]
    chooser.reject()
    assert dialog.go_on.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize("everything", [False, True])
def test_it_says_where_the_file_is_and_how_large(
    qtbot: QtBot, dialog: RecordingExport, replied: Session, settle: Settle, tmp_path: Path, everything: bool
) -> None:
    (dialog.options.everything if everything else dialog.options.last).click()
    choose_file(dialog, tmp_path / "lesson.vitrine")
    settle()
    qtbot.waitUntil(lambda: bool(dialog.said.text()))
    path = tmp_path / "lesson.vitrine"
    assert dialog.said.text().startswith(f"Written to {path}: {size_text(path.stat().st_size)}.")
    assert dialog.leave.text() == "Close"
    assert not dialog.go_on.isVisible()
    first = 0 if everything else replied.conversation.sequence.prompt_length - 1
    assert read_recording(path).first_row == first
    dialog.leave.click()
    assert not dialog.isVisible()
    dialog.ask()
    settle()
    assert dialog.go_on.isVisible(), "asked again, it begins anew"


def test_progress_can_be_stopped_and_decided_anew(
    qtbot: QtBot,
    dialog: RecordingExport,
    engine: ScriptedEngine,
    settle: Settle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder, "PIECE_BYTES", 1 << 12)
    engine.answering = False
    choose_file(dialog, tmp_path / "lesson.vitrine")
    engine.answer()
    settle()
    qtbot.waitUntil(lambda: "%" in dialog.doing.text() and dialog.bar.value() > 0)
    assert dialog.doing.text().startswith("Recording what the model computed")
    assert dialog.leave.text() == "Stop"
    assert not dialog.options.last.isVisible()
    engine.answering = True
    dialog.leave.click()
    settle()
    assert dialog.go_on.isVisible()
    assert dialog.options.last.isVisible()
    assert not (tmp_path / "lesson.vitrine").exists()


def test_fault_52_what_moves_on_is_told_and_can_be_tried_again(
    qtbot: QtBot,
    dialog: RecordingExport,
    replied: Session,
    engine: ScriptedEngine,
    settle: Settle,
    tmp_path: Path,
) -> None:
    engine.answering = False
    choose_file(dialog, tmp_path / "lesson.vitrine")
    replied.send("And why are sunsets red?")
    engine.answering = True
    engine.answer()
    settle()
    assert "moved on" in dialog.said.text()
    qtbot.waitUntil(lambda: not dialog._frame.isActive())
    assert dialog.go_on.isVisible()
    assert dialog.go_on.text() == "Try again"
    dialog.go_on.click()
    settle()
    assert dialog.go_on.text() == "Export…"
    assert dialog.said.text() == ""


def test_what_is_shown_by_the_time_a_file_is_chosen_has_to_be_what_was_asked_about(
    qtbot: QtBot, dialog: RecordingExport, replied: Session, settle: Settle, tmp_path: Path
) -> None:
    dialog.go_on.click()
    (chooser,) = dialog.findChildren(QFileDialog)
    replied.send("And why are sunsets red?")
    settle()
    chooser.fileSelected.emit(str(tmp_path / "lesson.vitrine"))
    chooser.reject()
    settle()
    assert not (tmp_path / "lesson.vitrine").exists()
    assert "Something else is shown" in dialog.said.text()


def test_it_waits_for_a_reply_to_be_complete(
    dialog: RecordingExport, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    replied.send("And why are sunsets red?")
    engine.advance(2)
    settle()
    assert dialog.doing.text().startswith("Waiting until the reply is complete")
    assert not dialog.go_on.isVisible()
    engine.advance(100)
    settle()
    assert dialog.go_on.isVisible()


def test_without_anything_to_record_it_says_why(
    dialog: RecordingExport, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    replied.new_conversation()
    settle()
    assert dialog.doing.text().startswith("Nothing was said yet")
    assert not dialog.go_on.isVisible()
    engine.loads = False
    replied.restart_engine()
    settle()
    assert "before a model is loaded" in dialog.doing.text()


def test_tokens_of_another_model_cannot_be_recorded(
    dialog: RecordingExport, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.folder = "another"
    replied.open_model("another.gguf")
    settle()
    assert "open the model that wrote it" in dialog.doing.text()


def test_what_would_be_too_large_cannot_be_chosen(
    dialog: RecordingExport,
    engine: ScriptedEngine,
    replied: Session,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outline = engine.recording().outline
    monkeypatch.setattr(recording, "LARGEST_RECORDING", recording_bytes(outline, 0) - 1)
    dialog.options.everything.click()
    dialog.ask()
    settle()
    assert not dialog.options.everything.isEnabled()
    assert "are the most" in dialog.options.everything.accessibleDescription()
    assert dialog.options.last.isChecked()
    assert dialog.go_on.isEnabled()
    monkeypatch.setattr(recording, "LARGEST_RECORDING", 1)
    dialog.ask()
    settle()
    assert not dialog.options.last.isEnabled()
    assert not dialog.go_on.isEnabled()


def test_the_menu_of_the_shown_conversation_opens_it(
    window: Window, replied: Session, settle: Settle
) -> None:
    window.sidebar.recording_asked.emit(replied.conversation.id + 1)
    assert window.findChildren(RecordingExport) == []
    window.sidebar.recording_asked.emit(replied.conversation.id)
    settle()
    (dialog,) = window.findChildren(RecordingExport)
    assert dialog.isVisible()
    assert dialog.options.last.isVisible()


def test_fault_52_closing_the_window_while_it_records(
    window: Window, replied: Session, engine: ScriptedEngine, settle: Settle, tmp_path: Path
) -> None:
    engine.post(Proved(Proof("reconstructed", 1e-7, 0.0, 64, "compared")))
    window.export_recording(replied.conversation.id)
    settle()
    (dialog,) = window.findChildren(RecordingExport)
    engine.answering = False
    choose_file(dialog, tmp_path / "lesson.vitrine")
    window.close()
    assert not dialog.isVisible()
    assert not (tmp_path / "lesson.vitrine").exists()
