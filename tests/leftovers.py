"""Finds what a test left behind: threads, child processes, windows, lines in the log.

Knows nothing about pytest.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
import time
from types import TracebackType

import psutil

PATIENCE_S = 5.0
"""How long something may take to end by itself."""

_SERVANTS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Processes that Python keeps for later ones; they end with this one."""

_PASSING = ("QTipLabel",)
"""Windows that Qt opens and closes by itself."""


class Snapshot:
    """The threads, child processes and top-level widgets of now."""

    def __init__(self) -> None:
        self._threads = set(threading.enumerate())
        self._children = {child.pid for child in psutil.Process().children()}
        self._widgets = {id(widget) for widget in _top_level_widgets()}

    def left_behind(self) -> list[str]:
        """What is there now, was not then, and does not go away within `PATIENCE_S`; one line each."""
        deadline = time.monotonic() + PATIENCE_S
        return [*self._new_threads(deadline), *self._new_children(deadline), *self._new_widgets()]

    def _new_threads(self, deadline: float) -> list[str]:
        new = [thread for thread in threading.enumerate() if thread not in self._threads]
        for thread in new:
            thread.join(max(0.0, deadline - time.monotonic()))
        return [f"thread “{thread.name}”" for thread in new if thread.is_alive()]

    def _new_children(self, deadline: float) -> list[str]:
        new = [child for child in psutil.Process().children() if child.pid not in self._children]
        lines = {child.pid: line for child in new if (line := _command_line(child))}
        waited = [
            child for child in new if not any(servant in lines.get(child.pid, "") for servant in _SERVANTS)
        ]
        _, alive = (
            psutil.wait_procs(waited, timeout=max(0.0, deadline - time.monotonic())) if waited else ([], [])
        )
        return [f"process {child.pid} “{lines[child.pid]}”" for child in alive if child.pid in lines]

    def _new_widgets(self) -> list[str]:
        if not self._remaining():
            return []
        from PySide6.QtCore import QCoreApplication, QEvent

        # Cycles of Python objects keep widgets alive, and deleteLater waits for an event loop.
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return [f"window {widget!r}" for widget in self._remaining()]

    def _remaining(self) -> list[object]:
        return [
            widget
            for widget in _top_level_widgets()
            if id(widget) not in self._widgets and type(widget).__name__ not in _PASSING
        ]


class LogWatch(logging.Handler):
    """Collects what is logged as a warning or worse while it is entered."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(f"log line “{record.levelname} {record.name}: {record.getMessage()}”")

    def __enter__(self) -> LogWatch:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger().removeHandler(self)


def _top_level_widgets() -> list[object]:
    # A test that has nothing to do with Qt need not wait for its import.
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    return list(widgets.QApplication.topLevelWidgets())


def _command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
