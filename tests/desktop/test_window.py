"""The whole window on a scripted engine: shortcuts, workspaces, failures, closing, what is remembered."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject, QSettings, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QDockWidget,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import ZOOMS, apply_theme
from desktop.crash_log import CrashLog
from desktop.panels import PANELS
from desktop.phase import Phase
from desktop.session import Session
from desktop.transcript.bodies import Reading
from desktop.transcript.tint import TintMode
from desktop.window import Window, apply_remembered_theme
from desktop.workspaces import FIRST_WORKSPACE, WORKSPACES
from inference.contract import Failed, Generate, Load, ProviderChoice, Stop, Stopped
from tests.desktop.scripted_engine import DEFAULT_REPLY, ScriptedEngine

Settle = Callable[[], None]
CONTROL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture(autouse=True)
def theme_as_it_was() -> Iterator[None]:
    """Leave palette and zoom to the next test as they were."""
    yield
    theme.put_in_force(theme.DARK)


def memory_of(window: Window) -> QSettings:
    """What the window remembers."""
    return window._memory


def reopened(qtbot: QtBot, window: Window) -> Window:
    """Another window with the same memory, as after a restart."""
    path = memory_of(window).fileName()
    window.close()
    session = Session(ScriptedEngine)
    again = Window(session, QSettings(path, QSettings.Format.IniFormat))
    session.setParent(again)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitExposed(again)
    return again


# ---------------------------------------------------------------- shortcuts


def test_a_question_typed_is_answered(qtbot: QtBot, window: Window, session: Session, settle: Settle) -> None:
    qtbot.keyClicks(window.chat.composer.editor, "Why is the sky blue?")
    qtbot.keyClick(window.chat.composer.editor, Qt.Key.Key_Return)
    settle()
    assert [message.text for message in session.messages] == ["Why is the sky blue?", DEFAULT_REPLY]


def test_fault_51_esc_stops_wherever_the_focus_is(
    qtbot: QtBot, window: Window, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    settle()
    window.chat.transcript.setFocus()
    qtbot.keyClick(window.chat.transcript, Qt.Key.Key_Escape)
    qtbot.keyClick(window.chat.transcript, Qt.Key.Key_Escape)
    settle()
    assert session.phase is Phase.READY
    assert sum(isinstance(command, Stop) for command in engine.commands) == 1
    qtbot.keyClick(window.chat.transcript, Qt.Key.Key_Escape)
    assert sum(isinstance(command, Stop) for command in engine.commands) == 1


def test_keys_for_a_new_chat_and_for_regenerating(
    qtbot: QtBot, window: Window, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append("It is blue.")
    qtbot.keyClick(window.chat.composer.editor, Qt.Key.Key_Return, CONTROL)
    settle()
    assert replied.messages[-1].text == "It is blue."
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    assert replied.messages == []
    assert replied.conversation.id == 0
    assert len(replied.archive.groups()[0][1]) == 1


def test_keys_for_the_cursor(qtbot: QtBot, window: Window, replied: Session) -> None:
    before = replied.cursor
    qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert replied.cursor == before - 1
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert replied.cursor == before
    assert not replied.following
    qtbot.keyClick(window.chat.transcript, Qt.Key.Key_End, CONTROL)
    assert replied.following


def test_keys_for_variants_wherever_the_keyboard_is(
    qtbot: QtBot, window: Window, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append("It is blue.")
    replied.regenerate()
    settle()
    chat = window.chat
    for widget in (chat.composer.editor, chat.timeline.plot, chat.transcript, window):
        qtbot.keyClick(widget, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        assert replied.messages[1].text == DEFAULT_REPLY
        qtbot.keyClick(widget, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert replied.messages[1].text == "It is blue."
    window.new_conversation()
    qtbot.keyClick(window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert replied.messages == []


def test_the_exact_prompt_opens_with_the_draft(
    qtbot: QtBot, window: Window, session: Session, settle: Settle
) -> None:
    window.chat.composer.editor.replace_text("Why?")
    qtbot.keyClick(window, Qt.Key.Key_P, CONTROL)
    settle()
    assert window.exact_prompt.isVisible()
    assert b"Why" in [token.piece for token in window.exact_prompt.tokens]


def test_font_zoom(qtbot: QtBot, window: Window) -> None:
    before = window.chat.composer.editor.font().pixelSize()
    qtbot.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    assert theme.zoom() == ZOOMS[ZOOMS.index(1.0) + 1]
    assert window.chat.composer.editor.font().pixelSize() > before
    for _ in ZOOMS:
        qtbot.keyClick(window, Qt.Key.Key_Minus, CONTROL)
    assert theme.zoom() == ZOOMS[0]
    qtbot.keyClick(window, Qt.Key.Key_0, CONTROL)
    assert theme.zoom() == 1.0


def test_dark_and_light(window: Window, replied: Session) -> None:
    assert theme.current() is theme.DARK
    window.top_bar.theme.click()
    assert theme.current() is theme.LIGHT
    light = window.grab().toImage().pixelColor(700, 700).lightness()
    window.top_bar.theme.click()
    assert window.grab().toImage().pixelColor(700, 700).lightness() < light


# ---------------------------------------------------------------- workspaces


@pytest.mark.parametrize("workspace", WORKSPACES, ids=lambda workspace: workspace.name)
def test_a_workspace_shows_its_panels(qtbot: QtBot, window: Window, workspace: object) -> None:
    assert isinstance(workspace, type(WORKSPACES[0]))
    window.choose_workspace(workspace.name)
    shown = [name for name, dock in window.panels.docks.items() if not dock.isHidden()]
    assert shown == [name for name, _ in workspace.panels]
    assert {name for name, _ in workspace.panels} <= {entry.name for entry in PANELS}


def test_every_panel_is_in_some_workspace() -> None:
    assert {entry.name for entry in PANELS} == {name for one in WORKSPACES for name, _ in one.panels}


def test_the_keyboard_goes_to_the_composer_when_its_panel_is_gone(
    qtbot: QtBot, window: Window, replied: Session
) -> None:
    window.activateWindow()
    window.panels.docks["next-token"].widget().findChild(QLineEdit).setFocus()
    window.choose_workspace("tokens")
    assert window.chat.composer.editor.hasFocus()
    window.chat.transcript.setFocus()
    window.choose_workspace(FIRST_WORKSPACE)
    assert window.chat.transcript.hasFocus(), "it is where it was"


def test_an_arrangement_is_remembered_by_workspace(qtbot: QtBot, window: Window) -> None:
    window.panels.docks["attention"].close()
    window.choose_workspace("tokens")
    window.choose_workspace(FIRST_WORKSPACE)
    assert window.panels.docks["attention"].isHidden()
    assert not window.panels.docks["next-token"].isHidden()


def test_panels_of_other_workspaces_stay_away_and_the_window_keeps_its_size(
    qtbot: QtBot, window: Window
) -> None:
    names = [workspace.name for workspace in WORKSPACES]
    height = window.height()
    for name in [*names, *reversed(names), *names[::2], *names[1::2], *names]:
        window.choose_workspace(name)
        QCoreApplication.processEvents()
        wanted = {panel for one in WORKSPACES if one.name == name for panel, _ in one.panels}
        assert {panel for panel, dock in window.panels.docks.items() if not dock.isHidden()} == wanted
    assert window.height() <= max(height, 800)


def test_a_wider_window_has_wider_panels(qtbot: QtBot, window: Window) -> None:
    dock = window.panels.docks["next-token"]
    share = dock.width() / window.width()
    window.resize(2200, 900)
    qtbot.waitUntil(lambda: abs(dock.width() / window.width() - share) < 0.03)
    assert window.chat.width() > 500


def test_a_narrow_window_hides_the_sidebar_unless_somebody_wants_it(qtbot: QtBot, window: Window) -> None:
    window.resize(1200, 900)
    qtbot.waitUntil(window.sidebar.isHidden)
    qtbot.keyClick(window, Qt.Key.Key_B, CONTROL)
    assert not window.sidebar.isHidden()
    window.resize(1190, 900)
    assert not window.sidebar.isHidden()


def test_panels_can_be_shown_by_the_menu(window: Window) -> None:
    window.choose_workspace("chat")
    menu = window.panels.menu(window)
    titles = [action.text() for action in menu.actions()]
    assert titles == [entry.shown_title for entry in PANELS]
    menu.actions()[2].trigger()
    assert not window.panels.docks["tokens"].isHidden()


def test_one_cursor_over_everything(window: Window, replied: Session, settle: Settle) -> None:
    replied.move_cursor(5)
    settle()
    assert "token" in window.chat.timeline.facts.text()
    assert replied.row == 4


# ---------------------------------------------------------------- failures


def test_fault_43_a_lost_engine_is_said_and_can_be_restarted(
    window: Window, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)
    settle()
    engine.crash(-9)
    settle()
    (banner,) = window.chat.notices.banners
    assert "exit code -9" in banner.text.text()
    assert banner.button.text() == "Restart engine"
    assert session.messages[-1].text == "The answer is"
    banner.button.click()
    settle()
    assert session.phase is Phase.READY
    assert window.chat.notices.banners == []
    engine.automatic = True
    session.send("Go on")
    settle()
    assert session.messages[-1].text == DEFAULT_REPLY


def test_a_model_that_cannot_be_loaded_can_be_tried_again(
    qtbot: QtBot, window: Window, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.loads = False
    session.restart_engine()
    engine.fail_loading("The file is empty (0 bytes).")
    settle()
    (banner,) = window.chat.notices.banners
    assert banner.button.text() == "Load again"
    assert not window.chat.notices.progress.isVisible()


def test_fault_40_a_gpu_that_runs_out_of_memory_leaves_the_reply_and_offers_the_cpu(
    window: Window, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.gpu = ProviderChoice("CUDA", "GPU found", "Test GPU", 1)
    session.restart_engine()
    settle()
    assert session.on_gpu
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    settle()
    generation = [one.generation for one in engine.commands if isinstance(one, Generate)][-1]
    what = "There is not enough memory to run the model (CUDA failure 2: out of memory)."
    engine.post(Failed("out-of-memory", what, "Close other programs.", generation=generation))
    engine.post(Stopped(generation, "failed", 2, 5, 1.0, 1.0, 10.0))
    settle()
    (banner,) = window.chat.notices.banners
    assert banner.text.text().startswith(what)
    assert banner.button.text() == "Load on the CPU"
    before = [message.text for message in session.messages]
    assert before == ["Why?", "The answer"]
    engine.automatic = True
    banner.button.click()
    settle()
    loads = [command for command in engine.commands if isinstance(command, Load)]
    assert loads[-1] == Load(None, "cpu")
    assert not session.on_gpu
    assert [message.text for message in session.messages] == before
    assert window.chat.notices.banners == []
    session.send("Go on")
    settle()
    assert session.messages[-1].text == DEFAULT_REPLY
    session.open_model(None, "fp32")
    assert engine.commands[-1] == Load(None, "auto", "fp32"), "another one may fit"
    settle()


def test_fault_40_on_the_cpu_there_is_nothing_to_fall_back_to(
    window: Window, session: Session, settle: Settle
) -> None:
    session.failed.emit(Failed("out-of-memory", "There is not enough memory.", "Close other programs."))
    (banner,) = window.chat.notices.banners
    assert not banner.button.text()


def test_fault_34_a_prompt_that_is_too_long_leaves_a_choice(
    window: Window, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.context = 60
    text = "light " * 50
    window.chat.composer.editor.replace_text(text)
    window.chat.composer.send()
    settle()
    (banner,) = window.chat.notices.banners
    assert "60" in banner.text.text()
    assert window.chat.composer.draft == text
    banner.button.click()
    assert replied.messages == []
    assert window.chat.composer.draft == text, "a new chat, with what was typed"


def test_loading_is_shown_and_can_be_stopped(
    window: Window, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.loads = False
    session.restart_engine()
    settle()
    assert not window.chat.notices.progress.isHidden()
    window.chat.notices.progress.stop.click()
    assert isinstance(engine.commands[-1], Stop)
    engine.load()
    settle()
    assert window.chat.notices.progress.isHidden()


class _Faulty(QObject):
    """Has a slot with a defect."""

    called = Signal()

    @Slot()
    def fail(self) -> None:
        """Raise."""
        raise RuntimeError("the number 42 was odd")


def test_fault_54_an_exception_in_a_slot_is_logged_and_told_and_the_window_lives(
    qtbot: QtBot, window: Window, session: Session, settle: Settle, tmp_path: Path
) -> None:
    log = CrashLog(tmp_path, window)
    log.crashed.connect(window.tell_crash)
    faulty = _Faulty()
    faulty.called.connect(faulty.fail)
    before = sys.excepthook
    log.install()
    try:
        faulty.called.emit()
    finally:
        log.uninstall()
        sys.excepthook = before
    (banner,) = window.chat.notices.banners
    assert "the number 42 was odd" in banner.text.text()
    assert str(log.path) in banner.text.text()
    written = log.path.read_text()
    assert "Traceback" in written
    assert "in fail" in written
    session.send("Why?")
    settle()
    assert session.messages[-1].text == DEFAULT_REPLY


# ---------------------------------------------------------------- closing


def test_fault_52_closing_while_writing_ends_the_engine(
    window: Window, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(2)
    settle()
    window.close()
    assert not engine.alive
    assert not window.isVisible()


def test_fault_52_closing_while_loading(window: Window, session: Session, engine: ScriptedEngine) -> None:
    engine.loads = False
    session.restart_engine()
    window.close()
    assert not engine.alive


def test_fault_52_new_chat_in_a_prefill(
    qtbot: QtBot, window: Window, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    window.chat.composer.editor.replace_text("Why?")
    window.chat.composer.send()
    window.new_conversation()
    settle()
    assert session.phase is Phase.READY
    assert window.chat.composer.draft == "Why?", "what was not answered is not lost"


# ---------------------------------------------------------------- what is remembered


def test_what_was_chosen_is_there_again(qtbot: QtBot, window: Window) -> None:
    window.chat.choose_tint(TintMode.ATTENTION)
    window.chat.choose_reading(Reading.EXACT)
    window.chat.branches.choose("hidden")
    assert not window.session.guess_ahead
    window.session.change_guessing(True)
    window.choose_workspace("tokens")
    assert window.sidebar.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_B, CONTROL)
    window.toggle_theme()
    window.step_zoom(1)
    again = reopened(qtbot, window)
    assert again.chat.tint.mode is TintMode.ATTENTION
    assert again.chat.transcript.reading is Reading.EXACT
    assert again.chat.branches.choice == "hidden"
    assert again.session.guess_ahead
    assert not again.panels.docks["tokens"].isHidden()
    assert again.sidebar.isHidden()
    apply_theme(theme.DARK)
    apply_remembered_theme(memory_of(again))
    assert theme.current() is theme.LIGHT
    assert theme.zoom() > 1


class Shown(QObject):
    """Notes what is shown, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Show and isinstance(watched, Window | QDockWidget):
            self.names.append(watched.windowTitle())
        return False


