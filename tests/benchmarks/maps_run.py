"""Run as a program: how fast the attention panel shows long conversations of the default model is measured.

Usage: ``python -m tests.benchmarks.maps_run TOKENS…``; one JSON object a length on stdout. Knows nothing about what
is made of the figures.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, QTimer

from desktop.application import apply_theme, make_application, palette_named
from desktop.panels.attention import AttentionPanel
from desktop.phase import Phase
from desktop.session import Session
from inference.process import start_engine

SIZE = (900, 640)
WORDS = ("river", "stone", "light", "green", "water", "house", "night", "small", "story", "bread")
HEADS = 8
STEPS = 24
"""Of zooming in and out, and of panning."""

MORE = 30
"""Tokens of template and system prompt, about."""


class Bench:
    """The panel and its engine."""

    def __init__(self) -> None:
        self.session = Session(start_engine, None, "cpu")
        self.session.failed.connect(lambda failed: sys.exit(failed.what))
        self.panel = AttentionPanel(self.session)
        self.panel.resize(*SIZE)
        self.panel.show()
        self.session.start()
        self.until(lambda: self.session.proof is not None)

    def until(self, condition: Callable[[], bool], interval_ms: int = 50) -> None:
        """Wait for something, looking now and then."""
        loop = QEventLoop()
        timer = QTimer(interval=interval_ms)
        timer.timeout.connect(lambda: loop.quit() if condition() else None)
        timer.start()
        while not condition():
            loop.exec()

    def read(self, tokens: int) -> None:
        """Have a conversation of about so many tokens read."""
        self.session.new_conversation()
        self.session.tokens_appended.connect(self.session.stop)
        self.session.send(" ".join(WORDS[at * at % 97 % 10] for at in range(tokens - MORE)))
        self.until(lambda: self.session.phase is Phase.READY and len(self.session.steps) > 0)
        self.session.tokens_appended.disconnect(self.session.stop)
        self.until(lambda: not self.reading)

    @property
    def reading(self) -> bool:
        """Whether the panel waits for anything."""
        inquiries = (self.panel.tiles, self.panel.rows, self.panel.atlases)
        return any(reader._inquiry.pending for reader in inquiries)

    def heads(self) -> tuple[list[float], list[float]]:
        """Milliseconds from the wish to see a head, never seen before, to its whole picture."""
        watch = _Painted(self)
        return [watch.time_head(head) for head in range(HEADS)], watch.atlas()

    def moves(self) -> list[float]:
        """Milliseconds of each picture while zooming in, panning and zooming out."""
        chart, times = self.panel.map, []

        def step(move: Callable[[], None]) -> None:
            started = time.perf_counter()
            move()
            chart.repaint()
            times.append((time.perf_counter() - started) * 1000)
            self.pause(16)

        for _ in range(STEPS):
            step(lambda: chart.zoom(1.2, 100.0, 250.0))
        for _ in range(STEPS):
            step(lambda: chart._see(chart.view.panned(-31.0, -23.0)))
        for _ in range(STEPS):
            step(lambda: chart.zoom(1 / 1.2, 100.0, 250.0))
        return times

    def pause(self, interval_ms: int) -> None:
        """Let events be taken for a while."""
        loop = QEventLoop()
        QTimer.singleShot(interval_ms, loop.quit)
        loop.exec()


class _Painted(QObject):
    """Times from a wish to a picture."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._loop = QEventLoop()

    def time_head(self, head: int) -> float:
        bench, chart = self._bench, self._bench.panel.map
        bench.until(lambda: not bench.reading)
        bench.pause(100)
        bench.panel.tiles.arrived.connect(self._loop.quit)
        started = time.perf_counter()
        bench.session.choose_head(12, head)
        while True:
            self._loop.exec()
            if chart.missing() is None:
                break
        chart.repaint()
        spent = (time.perf_counter() - started) * 1000
        bench.panel.tiles.arrived.disconnect(self._loop.quit)
        return spent

    def atlas(self) -> list[float]:
        bench, times = self._bench, []
        atlases = bench.panel.atlases
        atlases.arrived.connect(self._loop.quit)
        for cells in (6, 24, 6, 24):
            # Another resolution: nothing that was read before can be kept.
            bench.until(lambda: not bench.reading)
            bench.pause(1100)
            started = time.perf_counter()
            atlases.want(bench.panel._row_count(), cells)
            self._loop.exec()
            bench.panel.atlas.repaint()
            times.append((time.perf_counter() - started) * 1000)
        atlases.arrived.disconnect(self._loop.quit)
        return times


def main(lengths: list[int]) -> None:
    """Write a JSON object for every length."""
    make_application()
    apply_theme(palette_named("dark"))
    bench = Bench()
    for tokens in lengths:
        bench.read(tokens)
        heads, atlas = bench.heads()
        figures = {
            "tokens": len(bench.session.tokens),
            "head_ms": heads,
            "atlas_ms": atlas,
            "move_ms": bench.moves(),
        }
        print(json.dumps(figures), flush=True)
    bench.session.close()


if __name__ == "__main__":
    main([int(tokens) for tokens in sys.argv[1:]])
