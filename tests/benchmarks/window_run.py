"""Run as a program on a display: the real window with every panel writes replies, and what that costs is measured.

Usage: ``python -m tests.benchmarks.window_run PROMPT SEED ROUNDS``; one JSON object a round on stdout. Knows nothing
about what is made of the figures.

A round is three replies of the same tokens by the same engine: one that the window does not hear of, one that it
shows, and one that it shows while a heartbeat in its thread is timed. So the ratio of the first two is of one
moment, one process and one place in memory; the heartbeat itself costs speed and stays out of it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer, Slot

from desktop.application import apply_theme, make_application, palette_named, settle_memory
from desktop.archive import Archive
from desktop.session import Session
from desktop.window import Window
from inference.contract import ChatPrompt, Generate, Message, Stopped
from inference.process import EngineProcess
from inference.sampling.settings import SamplingSettings

BEAT_MS = 2
SIZE = (1720, 1060)
UNHEARD = 1_000_000
"""Number of the generations that the window does not hear of."""


class SharedEngine(EngineProcess):
    """An engine's process whose events can be kept from the window."""

    def __init__(self) -> None:
        super().__init__()
        self._unheard: Callable[[], None] | None = None
        self._notify: Callable[[], None] = lambda: None

    def on_arrival(self, notify: Callable[[], None]) -> None:
        """As the window wants it."""
        self._notify = notify
        super().on_arrival(self._tell)

    def _tell(self) -> None:
        (self._unheard or self._notify)()

    def write_unheard(self, prompt: str, seed: int) -> tuple[Stopped, float]:
        """Write a reply by the engine alone; how it ended, and the processor seconds of this process meanwhile."""
        loop, ends = QEventLoop(), list[Stopped]()
        waker = _Waker(loop)
        self._unheard = waker.arrived
        before = time.process_time()
        self.send(Generate(UNHEARD, ChatPrompt((Message("user", prompt),)), SamplingSettings(), seed))
        while not ends:
            loop.exec()
            ends += [event for event in self.receive() if isinstance(event, Stopped)]
        self._unheard = None
        return ends[0], time.process_time() - before


class _Waker(QObject):
    """Looks a few times a second whether a reply has ended: whoever waits for events takes the engine's time."""

    def __init__(self, loop: QEventLoop) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=100)
        self._timer.timeout.connect(loop.quit)
        self._timer.start()

    def arrived(self) -> None:
        """Nothing: the timer looks."""


class Heartbeat(QObject):
    """Beats in the window's thread while a reply is written, and notes how late it was.

    Args:
        session: of the window.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.wanted = False
        self.gaps_ms: list[float] = []
        """Between beats, on the clock."""
        self.work_ms: list[float] = []
        """Between beats, of this thread's processor time."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        session.tokens_appended.connect(self._start)
        session.stopped.connect(self._stop)

    @Slot()
    def _start(self) -> None:
        if self.wanted and not self._timer.isActive():
            self.gaps_ms, self.work_ms = [], []
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


class Bench:
    """The window, its engine, and replies one after the other.

    Args:
        prompt: what is said.
        seed: of all replies.
        folder: for what is remembered and kept.
    """

    def __init__(self, prompt: str, seed: int, folder: Path) -> None:
        self.prompt, self.seed = prompt, seed
        self.engines: list[SharedEngine] = []
        self.archive = Archive.at(folder / "conversations.sqlite")
        self.session = Session(self._start_engine, None, "cpu", archive=self.archive)
        self.session.change_seed(seed, False)
        self.session.model_changed.connect(settle_memory)
        memory = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.window = Window(self.session, memory)
        self.window.resize(*SIZE)
        self.heartbeat = Heartbeat(self.session)

    def _start_engine(self) -> SharedEngine:
        self.engines.append(SharedEngine())
        return self.engines[-1]

    def open(self) -> None:
        """Show the window with every panel, and wait until model and proof are there."""
        self.window.show()
        show_all_panels(self.window)
        loop = QEventLoop()
        self.session.proof_changed.connect(loop.quit)
        self.session.failed.connect(lambda failed: sys.exit(failed.what))
        self.session.start()
        while self.session.proof is None:
            loop.exec()

    def reply(self, *, timed: bool = False) -> tuple[Stopped, float]:
        """Have the window show a reply; how it ended, and the processor seconds of this process meanwhile."""
        self.heartbeat.wanted = timed
        loop, ends = QEventLoop(), list[Stopped]()
        self.session.stopped.connect(ends.append)
        self.session.stopped.connect(loop.quit)
        before = time.process_time()
        self.session.send(self.prompt)
        loop.exec()
        spent = time.process_time() - before
        self.session.stopped.disconnect(ends.append)
        settle(500)
        self.session.new_conversation()
        settle(200)
        return ends[0], spent

    def round(self) -> dict[str, float]:
        """Figures of one round."""
        alone, pipe_s = self.engines[-1].write_unheard(self.prompt, self.seed)
        settle(200)
        shown, shown_s = self.reply()
        self.reply(timed=True)
        gaps = sorted(self.heartbeat.gaps_ms)
        return {
            "tokens": shown.tokens,
            "alone_tokens_per_second": pace(alone),
            "tokens_per_second": pace(shown),
            "pipe_ms_per_token": pipe_s * 1000 / alone.tokens,
            "window_ms_per_token": shown_s * 1000 / shown.tokens,
            "longest_gap_ms": gaps[-1],
            "gap_p99_ms": gaps[len(gaps) * 99 // 100],
            "longest_work_ms": max(self.heartbeat.work_ms),
            "work_p99_ms": sorted(self.heartbeat.work_ms)[len(gaps) * 99 // 100],
            "work_share": sum(self.heartbeat.work_ms) / sum(gaps),
        }

    def close(self) -> None:
        """End everything."""
        self.window.close()
        self.archive.close()


def show_all_panels(window: Window) -> None:
    """Have every panel in sight: two above, the others below."""
    docks = list(window.panels.docks.values())
    for dock in docks:
        dock.show()
    window.splitDockWidget(docks[0], docks[1], Qt.Orientation.Vertical)
    for above, below in zip(docks, docks[2:], strict=False):
        window.splitDockWidget(above, below, Qt.Orientation.Horizontal)


def settle(interval_ms: int) -> None:
    """Let the window finish what it has to do."""
    loop = QEventLoop()
    QTimer.singleShot(interval_ms, loop.quit)
    loop.exec()


def pace(stopped: Stopped) -> float:
    """Tokens a second from the first token to the last."""
    return (stopped.tokens - 1) * 1000 / stopped.decode_ms


def main(prompt: str, seed: int, rounds: int, folder: Path) -> None:
    """Write a JSON object for every round."""
    make_application()
    apply_theme(palette_named("dark"))
    bench = Bench(prompt, seed, folder)
    bench.open()
    bench.reply()  # the first of a process pays for what the others find made
    for _ in range(rounds):
        print(json.dumps(bench.round()), flush=True)
    bench.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(folder))