def test_a_detached_panel_comes_back_after_the_window_so_that_it_stands_before_it(
    qtbot: QtBot, window: Window
) -> None:
    dock = window.panels.docks["attention"]
    dock.setFloating(True)
    dock.move(40, 60)
    place = dock.geometry()
    shown = Shown()
    application = QCoreApplication.instance()
    assert application is not None
    application.installEventFilter(shown)
    again = reopened(qtbot, window)
    qtbot.waitUntil(lambda: shown.names.count("Attention") == 2)
    application.removeEventFilter(shown)
    assert shown.names[-1] == "Attention"
    back = again.panels.docks["attention"]
    assert back.isFloating()
    assert back.isVisible()
    assert back.geometry() == place


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("workspace", "nonsense"),
        ("tint", 7),
        ("reading", "upside down"),
        ("branches", 7),
        ("geometry", "no bytes"),
        ("workspaces/sampling-attention", b"\x00\x01nonsense"),
        ("zoom", "much"),
        ("theme", "pink"),
    ],
)
def test_what_cannot_be_understood_counts_as_forgotten(
    qtbot: QtBot, window: Window, key: str, value: object
) -> None:
    path = memory_of(window).fileName()
    window.close()
    memory = QSettings(path, QSettings.Format.IniFormat)
    memory.clear()
    memory.setValue(key, value)
    memory.sync()
    apply_remembered_theme(memory)
    session = Session(ScriptedEngine)
    again = Window(session, memory)
    session.setParent(again)
    qtbot.addWidget(again)
    again.show()
    assert not again.panels.docks["next-token"].isHidden()
    assert theme.zoom() == 1.0


