"""Vitrine as its `main` runs it, with a reporter beside it that tells a test what the session holds.

    python -m tests.end_to_end.window_under_test PIPE_OUT PIPE_IN [ARGUMENTS OF VITRINE]

Knows nothing about what a test expects. It only looks: keys and the mouse come from outside, through the X server.
Each line that it writes is a JSON object: ``{"state": …}`` whenever the state has changed, ``{"answer": …}``
to a line with a question.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRect, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from desktop.application import make_application
from desktop.main import main
from desktop.panels.next_token.panel import NextTokenPanel
from desktop.session import Session
from desktop.window import Window
from inference.contract import Failed, Stopped

LOOK_MS = 20
"""How often the state is looked at."""

ROWS = 5
"""Rows of the distribution that a state tells."""


class Reporter(QObject):
    """Tells what the session of the main window holds, and where things are on the screen."""

    def __init__(self, writing: int, reading: int) -> None:
        super().__init__()
        self._writing = writing
        self._reading = os.fdopen(reading, "rb", buffering=0)
        self._session: Session | None = None
        self._told = ""
        self._failed: list[list[str]] = []
        self._stopped: list[dict[str, Any]] = []
        self._returned: list[str] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)
        self._notifier = QSocketNotifier(reading, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._answer)

    @Slot()
    def _look(self) -> None:
        window = main_window()
        if window is None:
            return
        if self._session is None:
            self._session = window.session
            self._session.failed.connect(self._note_failed)
            self._session.stopped.connect(self._note_stopped)
            self._session.went_back.connect(self._note_returned)
        told = json.dumps({"state": self._state(window, self._session)})
        if told != self._told:
            self._told = told
            self._write(told)

    @Slot(object)
    def _note_failed(self, failed: Failed) -> None:
        self._failed.append([failed.case, failed.what])

    @Slot(object)
    def _note_stopped(self, stopped: Stopped) -> None:
        self._stopped.append(
            {"reason": stopped.reason, "tokens": stopped.tokens, "prefilled": stopped.prefilled}
        )

    @Slot(object)
    def _note_returned(self, failed: Failed) -> None:
        self._returned.append(failed.case)

    def _state(self, window: Window, session: Session) -> dict[str, Any]:
        settings = session.settings
        return {
            "phase": session.phase.value,
            "active": window.isActiveWindow(),
            "minimized": window.isMinimized(),
            "messages": [
                {"role": message.role, "text": message.text, "writing": message.writing}
                for message in session.messages
            ],
            "tokens": len(session.tokens),
            "steps": len(session.steps),
            "last_temperature": session.steps[max(session.steps)].settings.temperature
            if session.steps
            else None,
            "cursor": session.cursor,
            "following": session.following,
            "settings": {name: getattr(settings, name) for name in settings.__dataclass_fields__},
            "seed": session.seed,
            "system_prompt": session.system_prompt,
            "conversations": sum(len(day) for _, day in session.archive.groups()),
            "failed": self._failed,
            "stopped": self._stopped,
            "proof": session.proof.kind if session.proof else None,
            "distribution": distribution(window),
            "head": [session.layer, session.head],
            "composer": window.chat.composer.draft,
            "model": session.model.name if session.model is not None else None,
            "returned": self._returned,
            "library": library_rows(window),
            "dialog": open_dialog(),
        }

    @Slot()
    def _answer(self) -> None:
        line = self._reading.readline()
        if not line:
            self._notifier.setEnabled(False)
            return
        question, *arguments = json.loads(line)
        answers: dict[str, Callable[..., Any]] = {
            "place": place_of_widget,
            "token": place_of_token,
            "texts": texts,
            "picture": save_screen,
        }
        self._write(json.dumps({"answer": answers[question](*arguments)}))

    def _write(self, line: str) -> None:
        os.write(self._writing, line.encode() + b"\n")


def main_window() -> Window | None:
    """The program's window, once it is shown."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Window) and widget.isVisible():
            return widget
    return None


def distribution(window: Window) -> dict[str, Any] | None:
    """What the next-token panel shows: the position, and of some rows ID and probability after the chain."""
    panel = window.findChild(NextTokenPanel)
    if panel is None or panel.scene is None or panel.scene.result is None:
        return None
    rows = [[bar.id, bar.after and round(bar.after, 6)] for bar in panel.view.bars.source.bars(0, ROWS)]
    return {"position": panel.scene.moment.position, "rows": rows}


def library_rows(window: Window) -> list[str] | None:
    """Names in the library's table, where that is open and read."""
    library = window.model_library
    if library is None or not library.isVisible() or library.reader.reading:
        return None
    return [str(library.model.index(row, 0).data()) for row in range(library.model.rowCount())]


def open_dialog() -> str | None:
    """The title of the question that is open, if there is one."""
    dialog = QApplication.activeModalWidget()
    return None if dialog is None else dialog.windowTitle()


def on_screen(widget: QWidget, area: QRect) -> list[int]:
    """Left, top, width and height on the screen of a part of a widget."""
    corner = widget.mapToGlobal(area.topLeft())
    return [corner.x(), corner.y(), area.width(), area.height()]


def place_of_widget(name: str) -> list[int] | None:
    """Where a visible widget is that is called so, or says so."""
    for widget in QApplication.allWidgets():
        if widget.isVisible() and name in (widget.accessibleName(), text_of(widget)):
            return on_screen(widget, widget.visibleRegion().boundingRect())
    return None


def place_of_token(position: int) -> list[int] | None:
    """Where the transcript shows a token: the first of its lines."""
    window = main_window()
    transcript = None if window is None else window.chat.transcript
    for area in () if transcript is None else transcript.areas_of(position):
        return on_screen(transcript.viewport(), area.toAlignedRect())
    return None


def text_of(widget: QWidget) -> str:
    """What a label or a button says."""
    return widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""


def texts() -> list[str]:
    """Everything that labels and buttons of the window say."""
    return [text for widget in QApplication.allWidgets() if widget.isVisible() and (text := text_of(widget))]


def save_screen(path: str) -> bool:
    """A picture of the whole screen as the X server shows it."""
    return QApplication.primaryScreen().grabWindow(0).save(path)


if __name__ == "__main__":
    application = make_application()
    reporter = Reporter(int(sys.argv[1]), int(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))
