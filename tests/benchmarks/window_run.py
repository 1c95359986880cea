"""Run as a program on a display: the real window writes one reply while a heartbeat in its thread is measured.

Usage: ``python -m tests.benchmarks.window_run PROMPT SEED``; one JSON object on stdout. Knows nothing about what is
made of the figures.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Slot

from desktop.application import apply_theme, make_application, palette_named, settle_memory
from desktop.session import Session
from desktop.window import Window
from inference.contract import Stopped
from inference.process import start_engine

BEAT_MS = 2


class Heartbeat(QObject):
    """Beats in the window's thread while a reply is written, and notes how late it was.

    Args:
        session: of the window.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        """Between beats, on the clock."""
        self.work_ms: list[float] = []
        """Between beats, of this thread's processor time."""
        self._session = session
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        session.tokens_appended.connect(self._start)
        session.stopped.connect(self._stop)

    @Slot()
    def _start(self) -> None:
        if not self._timer.isActive():
            self._last = time.perf_counter(), time.thread_time()
            self._timer.start()

    @Slot()
    def _stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter(), time.thread_time()
        self.gaps_ms.append((now[0] - self._last[0]) * 1000)
        self.work_ms.append((now[1] - self._last[1]) * 1000)
        self._last = now


def main(prompt: str, seed: str, memory: Path) -> None:
    """Ask, wait for the end of the reply, and tell the figures."""
    application = make_application()
    apply_theme(palette_named("dark"))
    session = Session(start_engine, None, "cpu")
    session.change_seed(int(seed), False)
    session.model_changed.connect(settle_memory)
    window = Window(session, QSettings(str(memory / "window.ini"), QSettings.Format.IniFormat))
    heartbeat = Heartbeat(session)
    ends: list[Stopped] = []
    session.stopped.connect(ends.append)
    session.stopped.connect(application.quit)
    session.failed.connect(lambda failed: application.exit(1))
    window.show()
    session.start()
    session.send(prompt)
    status = application.exec()
    window.close()
    if status or not ends:
        sys.exit("the reply failed")
    gaps = sorted(heartbeat.gaps_ms)
    figures = {
        "tokens": ends[0].tokens,
        "tokens_per_second": (ends[0].tokens - 1) * 1000 / ends[0].decode_ms,
        "beats": len(gaps),
        "longest_gap_ms": gaps[-1],
        "gap_p99_ms": gaps[len(gaps) * 99 // 100],
        "longest_work_ms": max(heartbeat.work_ms),
        "work_share": sum(heartbeat.work_ms) / sum(gaps),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1], sys.argv[2], Path(folder))