def test_fault_56_numbers_in_a_locale_with_a_decimal_comma(
    qtbot: QtBot, window: Window, replied: Session, settle: Settle
) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        window.step_zoom(1)
        replied.move_cursor(5)
        settle()
        assert "," in window.chat.timeline.facts.text()
        again = reopened(qtbot, window)
        apply_remembered_theme(memory_of(again))
        assert theme.zoom() == ZOOMS[ZOOMS.index(1.0) + 1], (
            "what was written in one locale is read in another"
        )
    finally:
        QLocale.setDefault(before)


def test_sentences_for_two_readings_are_remembered(qtbot: QtBot, window: Window) -> None:
    window.session.sentences.type(0, "Sentei no banco da praça")
    window.session.sentences.read_templated(True)
    again = reopened(qtbot, window).session.sentences
    assert again.texts[0] == "Sentei no banco da praça"
    assert again.templated


# ---------------------------------------------------------------- accessibility


def test_everything_that_can_be_used_has_a_name(window: Window, replied: Session) -> None:
    nameless = []
    for widget in window.findChildren(QWidget):
        usable = isinstance(widget, QAbstractButton | QAbstractSlider | QLineEdit | QPlainTextEdit)
        inside = widget.objectName().startswith("qt_") or type(widget).__name__ in ("QScrollBar", "QTabBar")
        if usable and not inside:
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            if not (widget.accessibleName() or text):
                nameless.append(widget)
    assert nameless == []


