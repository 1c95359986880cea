"""The library window on a shelf of bundles without weights, its session on the scripted engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.model_library.columns import shelf_columns
from desktop.model_library.models_window import Library
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Failed, Load, Progress, Stop
from models.bundle import PROOFS, Bundle, SourceFile
from models.bundle_shelf import BundleState
from models.default_model import VARIABLE
from models.directories import DATA_DIRECTORY_VARIABLE, bundles_directory
from models.import_report import Variant
from tests.desktop.scripted_engine import ScriptedEngine
from tests.models.shelf_samples import PROOF, put_bundle, put_download
from tests.models.tiny_gguf import write_tiny_llama

Settle = Callable[[], None]
pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf of its own, without a default model."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.gguf"))
    return bundles_directory()


@pytest.fixture
def library(qtbot: QtBot, session: Session) -> Iterator[Library]:
    """The window, not shown yet."""
    apply_theme(theme.DARK)
    window = Library(session)
    qtbot.addWidget(window)
    yield window
    window.close()


def opened(qtbot: QtBot, library: Library) -> Library:
    library.show()
    qtbot.waitUntil(lambda: not library.reader.reading)
    return library


def names(library: Library) -> list[str]:
    return [str(library.model.index(row, 0).data()) for row in range(library.model.rowCount())]


def choose(library: Library, name: str) -> None:
    library.table.choose_row(names(library).index(name))


def loads(engine: ScriptedEngine) -> list[Load]:
    return [command for command in engine.commands if isinstance(command, Load)]


def button(box: QMessageBox, text: str) -> QPushButton:
    return next(one for one in box.findChildren(QPushButton) if one.text() == text)


# ---------------------------------------------------------------- listing


def test_an_empty_library_says_what_will_be_here(qtbot: QtBot, library: Library) -> None:
    opened(qtbot, library)
    assert library.empty.isVisible()
    assert "Drop a file" in library.empty.text()
    assert not library.details.isVisible()


def test_every_bundle_is_a_row_with_every_fact(qtbot: QtBot, library: Library) -> None:
    put_bundle("aaa-2", name="Small", proof=PROOF, weights=2_000_000, report={"source": "/models/small.gguf"})
    opened(qtbot, library)
    row = {column.name: library.model.index(0, at).data() for at, column in enumerate(shelf_columns())}
    assert row == {
        "name": "Small",
        "architecture": "llama",
        "parameters": "134.5\u00a0M",
        "precision": "8-bit blocks of 32",
        "size": "2.0\u00a0MB",
        "context": "8,192",
        "source": "small.gguf",
        "licence": "apache-2.0",
        "proof": "max |Δ| 5.4 × 10⁻⁷",
    }
    assert library.facts.text() == "1 model, 2.0\u00a0MB"
    lines = dict(library.details.report.lines)
    assert lines["Precision"] == "Q8_0 → 8-bit blocks of 32, relative error 0.4\u00a0%"


def test_weights_that_are_read_where_they_lie_are_told_apart(
    qtbot: QtBot, library: Library, tmp_path: Path
) -> None:
    source = tmp_path / "model.onnx"
    source.write_bytes(bytes(5_000_000))
    put_bundle(
        "aaa-2", weights=2_000_000, weights_folder=str(tmp_path), source_files=(SourceFile.of(source),)
    )
    opened(qtbot, library)
    assert library.model.index(0, 4).data() == library.facts.text().split(", ")[1] == "2.0\u00a0MB"
    said = library.details.elsewhere.text()
    assert "5.0\u00a0MB" in said
    assert str(tmp_path) in said
    assert library.details.elsewhere.isVisible()


def test_the_model_in_use_is_chosen_and_cannot_be_removed(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, session: Session, settle: Settle
) -> None:
    put_bundle("aaa-2", name="Another")
    engine.folder = str(put_bundle("bbb-2", name="Loaded"))
    session.restart_engine()
    settle()
    opened(qtbot, library)
    assert library.table.bundle is not None
    assert library.table.bundle.name == "Loaded"
    assert not library.details.remove.isEnabled()
    assert "load another model first" in library.details.remove.toolTip()
    assert not library.details.load.isEnabled()
    assert library.details.load.text() == "In use"


def test_a_model_is_called_by_its_name_while_it_loads_and_is_chosen_then(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, session: Session, settle: Settle
) -> None:
    engine.folder = str(put_bundle("aaa-2", name="Another"))
    session.restart_engine()
    settle()
    opened(qtbot, library)
    engine.folder = str(put_bundle("8e4c-2", name="Fresh"))
    session.open_model(engine.folder)
    assert session.opening == "Fresh"
    settle()
    qtbot.waitUntil(lambda: not library.reader.reading)
    assert library.table.bundle is not None
    assert library.table.bundle.name == "Fresh"


def test_rows_are_sorted_by_any_column(qtbot: QtBot, library: Library) -> None:
    for name, parameters in (("b", 3), ("A", 2_000_000), ("c", 100)):
        put_bundle(f"{name}-2", name=name, parameters=parameters)
    put_bundle("old-1", name="old", format=1)
    opened(qtbot, library)
    assert names(library) == ["A", "b", "c", "old"]
    library.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert names(library) == ["A", "c", "b", "old"]
    for column in range(library.model.columnCount()):
        library.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        assert sorted(names(library), key=str.casefold) == ["A", "b", "c", "old"]


def test_what_is_searched_for_is_found_in_any_column(qtbot: QtBot, library: Library) -> None:
    put_bundle("aaa-2", name="Small", architecture="gemma3")
    put_bundle("bbb-2", name="Large", licence="mit")
    opened(qtbot, library)
    library.search.setText("GEMMA small")
    assert names(library) == ["Small"]
    library.search.setText("mit")
    assert names(library) == ["Large"]
    library.search.setText("neither")
    assert library.empty.isVisible()
    assert "Esc" in library.empty.text()
    qtbot.keyClick(library.search, Qt.Key.Key_Escape)
    assert names(library) == ["Large", "Small"]
    assert library.isVisible()


def test_fault_38_names_are_escaped_everywhere(qtbot: QtBot, library: Library) -> None:
    evil = "evil\u202e<b>\u0007name"
    put_bundle("aaa-2", name=evil, architecture="a\u202eb", licence="\u2066mit", source="x\u202e.gguf")
    opened(qtbot, library)
    shown = " ".join(
        str(library.model.index(0, column).data(role))
        for column in range(library.model.columnCount())
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    )
    shown += library.details.name.text() + library.details.about.text()
    assert "⟨U+202E⟩" in shown
    assert not {"\u202e", "\u0007", "\u2066"} & set(shown)
    assert "<b>" not in str(library.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)), "markup stays text"


def test_what_cannot_be_loaded_says_why_and_can_be_removed(qtbot: QtBot, library: Library) -> None:
    put_bundle("aaa-2.damaged-7", name="Broken")
    opened(qtbot, library)
    assert library.table.bundle is not None
    assert library.table.bundle.state is BundleState.DAMAGED
    assert "damaged" in library.details.problem.text()
    assert not library.details.load.isEnabled()
    assert not library.details.rename.isEnabled()
    assert library.details.remove.isEnabled()


def test_fault_53_a_missing_source_is_named(qtbot: QtBot, library: Library, tmp_path: Path) -> None:
    source = tmp_path / "model.onnx"
    source.write_bytes(b"x")
    put_bundle("aaa-2", name="Lean", source_files=(SourceFile.of(source),))
    source.unlink()
    opened(qtbot, library)
    assert "“model.onnx”" in library.details.problem.text()
    assert not library.details.load.isEnabled()


def test_two_hundred_bundles_are_read_a_few_at_a_time(qtbot: QtBot, library: Library) -> None:
    for number in range(200):
        put_bundle(f"{number:03}-2", name=f"Model {number}", proof=PROOF, weights=1)
    batches: list[int] = []
    library.reader.read.connect(lambda some: batches.append(len(some)))
    opened(qtbot, library)
    assert sum(batches) == library.model.rowCount() == 200
    assert len(batches) > 1, "the window had turns in between"


def test_a_refused_model_is_listed_as_such(qtbot: QtBot, library: Library) -> None:
    reason = "The graph computes attention with com.acme.Foo."
    put_bundle("aaa-2", name="Opaque", report={"attention_refused": reason, "sites": ()})
    opened(qtbot, library)
    assert library.model.index(0, 8).data() == "refused"
    attention = dict(library.details.report.lines)["Attention"]
    assert attention.startswith("refused, because the graph computes attention with com.acme.Foo.")
    assert "Chat" in attention, "what still works is said"


# ---------------------------------------------------------------- loading


def test_a_chosen_model_is_loaded_by_key_button_or_double_click(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, settle: Settle
) -> None:
    folder = put_bundle("aaa-2", name="Small")
    opened(qtbot, library)
    choose(library, "Small")
    library.details.load.click()
    assert loads(engine)[-1] == Load(str(folder))
    settle()
    qtbot.keyClick(library.table, Qt.Key.Key_Return)
    assert loads(engine)[-1] == Load(str(folder))
    assert len(loads(engine)) == 3


def test_another_variant_is_made_from_the_source(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, tmp_path: Path, settle: Settle
) -> None:
    source = write_tiny_llama(tmp_path / "tiny.gguf")
    folder = put_bundle(
        "aaa-2",
        name="Tiny",
        report={"source": str(source), "variants": (Variant("int8", 0), Variant("fp32", 900_000_000))},
    )
    opened(qtbot, library)
    variants = library.details.variants
    assert [variants.itemText(at) for at in range(variants.count())] == ["int8", "fp32 · 900\u00a0MB"]
    library.details.load.click()
    settle()
    assert loads(engine)[-1] == Load(str(folder)), "its own variant is the bundle itself"
    choose(library, "Tiny")
    variants.setCurrentIndex(1)
    library.details.load.click()
    assert loads(engine)[-1] == Load(str(source), variant="fp32")


def test_a_variant_whose_source_is_gone_changes_nothing(
    qtbot: QtBot, library: Library, engine: ScriptedEngine
) -> None:
    put_bundle("aaa-2", report={"source": "/nowhere/tiny.gguf"})
    opened(qtbot, library)
    library.details.variants.setCurrentIndex(1)
    before = len(loads(engine))
    library.details.load.click()
    assert len(loads(engine)) == before
    (banner,) = library.notices.banners
    assert "/nowhere/tiny.gguf" in banner.text.text()


def test_progress_is_shown_and_can_be_stopped(
    qtbot: QtBot, library: Library, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    put_bundle("aaa-2", name="Small")
    opened(qtbot, library)
    engine.loads = False
    library.details.load.click()
    engine.post(Progress("import", 1, 4))
    settle()
    assert session.phase is Phase.LOADING
    assert library.notices.progress.isVisible()
    assert not library.details.load.isEnabled()
    library.notices.progress.stop.click()
    assert isinstance(engine.commands[-1], Stop)
    engine.loads = True
    engine.post(Failed("stopped", "Loading was stopped.", "Load the model again when you want it."))
    settle()
    assert session.phase is Phase.READY
    assert not library.notices.progress.isVisible()
    assert library.details.load.isEnabled()


# ---------------------------------------------------------------- renaming, revealing, removing


def test_a_model_is_renamed_and_the_window_follows(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, session: Session, settle: Settle
) -> None:
    folder = put_bundle("aaa-2", name="Old name")
    engine.folder = str(folder)
    session.restart_engine()
    settle()
    opened(qtbot, library)
    qtbot.keyClick(library, Qt.Key.Key_F2)
    dialog = library.findChild(QInputDialog)
    assert dialog is not None
    assert dialog.textValue() == "Old name"
    dialog.setTextValue("New name")
    dialog.accept()
    assert names(library) == ["New name"]
    assert library.details.name.text() == "New name"
    assert Bundle.open(folder).facts.name == "New name"
    assert session.model is not None
    assert session.model.name == "New name"


def test_a_name_that_cannot_be_is_refused_in_a_sentence(qtbot: QtBot, library: Library) -> None:
    put_bundle("aaa-2", name="Old name")
    opened(qtbot, library)
    library.details.rename.click()
    dialog = library.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("   ")
    dialog.accept()
    assert names(library) == ["Old name"]
    assert "cannot be a model's name" in library.notices.banners[0].text.text()


def test_removing_asks_says_what_is_freed_and_leaves_the_source(
    qtbot: QtBot, library: Library, tmp_path: Path
) -> None:
    source = tmp_path / "precious.gguf"
    source.write_bytes(b"mine")
    folder = put_bundle("aaa-2", name="Small", weights=2_000_000, report={"source": str(source)})
    opened(qtbot, library)
    library.details.remove.click()
    box = library.findChild(QMessageBox)
    assert box is not None
    assert "Small" in box.text()
    assert "2.0\u00a0MB are freed" in box.informativeText()
    assert "precious.gguf" in box.informativeText()
    assert box.defaultButton().text() == "Cancel"
    button(box, "Cancel").click()
    assert folder.is_dir()
    qtbot.keyClick(library.table, Qt.Key.Key_Delete)
    box = library.findChildren(QMessageBox)[-1]
    button(box, "Remove").click()
    assert not folder.exists()
    assert source.read_bytes() == b"mine"
    qtbot.waitUntil(lambda: not library.reader.reading)
    assert names(library) == []
    assert "free again" in library.notices.banners[0].text.text()


def test_a_model_that_was_loaded_while_the_question_was_open_stays(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, session: Session, settle: Settle
) -> None:
    folder = put_bundle("aaa-2", name="Small")
    opened(qtbot, library)
    library.details.remove.click()
    box = library.findChild(QMessageBox)
    assert box is not None
    engine.folder = str(folder)
    session.open_model(str(folder))
    settle()
    button(box, "Remove").click()
    assert folder.is_dir()


class _FileManager(QObject):
    """Is asked to show folders in place of the system's."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        """Remember."""
        self.shown.append(url.toLocalFile())


