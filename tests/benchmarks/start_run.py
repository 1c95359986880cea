"""Run as a program on a display: Vitrine starts as its `main` starts it, writes one reply, and is left alone.

Usage: ``python -m tests.benchmarks.start_run BEGAN PROMPT``, with `time.monotonic` of the moment before; one JSON
object on stdout. Knows nothing about what is made of the figures.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any

import psutil
from PySide6.QtCore import QEvent, QObject, QTimer, Slot

from desktop.application import make_application
from desktop.main import main
from desktop.window import Window

SETTLE_MS, IDLE_MS = 13_000, 5000


class Watch(QObject):
    """Notes when the window was painted and the model was ready; then has it reply, and looks at it being idle.

    Args:
        began: `time.monotonic` before the program was started.
        prompt: what is asked.
    """

    def __init__(self, began: float, prompt: str) -> None:
        super().__init__()
        self._began, self._prompt = began, prompt
        self._window: Window | None = None
        self.figures: dict[str, Any] = {}
        self._timers: Counter[str] = Counter()
        self._until = 0.0
        self._application = make_application()
        self._application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Find the window when it is painted for the first time; note timers that fire later."""
        if self._window is None:
            if event.type() == QEvent.Type.Paint and isinstance(watched, Window):
                self._window = watched
                QTimer.singleShot(0, self._painted)
        elif event.type() == QEvent.Type.Timer and time.monotonic() < self._until:
            self._timers[type(watched).__name__] += 1
        return False

    @Slot()
    def _painted(self) -> None:
        assert self._window is not None
        self.figures["visible_s"] = time.monotonic() - self._began
        self.figures["visible_processor_s"] = time.process_time()
        self._application.removeEventFilter(self)
        session = self._window.session
        session.model_changed.connect(self._ready)
        session.stopped.connect(self._stopped)

    @Slot()
    def _ready(self) -> None:
        assert self._window is not None
        session = self._window.session
        if session.model is None or "ready_s" in self.figures:
            return
        self.figures["ready_s"] = time.monotonic() - self._began
        session.send(self._prompt)

    @Slot()
    def _stopped(self) -> None:
        QTimer.singleShot(SETTLE_MS, self._rest)

    @Slot()
    def _rest(self) -> None:
        assert self._window is not None
        self._application.installEventFilter(self)
        # The timer that ends this is not among those that are noted.
        self._until = time.monotonic() + IDLE_MS * 0.95 / 1000
        self._before = [self._used(process) for process in self._processes()]
        self._window_began = time.monotonic()
        QTimer.singleShot(IDLE_MS, self._end)

    @Slot()
    def _end(self) -> None:
        seconds = time.monotonic() - self._window_began
        after = [self._used(process) for process in self._processes()]
        self.figures["timers"] = dict(self._timers)
        self.figures["idle"] = {
            name: {"cpu_share": (used - earlier) / seconds, "wakings_per_s": (woken - before) / seconds}
            for (name, earlier, before), (_, used, woken) in zip(self._before, after, strict=True)
        }
        assert self._window is not None
        self._window.close()

    @staticmethod
    def _processes() -> list[psutil.Process]:
        own = psutil.Process()
        return [own, *own.children(recursive=True)]

    @staticmethod
    def _used(process: psutil.Process) -> tuple[str, float, int]:
        times = process.cpu_times()
        return str(process.pid), times.user + times.system, process.num_ctx_switches().voluntary


if __name__ == "__main__":
    watch = Watch(float(sys.argv[1]), sys.argv[2])
    status = main([])
    print(json.dumps(watch.figures))
    sys.exit(status)