# ---------------------------------------------------------------- conversations


def test_a_kept_conversation_is_opened_from_the_sidebar(
    qtbot: QtBot, window: Window, replied: Session, settle: Callable[[], None]
) -> None:
    number = replied.conversation.id
    window.new_conversation()
    window.chat.composer.editor.replace_text("typed here")
    window.sidebar.conversation_asked.emit(number, None)
    settle()
    assert replied.messages[1].text == DEFAULT_REPLY
    assert window.chat.composer.draft == "", "what was typed stays where it was typed"
    others = [one.id for _, day in replied.archive.groups() for one in day if one.id != number]
    window.sidebar.conversation_asked.emit(others[0], None)
    assert window.chat.composer.draft == "typed here"


def test_who_clicks_a_conversation_and_types_goes_on_with_it(
    qtbot: QtBot, window: Window, replied: Session, settle: Callable[[], None]
) -> None:
    shown = window.sidebar
    window.new_conversation()
    qtbot.waitUntil(lambda: shown.up_to_date and shown.rows.rowCount() == 2)
    place = shown.list.visualRect(shown.rows.index(1)).center()
    qtbot.mouseClick(shown.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle()
    assert replied.messages[1].text == DEFAULT_REPLY
    qtbot.keyClicks(window.focusWidget(), "A")
    assert window.chat.composer.editor.hasFocus()
    qtbot.keyClicks(window.focusWidget(), "nd why?")
    assert window.chat.composer.draft == "And why?"
    assert shown.search.text() == ""


def test_the_key_for_searching_shows_the_sidebar(qtbot: QtBot, window: Window) -> None:
    qtbot.keyClick(window, Qt.Key.Key_B, CONTROL)
    assert window.sidebar.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.sidebar.isVisible()
    assert window.sidebar.search.hasFocus()


def test_a_file_with_a_conversation_is_opened_like_a_model(
    qtbot: QtBot, window: Window, replied: Session, tmp_path: Path, settle: Callable[[], None]
) -> None:
    number = replied.conversation.id
    for ending in (".vitrine", ".json"):
        path = tmp_path / f"talk{ending}"
        with qtbot.waitSignal(replied.archive.exported):
            replied.archive.export(number, path)
        window.new_conversation()
        with qtbot.waitSignal(replied.archive.idle):
            window.opening.open_dropped([path])
        settle()
        assert replied.conversation.id == number, "it is there already"
        assert [message.text for message in replied.messages] == ["Why is the sky blue?", DEFAULT_REPLY]
        assert replied.steps


def test_a_damaged_file_with_a_conversation_is_refused_and_nothing_else_happens(
    qtbot: QtBot, window: Window, replied: Session, tmp_path: Path
) -> None:
    path = tmp_path / "talk.vitrine"
    path.write_bytes(b"PK\x03\x04 and no more")
    before = replied.conversation.id
    with qtbot.waitSignal(replied.archive.idle):
        window.opening.open_named(str(path))
    assert replied.conversation.id == before
    assert "ends too early" in window.chat.notices.banners[-1].text.text()


def test_a_conversation_of_another_model_says_so_and_offers_it(
    window: Window, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    number = replied.conversation.id
    window.new_conversation()
    engine.folder, engine.name = "another", "Another"
    replied.open_model("another.gguf")
    settle()
    window.sidebar.conversation_asked.emit(number, None)
    settle()
    banner = window.chat.notices.banners[-1]
    assert banner.case == "foreign-model"
    assert "Scripted-4x3" in banner.text.text()
    assert banner.button.text() == "", "its file is not there"
    window.new_conversation()
    assert all(one.case != "foreign-model" for one in window.chat.notices.banners)