def test_the_folder_is_shown_in_the_file_manager(qtbot: QtBot, library: Library) -> None:
    folder = put_bundle("aaa-2")
    manager = _FileManager()
    opened(qtbot, library)
    QDesktopServices.setUrlHandler("file", manager, "show")
    try:
        library.details.reveal.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert manager.shown == [str(folder)]


# ---------------------------------------------------------------- keeping up


def test_a_proof_that_was_measured_meanwhile_is_shown(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, session: Session, settle: Settle, tmp_path: Path
) -> None:
    (tmp_path / "none.gguf").write_bytes(b"GGUF")
    folder = put_bundle("aaa-2", name="Small", source="none.gguf")
    engine.folder = str(folder)
    session.restart_engine()
    settle()
    opened(qtbot, library)
    assert library.model.index(0, 8).data() == "not measured"
    (folder / PROOFS).write_text(json.dumps({"here": PROOF}))
    assert session.proof is not None
    session.proof = replace(session.proof, tokens=60)
    session.proof_changed.emit()
    assert library.model.index(0, 8).data() == "max |Δ| 5.4 × 10⁻⁷"
    assert [bundle.is_default for bundle in library.model.bundles] == [True], "it is the default one still"


def test_a_hub_id_goes_into_the_download_box(qtbot: QtBot, library: Library) -> None:
    opened(qtbot, library)
    library.ask_to_download("ana/modelo")
    assert library.download.field.text() == "ana/modelo"


