"""Starting the window: one instance, the application, the session with a real engine, the crash log.

Knows nothing about what is in the window.
"""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QSocketNotifier, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop.application import make_application, settle_memory
from desktop.controls.resting_caret import RestingCaret
from desktop.crash_log import CrashLog
from desktop.language import choose_language, speak
from desktop.packaging.icon import application_icon
from desktop.single_instance import SingleInstance, instance_name
from inference.process import EngineProcess
from models.directories import configuration_directory, log_directory

if TYPE_CHECKING:
    from desktop.window import Window


def start_window(
    file: str | None,
    provider: str,
    theme_name: str,
    language: str = "",
    download: str = "",
    document: str = "",
) -> int:
    """Open the window and stay until it is closed; a second start raises the first and ends.

    Args:
        file: absolute path of the model to open, ``None`` for the default one.
        provider: as in `Load`.
        theme_name: ``"dark"``, ``"light"``, ``"system"``, or empty for what was chosen last.
        language: code of a language, or empty for what was chosen last.
        download: hub id of a model that somebody has to decide about, or empty.
        document: absolute path of a file with a conversation, or empty.

    Returns:
        The exit status.

    Raises:
        VitrineError: a folder that is needed cannot be made.
    """
    application = make_application()
    application.setWindowIcon(application_icon())
    alone = SingleInstance(instance_name(configuration_directory()))
    if alone.hand_over(json.dumps({"open": document or file, "download": download}).encode()):
        return 0
    alone.listen()
    # The engine's process takes as long to import what it needs as this one does: both do it at once.
    engines = _Engines(begin=not document)
    from desktop.archive import Archive
    from desktop.session import Session
    from desktop.window import Window, apply_remembered_theme

    memory = QSettings(str(configuration_directory() / "window.ini"), QSettings.Format.IniFormat)
    speak(application, choose_language(language or str(memory.value("language", ""))))
    log = CrashLog(log_directory())
    log.install()
    apply_remembered_theme(memory, theme_name)
    archive = Archive.at()
    session = Session(engines.start, file, provider, archive=archive)
    session.model_changed.connect(settle_memory)
    if not document:
        # What it has to say is heard when the window stands; the engine works meanwhile.
        session.start()
    window = Window(session, memory)
    caller = _Caller(window)
    alone.called.connect(caller.take)
    log.crashed.connect(window.tell_crash)
    interrupts = _Interrupts(window)
    caret = RestingCaret(application, window)
    session.resume()
    window.show()
    window.tell_of_archive()
    if log.last_run_crashed:
        window.tell_last_crash(str(log.path))
    if document:
        # Only the file knows whether a model is wanted; one that is refused wants one.
        archive.idle.connect(session.start, Qt.ConnectionType.SingleShotConnection)
        window.open_document(Path(document))
    if download:
        QTimer.singleShot(0, window, lambda: window.ask_to_download(download))
    try:
        return application.exec()
    finally:
        caret.close()
        interrupts.close()
        session.close()
        engines.close()
        archive.close()
        alone.close()
        log.uninstall()


class _Engines:
    """Starts engines; the first one, if that is wanted, before anybody asks for it.

    Args:
        begin: whether it is.
    """

    def __init__(self, *, begin: bool) -> None:
        self._waiting = EngineProcess() if begin else None

    def start(self) -> EngineProcess:
        """An engine in a process of its own, without a model yet."""
        waiting, self._waiting = self._waiting, None
        return waiting if waiting is not None and waiting.alive else EngineProcess()

    def close(self) -> None:
        """End the one that nobody has asked for."""
        if self._waiting is not None:
            self._waiting.close()


class _Caller(QObject):
    """Hears other starts of the program.

    Args:
        window: that they mean.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window

    @Slot(bytes)
    def take(self, message: bytes) -> None:
        """Come to the front, and open the file that the other start was given."""
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        QApplication.alert(window)
        try:
            asked = json.loads(message.decode("utf-8"))
        except ValueError:
            return
        if not isinstance(asked, dict):
            return
        path, download = asked.get("open"), asked.get("download")
        if isinstance(path, str) and path:
            window.opening.open_named(path)
        elif isinstance(download, str) and download:
            window.ask_to_download(download)


class _Interrupts(QObject):
    """Closes the window in order when the terminal or the system asks the process to end.

    Python runs signal handlers between its own steps only, and Qt's loop makes none: a byte in a socket wakes it.

    Args:
        window: to be closed.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._wake, self._ours = socket.socketpair()
        self._wake.setblocking(False)
        self._ours.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._close_window)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)

    def close(self) -> None:
        """Leave signals alone again."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        self._notifier.setEnabled(False)
        self._wake.close()
        self._ours.close()

    @Slot()
    def _close_window(self) -> None:
        self._ours.recv(64)
        self._window.close()
