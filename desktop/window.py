"""The window: sidebar, chat, panels, bars and shortcuts, and what is remembered of them.

Knows nothing about engines; it makes a `Session` visible.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QSettings, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStatusBar, QWidget

from desktop import theme
from desktop.application import ZOOMS, apply_theme, palette_named
from desktop.archive import Taken
from desktop.chat import Chat
from desktop.exact_prompt import ExactPrompt
from desktop.language import LANGUAGES
from desktop.model_library.drop_target import DropTarget
from desktop.model_library.opening import Opening
from desktop.model_notices import ModelNotices
from desktop.panel_docks import PanelDocks
from desktop.phase import Phase
from desktop.session import Session
from desktop.sidebar import Sidebar
from desktop.status_bar import StatusLine
from desktop.top_bar import TopBar
from desktop.transcript.bodies import Reading
from desktop.transcript.tint import TintMode
from desktop.workspaces import FIRST_WORKSPACE, WITH_SHORTCUT, workspace_named
from inference.contract import Failed
from models.errors import VitrineError

if TYPE_CHECKING:
    from desktop.model_library.models_window import Library
    from desktop.recording_export import RecordingExport

FRAME = QSize(8, 48)
"""What a desktop puts around a window, at most."""

NARROW = 1400
"""In a window less wide the sidebar is hidden, unless somebody wants it."""

PANELS_SHARE = 0.6
"""Of the room right of the sidebar."""


class Window(QMainWindow):
    """The main window.

    Args:
        session: shown in it; closed with it.
        memory: what is remembered between starts; an unreadable one counts as empty.
        parent: owner.
    """

    def __init__(self, session: Session, memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._memory = memory
        self._workspace = FIRST_WORKSPACE
        self._arranged = False
        self._sidebar_chosen = False
        self._as_at_first = False
        self._returned_case = ""
        self._had_model = session.model is not None
        self._recording_export: RecordingExport | None = None
        self.setWindowTitle("Vitrine")
        self.resize(1680, 1020)
        self.top_bar = TopBar(session)
        self.sidebar = Sidebar(session.archive)
        self.chat = Chat(session)
        self.model_notices = ModelNotices(session, self.chat.notices, self)
        self.status = StatusLine(session)
        self.exact_prompt = ExactPrompt(session, self)
        self.panels = PanelDocks(self, session, self._panels_width)
        self.opening = Opening(session, self)
        self.drop_target = DropTarget(self)
        self.model_library: Library | None = None
        self._compose()
        self._connect()
        self._make_shortcuts()
        self._recall()

    def _compose(self) -> None:
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(self.chat, 1)
        self.setMenuWidget(self.top_bar)
        self.setCentralWidget(middle)
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addPermanentWidget(self.status, 1)
        self.setStatusBar(bar)

    def _connect(self) -> None:
        session, composer = self.session, self.chat.composer
        self.top_bar.workspace_chosen.connect(self.choose_workspace)
        self.top_bar.sidebar.clicked.connect(self._toggle_sidebar)
        self.top_bar.panels.clicked.connect(self._show_panel_menu)
        self.top_bar.theme.clicked.connect(self.toggle_theme)
        self.top_bar.model.clicked.connect(self.chat.import_card.toggle)
        self.top_bar.open_library.clicked.connect(self.show_library)
        self.chat.import_card.asked_for_library.connect(self.show_library)
        self.drop_target.dropped.connect(self.opening.open_dropped)
        self.opening.refused.connect(self._tell_refusal)
        self.opening.said.connect(self._tell_notice)
        self.opening.download_asked.connect(self.ask_to_download)
        self.opening.document_asked.connect(self.open_document)
        self.sidebar.new_asked.connect(self.new_conversation)
        self.sidebar.conversation_asked.connect(self._open_conversation)
        self.sidebar.taken.connect(self._show_taken)
        self.sidebar.recording_asked.connect(self.export_recording)
        self.sidebar.typed.connect(composer.type)
        self.sidebar.said.connect(self._tell_notice)
        session.conversation_changed.connect(self._mark_conversation)
        session.archive.changed.connect(self._mark_conversation)
        composer.prompt_asked.connect(self.show_exact_prompt)
        composer.draft_changed.connect(self._draft_changed)
        self.status.language_chosen.connect(self.choose_language)
        session.progressed.connect(self.chat.notices.progress.show_progress)
        session.phase_changed.connect(self._phase_changed)
        session.failed.connect(self._tell_failure)
        session.went_back.connect(self._tell_return)
        session.model_asked.connect(self._forget_return)
        session.conversation_chosen.connect(self._forget_length)
        session.reply_asked.connect(self._forget_length)
        session.noticed.connect(self._tell_notice)
        session.model_changed.connect(self._model_changed)
        self.chat.notices.acted.connect(self._act)
        self.chat.notices.progress.stop_asked.connect(session.stop_loading)
        session.archive.failed.connect(self._tell_refusal)

    def _make_shortcuts(self) -> None:
        session = self.session
        self._escape = self._shortcut("Esc", session.stop)
        self._escape.setEnabled(False)
        self._shortcut("Ctrl+N", self.new_conversation)
        self._shortcut("Ctrl+Return", session.regenerate)
        self._shortcut("Ctrl+Enter", session.regenerate)
        self._shortcut("Ctrl+P", self.show_exact_prompt)
        self._shortcut("Ctrl+O", self.opening.choose_file)
        self._shortcut("Ctrl+Alt+O", self.opening.choose_folder)
        self._shortcut("Ctrl+Shift+O", self.show_library)
        self._shortcut("Ctrl+L", self.chat.composer.focus)
        self._shortcut("Ctrl+B", self._toggle_sidebar)
        self._shortcut("Ctrl+Shift+F", self.search_conversations)
        self._shortcut("Ctrl+End", session.follow)
        self._shortcut("Alt+Left", lambda: session.step_cursor(-1))
        self._shortcut("Alt+Right", lambda: session.step_cursor(1))
        self._shortcut("Ctrl+Shift+T", self.toggle_theme)
        self._shortcut("Ctrl++", lambda: self.step_zoom(1))
        self._shortcut("Ctrl+=", lambda: self.step_zoom(1))
        self._shortcut("Ctrl+-", lambda: self.step_zoom(-1))
        self._shortcut("Ctrl+0", lambda: self.step_zoom(0))
        self._shortcut("Ctrl+Q", self.close)
        for number, workspace in enumerate(WITH_SHORTCUT, 1):
            self._shortcut(f"Ctrl+{number}", lambda name=workspace.name: self.choose_workspace(name))

    def _shortcut(self, keys: str, act: object) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(act)
        return shortcut

    # ------------------------------------------------------------ what a person does

    @Slot()
    def new_conversation(self) -> None:
        """Start anew and let a person type."""
        self.session.new_conversation()
        self.chat.composer.focus()

    @Slot(int, object)
    def _open_conversation(self, number: int, message: int | None) -> None:
        if number != self.session.conversation.id or message is not None:
            self.session.open_conversation(number, message)

    @Slot()
    def _mark_conversation(self) -> None:
        self.sidebar.mark(self.session.conversation.id)

    @Slot()
    def search_conversations(self) -> None:
        """Let a person search in everything that was said."""
        if self.sidebar.isHidden():
            self._toggle_sidebar()
        self.sidebar.focus_search()

    @Slot(object)
    def open_document(self, path: Path) -> None:
        """Open a conversation that somebody exported, and what was seen inside if that is in the file."""
        self.sidebar.take(path)

    @Slot(object)
    def _show_taken(self, taken: Taken) -> None:
        if taken.recorded:
            self.session.open_recording(taken.path, taken.conversation)
        else:
            self.session.open_conversation(taken.conversation)

    @Slot(int)
    def export_recording(self, conversation: int) -> None:
        """Let somebody export the conversation that is shown with what was seen inside the model."""
        if conversation != self.session.conversation.id:
            return
        if self._recording_export is None:
            # Imported here: most windows never export one.
            from desktop.recording_export import RecordingExport

            self._recording_export = RecordingExport(self.session, self)
        self._recording_export.ask()

    @Slot()
    def show_exact_prompt(self) -> None:
        """Show every token that the model gets."""
        self.exact_prompt.show_draft(self.chat.composer.draft)
        self.exact_prompt.show()
        self.exact_prompt.raise_()

    @Slot()
    def show_library(self) -> None:
        """Show the models on this machine."""
        if self.model_library is None:
            # Imported here: most starts are without it, and the first frame should not wait for it.
            from desktop.model_library.models_window import Library

            self.model_library = Library(self.session, self)
            self.model_library.document_asked.connect(self.open_document)
            self.model_library.resize(
                self.model_library.size().boundedTo(self.screen().availableGeometry().size() - FRAME)
            )
        self.model_library.show()
        self.model_library.raise_()
        self.model_library.activateWindow()

    @Slot(str)
    def ask_to_download(self, identifier: str) -> None:
        """Have somebody decide about a model of the hub that is not on this machine."""
        self.show_library()
        if self.model_library is not None:
            self.model_library.ask_to_download(identifier)

    @Slot(str)
    def choose_workspace(self, name: str) -> None:
        """Go to another workspace; the arrangement of this one is remembered."""
        workspace = workspace_named(name)
        if workspace is None or (self._arranged and name == self._workspace):
            return
        keyboard, size = self.focusWidget(), self.size()
        if self._arranged:
            self._remember_panels()
        self._workspace, self._arranged = name, True
        self.top_bar.show_workspace(name)
        remembered = self._memory.value(f"workspaces/{name}")
        shown = str(self._memory.value(f"panels/{name}", "")).split()
        self._as_at_first = not (
            isinstance(remembered, QByteArray) and self.panels.restore(remembered, shown)
        )
        if self._as_at_first:
            self.panels.arrange(workspace)
        # While docks come and go the window needs more room than in the end, and takes it when it is laid out.
        if self.isVisible() and not self.isMaximized() and not self.isFullScreen():
            QTimer.singleShot(0, self, lambda: self.resize(size))
        if keyboard is not None and not keyboard.isVisible():
            # Its panel is gone, and the next widget in order would be any.
            self.chat.composer.focus()

    def _remember_panels(self) -> None:
        state, shown = self.panels.state()
        self._memory.setValue(f"workspaces/{self._workspace}", state)
        self._memory.setValue(f"panels/{self._workspace}", " ".join(shown))

    @Slot()
    def toggle_theme(self) -> None:
        """From dark to light and back."""
        other = theme.LIGHT if theme.current().dark else theme.DARK
        apply_theme(other, theme.zoom())
        self._memory.setValue("theme", other.name)

    @Slot(str)
    def choose_language(self, code: str) -> None:
        """Speak another language from the next start on."""
        self._memory.setValue("language", code)
        name = next(language.name for language in LANGUAGES if language.code == code)
        self._tell_notice(self.tr("{language}: from the next start on.").format(language=name))

    def step_zoom(self, direction: int) -> None:
        """Make everything written larger (1) or smaller (-1), or as designed (0)."""
        nearest = min(range(len(ZOOMS)), key=lambda index: abs(ZOOMS[index] - theme.zoom()))
        index = ZOOMS.index(1.0) if direction == 0 else min(max(nearest + direction, 0), len(ZOOMS) - 1)
        apply_theme(theme.current(), ZOOMS[index])
        self._memory.setValue("zoom", str(ZOOMS[index]))

    @Slot()
    def _toggle_sidebar(self) -> None:
        self._sidebar_chosen = True
        self.sidebar.setVisible(not self.sidebar.isVisible())

    @Slot()
    def _show_panel_menu(self) -> None:
        menu = self.panels.menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        button = self.top_bar.panels
        menu.popup(button.mapToGlobal(QPoint(button.width() - menu.sizeHint().width(), button.height())))

    # ------------------------------------------------------------ what is said

    @Slot(str, str)
    def tell_crash(self, what: str, log: str) -> None:
        """Say that something went wrong in the window itself, and where it was written down."""
        said = self.tr("Something went wrong in the window ({what}).").format(what=what)
        self.chat.notices.say("defect", said, self.tr("It goes on; details are in {log}.").format(log=log))

    def tell_of_archive(self) -> None:
        """Say what was found when the conversations were opened."""
        for notice in self.session.archive.opened.notices:
            self._tell_refusal(notice)

    def tell_last_crash(self, log: str) -> None:
        """Say that the program died the last time it ran."""
        what = self.tr("Vitrine ended unexpectedly when it ran last.")
        self.chat.notices.say("last-crash", what, self.tr("Details are in {log}.").format(log=log))

    @Slot(object)
    def _tell_failure(self, failed: Failed) -> None:
        action = ""
        if self.model_notices.take_failure(failed):
            return
        if self.session.phase is Phase.LOST:
            action = self.tr("Restart engine") if failed.case == "engine-lost" else self.tr("Load again")
        elif failed.case == "prompt-too-long":
            action = self.tr("New chat")
        elif failed.case == "out-of-memory" and self.session.on_gpu:
            action = self.tr("Load on the CPU")
        self.chat.notices.say(failed.case, failed.what, failed.remedy, action)

    @Slot(object)
    def _tell_refusal(self, failed: Failed | VitrineError) -> None:
        """Of a model that was looked at and not loaded, or of what could not be kept: all else goes on."""
        self.chat.notices.say(failed.case, failed.what, failed.remedy)

    @Slot(object)
    def _tell_return(self, failed: Failed) -> None:
        """Of a model that could not be opened in place of another one."""
        before = self.tr("The model that was in use before is loaded again.")
        if self.session.recorded:
            before = self.tr("What was recorded is opened again.")
        elif not self._had_model:
            before = self.tr("The default model is loaded instead.")
        kind = "notice" if failed.case == "stopped" else "failure"
        remedy = before if failed.case == "stopped" else f"{failed.remedy} {before}"
        self.chat.notices.say(failed.case, failed.what, remedy, kind=kind)
        self._returned_case = failed.case

    @Slot()
    def _forget_return(self) -> None:
        """Another model is wanted: which one came back before is not true any more."""
        self.chat.notices.dismiss_case(self._returned_case)

    @Slot()
    def _forget_length(self) -> None:
        """What was too long is not what the model gets now."""
        self.chat.notices.dismiss_case("prompt-too-long")

    @Slot(str)
    def _tell_notice(self, sentence: str) -> None:
        self.chat.notices.say("notice", sentence, "", kind="notice")

    @Slot(str)
    def _act(self, case: str) -> None:
        if self.session.phase is Phase.LOST:
            self.session.restart_engine()
        elif case == "prompt-too-long":
            self.new_conversation()
        elif case == "out-of-memory":
            self.session.load_on_cpu()
        else:
            self.model_notices.act(case)

    @Slot()
    def _phase_changed(self) -> None:
        session = self.session
        self._escape.setEnabled(session.busy or session.queued)
        if session.phase in (Phase.READY, Phase.WRITING, Phase.LOST):
            self.chat.notices.progress.finish()

    @Slot()
    def _model_changed(self) -> None:
        self._had_model = self._had_model or self.session.model is not None
        if self.session.inside_only:
            # There is nothing else to see of it.
            self.choose_workspace("inside")

    # ------------------------------------------------------------ what is remembered

    def _recall(self) -> None:
        memory = self._memory
        geometry = memory.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        else:
            self.resize(self.size().boundedTo(self.screen().availableGeometry().size() - FRAME))
        chosen = memory.value("sidebar", "")
        self._sidebar_chosen = chosen in ("shown", "hidden")
        self.sidebar.setVisible(chosen == "shown" or (not self._sidebar_chosen and self.width() >= NARROW))
        tint, reading = str(memory.value("tint", "")), str(memory.value("reading", ""))
        if tint in [mode.value for mode in TintMode]:
            self.chat.choose_tint(TintMode(tint))
        if reading in [mode.value for mode in Reading]:
            self.chat.choose_reading(Reading(reading))
        self.chat.branches.choose(str(memory.value("branches", "")))
        self.session.change_guessing(memory.value("guess", "") == "ahead")
        self.session.sentences.keep_in(memory)
        name = str(memory.value("workspace", FIRST_WORKSPACE))
        self.choose_workspace(name if workspace_named(name) is not None else FIRST_WORKSPACE)
        self.chat.composer.focus()

    @Slot()
    def _draft_changed(self) -> None:
        if self.exact_prompt.isVisible():
            self.exact_prompt.show_draft(self.chat.composer.draft)

    def _remember(self) -> None:
        memory = self._memory
        memory.setValue("geometry", self.saveGeometry())
        if self._sidebar_chosen:
            memory.setValue("sidebar", "hidden" if self.sidebar.isHidden() else "shown")
        memory.setValue("tint", self.chat.tint.mode.value)
        memory.setValue("reading", self.chat.transcript.reading.value)
        memory.setValue("branches", self.chat.branches.choice)
        memory.setValue("guess", "ahead" if self.session.guess_ahead else "")
        memory.setValue("workspace", self._workspace)
        self._remember_panels()
        memory.sync()

    def showEvent(self, event: QShowEvent) -> None:
        """Give the panels their shares of the width that the window has got in the end."""
        super().showEvent(event)
        self.drop_target.watch()
        if not event.spontaneous():
            QTimer.singleShot(0, self, self.panels.show_detached_again)
        workspace = workspace_named(self._workspace)
        if self._as_at_first and workspace is not None and not event.spontaneous():
            self._as_at_first = False
            self.panels.share(workspace)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow up or down goes through variants, unless the widget with the keyboard wants it."""
        if not self.chat.transcript.step_variant(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Chat and panels keep their shares of the width."""
        super().resizeEvent(event)
        if not self._sidebar_chosen:
            self.sidebar.setVisible(self.width() >= NARROW)
        if event.oldSize().width() > 0:
            self.panels.scale(event.size().width() / event.oldSize().width())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember, disappear at once, and end the engine."""
        self._remember()
        self.hide()
        self.exact_prompt.close()
        if self.model_library is not None:
            self.model_library.close()
        if self._recording_export is not None:
            self._recording_export.end()
        self.session.close()
        super().closeEvent(event)

    def _panels_width(self) -> int:
        sidebar = self.sidebar.width() if not self.sidebar.isHidden() else 0
        return round((self.width() - sidebar) * PANELS_SHARE)


def apply_remembered_theme(memory: QSettings, asked: str = "") -> None:
    """Style the application as asked for, else as it was last, else as the system prefers."""
    try:
        zoom = float(str(memory.value("zoom", "1.0")))
    except ValueError:
        zoom = 1.0
    known = zoom if QApplication.instance() is not None and ZOOMS[0] <= zoom <= ZOOMS[-1] else 1.0
    apply_theme(palette_named(asked or str(memory.value("theme", "system"))), known)
