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
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop.application import make_application
from desktop.main import main
from desktop.window import Window
from inference.contract import Failed, Stopped
from tests.end_to_end.places import PLACES
from tests.end_to_end.sights import SIGHTS, state_of

LOOK_MS = 20
"""How often the state is looked at."""


class Reporter(QObject):
    """Tells what the session of the main window holds, and where things are on the screen."""

    def __init__(self, writing: int, reading: int) -> None:
        super().__init__()
        self._writing = writing
        self._reading = os.fdopen(reading, "rb", buffering=0)
        self._window: Window | None = None
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
        if self._window is None:
            self._window = window
            window.session.failed.connect(self._note_failed)
            window.session.stopped.connect(self._note_stopped)
            window.session.went_back.connect(self._note_returned)
        happened = {"failed": self._failed, "stopped": self._stopped, "returned": self._returned}
        told = json.dumps({"state": {**state_of(window), **happened}})
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

    @Slot()
    def _answer(self) -> None:
        line = self._reading.readline()
        if not line:
            self._notifier.setEnabled(False)
            return
        question, *arguments = json.loads(line)
        answers = {**PLACES, **SIGHTS}
        self._write(json.dumps({"answer": answers[question](self._window, *arguments)}))

    def _write(self, line: str) -> None:
        os.write(self._writing, line.encode() + b"\n")


def main_window() -> Window | None:
    """The program's window, once it is shown."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Window) and widget.isVisible():
            return widget
    return None


if __name__ == "__main__":
    application = make_application()
    reporter = Reporter(int(sys.argv[1]), int(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))