def test_a_finished_download_is_opened(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, tmp_path: Path
) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    opened(qtbot, library)
    library.download.downloaded.emit(str(file))
    assert loads(engine)[-1] == Load(str(file))


def test_keyboard_alone_is_enough(qtbot: QtBot, library: Library, engine: ScriptedEngine) -> None:
    put_bundle("aaa-2", name="First")
    folder = put_bundle("bbb-2", name="Second")
    opened(qtbot, library)
    library.activateWindow()
    qtbot.keyClick(library, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    library.search.setText("s")
    qtbot.keyClick(library.search, Qt.Key.Key_Down)
    qtbot.keyClick(library.table, Qt.Key.Key_End)
    qtbot.keyClick(library.table, Qt.Key.Key_Return)
    assert loads(engine)[-1] == Load(str(folder))
    qtbot.keyClick(library, Qt.Key.Key_Escape)
    assert not library.isVisible()


def test_both_themes_paint(qtbot: QtBot, library: Library) -> None:
    put_bundle("aaa-2", name="Small", proof=PROOF)
    opened(qtbot, library)
    dark = library.grab().toImage().pixelColor(4, 4).lightness()
    apply_theme(theme.LIGHT)
    light = library.grab().toImage().pixelColor(4, 4).lightness()
    apply_theme(theme.DARK)
    assert light > dark


def test_what_was_downloaded_is_loaded_from_where_it_lies(
    qtbot: QtBot, library: Library, engine: ScriptedEngine
) -> None:
    folder = put_download("ana/modelo", "q4")
    opened(qtbot, library)
    assert names(library) == ["ana/modelo (q4)"]
    assert "Loading it imports it" in library.details.about.text()
    assert not library.details.rename.isEnabled()
    library.details.load.click()
    assert loads(engine)[-1] == Load(str(folder))


def test_the_default_model_is_loaded_by_its_own_door(
    qtbot: QtBot, library: Library, engine: ScriptedEngine, tmp_path: Path
) -> None:
    (tmp_path / "none.gguf").write_bytes(b"GGUF")
    opened(qtbot, library)
    assert not library.details.remove.isEnabled()
    before = len(loads(engine))
    library.details.load.click()
    assert loads(engine)[before:] == [Load(None)]


def test_fault_47_a_library_that_cannot_be_read_is_a_sentence(
    qtbot: QtBot, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "file"))
    opened(qtbot, library)
    assert "cannot be made" in library.notices.banners[0].text.text()
