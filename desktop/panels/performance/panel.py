"""The performance panel: times of the newest reply, costs, limits, memory, layers, and other runs of the same reply.

Knows nothing about how anything is measured; figures and plots are its parts.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Literal

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.numbers import format_count
from desktop.newest_reply import newest_reply
from desktop.panels.empty_state import EmptyState
from desktop.panels.panel_body import put_below
from desktop.panels.performance import figures, wording
from desktop.panels.performance.export import performance_table
from desktop.panels.performance.figure_table import FigureTable
from desktop.panels.performance.layer_chart import LayerChart
from desktop.panels.performance.measuring import Measuring
from desktop.panels.performance.share_rows import ShareRows
from desktop.panels.performance.token_chart import TokenChart
from desktop.panels.performance.token_times import TokenTimes, WindowClock, times_of
from desktop.phase import Phase
from desktop.running_reply import PACE_TOKENS
from desktop.session import Session

FRAME_MS = 16
WRITING_MS = 250
"""Between two pictures while the model writes: it needs the processor more."""

_OPERATORS = 6


class PerformancePanel(QWidget):
    """Where the time went.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("performance")
        self.setAccessibleName(self.tr("Performance"))
        self._session = session
        self._clock = WindowClock()
        self.measuring = Measuring(session, self)
        self.about = ElidedLabel()
        self.measure = QPushButton(self.tr("Measure"))
        self.again = QPushButton(self.tr("Run again"))
        self.export = QPushButton(self.tr("Export"))
        self.empty = EmptyState()
        self.tokens = TokenChart()
        self.limits = ShareRows(self.tr("Against the limits of this machine"))
        self.memory = ShareRows(self.tr("Memory of the engine"))
        self.layers = LayerChart()
        self.operators = ShareRows(self.tr("Time of operators"))
        self.runs = FigureTable(self.tr("Runs of this reply"))
        self.not_measured = self._sentence()
        self.cuda = self._sentence()
        self.said = self._sentence("refusal")
        self.content = QWidget()
        self.menu = ExportMenu(
            "performance", self, table=lambda: performance_table(self.shown()), picture=self.content
        )
        self.run_menu = QMenu(self)
        self._frame = QTimer(self, singleShot=True)
        self._arrange()
        self._connect()
        self._dress()
        self._refresh()

    def shown(self) -> figures.Shown | None:
        """What is shown now, for exports; ``None`` where there is nothing."""
        model = self._session.model
        if model is None or not (times := self.times()).count:
            return None
        return figures.Shown(model, self._session.status, times, self.measuring)

    def times(self) -> TokenTimes:
        """Of the newest reply."""
        return times_of(self._session.steps, newest_reply(self._session), self._clock.ms)

    # ------------------------------------------------------------ Qt's virtual methods

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing from now on."""
        super().hideEvent(event)
        self._frame.stop()
        self._clock.pause()

    # ------------------------------------------------------------ from the session

    @Slot(int, int)
    def _take_tokens(self, start: int, stop: int) -> None:
        if self.isVisible():
            self._clock.take(start, stop)
            self._schedule()

    @Slot()
    def _take_reset(self) -> None:
        self._clock.clear()
        self._schedule()

    @Slot()
    def _take_phase(self) -> None:
        if self._session.phase is not Phase.WRITING:
            self._clock.pause()
        self._schedule()

    @Slot()
    def _schedule(self) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start(WRITING_MS if self._session.busy else FRAME_MS)

    # ------------------------------------------------------------ from a person

    @Slot()
    def _measure_or_stop(self) -> None:
        if self.measuring.running:
            self.measuring.stop()
        else:
            self.measuring.measure()

    @Slot()
    def _fill_run_menu(self) -> None:
        self.run_menu.clear()
        model = self._session.model
        if model is None:
            return
        present = model.provider
        for threads in thread_choices(os.cpu_count() or 1, present.threads):
            count = self.tr("{count} threads") if threads > 1 else self.tr("{count} thread")
            name = self.tr("On the CPU with {threads}").format(
                threads=count.format(count=format_count(threads))
            )
            self.run_menu.addAction(name, partial(self._compare, "cpu", threads, ""))
        on_gpu = self.run_menu.addAction(self.tr("On a GPU with CUDA"), partial(self._compare, "cuda", 0, ""))
        why_not = figures.no_gpu(model, self.measuring.cuda_refusal if self.measuring.gpu_missing else "")
        on_gpu.setEnabled(not why_not)
        on_gpu.setToolTip(why_not)
        on_gpu.setStatusTip(why_not)
        self.run_menu.addSeparator()
        for variant in model.report.variants:
            if variant.name != model.report.variant:
                name = self.tr("As variant {name}").format(name=variant.name)
                self.run_menu.addAction(name, partial(self._compare, "cpu", 0, variant.name))

    def _compare(self, provider: Literal["cpu", "cuda"], threads: int, variant: str) -> None:
        start, stop = newest_reply(self._session)
        steps = [self._session.steps.get(position) for position in range(start, stop)]
        self.measuring.compare(start, steps, provider, threads, variant)

    @Slot(int)
    def _choose(self, position: int) -> None:
        self._session.move_cursor(position)

    # ------------------------------------------------------------ showing

    @Slot()
    def _refresh(self) -> None:
        session, shown = self._session, self.shown()
        idle = shown is not None and not session.busy and not session.recorded
        running = self.measuring.running
        self.measure.setText(self.tr("Stop") if running else self.tr("Measure"))
        self.measure.setAccessibleName(
            self.tr("Stop measuring") if running else self.tr("Measure layers and machine")
        )
        self.measure.setEnabled(idle or running)
        self.again.setEnabled(idle and not running)
        self.export.setEnabled(shown is not None)
        self.about.say(self._headline(shown), "" if shown is None else self._span_of_speed())
        if shown is None:
            self.empty.say(self._why_empty())
            self._body.setCurrentWidget(self.empty)
            return
        self._body.setCurrentWidget(self._scroll)
        if idle and self.isVisible():
            self.measuring.count_costs(len(session.tokens))
        self.tokens.show_times(shown.times, session.cursor)
        self.limits.show_rows(figures.limit_rows(shown))
        self.memory.show_rows(figures.memory_rows(shown))
        self.layers.show_profile(self.measuring.profile)
        self.operators.show_rows(figures.operator_rows(shown, _OPERATORS))
        for widget in (self.layers, self.operators):
            widget.setVisible(self.measuring.profile is not None)
        self.not_measured.setVisible(self.measuring.profile is None)
        self.runs.show_columns(figures.row_names(), figures.run_columns(shown))
        self._say(self.cuda, figures.why_no_cuda(shown))
        self._say(self.said, self.measuring.refusal)

    def _headline(self, shown: figures.Shown | None) -> str:
        if self.measuring.running:
            return self._progress()
        if shown is None:
            return ""
        ms = shown.times.typical_ms
        sentence = self.tr("{rate} · {ms} a token · {count} tokens")
        return sentence.format(
            rate=wording.rate(ms), ms=wording.milliseconds(ms), count=format_count(shown.times.count)
        )

    def _span_of_speed(self) -> str:
        return self.tr(
            "The median over all tokens of the newest reply but its first. The status bar shows the mean over the "
            "last {count} tokens."
        ).format(count=format_count(PACE_TOKENS))

    def _progress(self) -> str:
        names = {
            "limits": self.tr("Measuring this machine"),
            "profile": self.tr("Profiling the model on this conversation"),
            "compare": self.tr("Running the reply again"),
        }
        progress = self.measuring.progress
        if progress is None:
            return self.tr("Opening the model a second time")
        name = names.get(progress.task, progress.task)
        return f"{name} · {100 * progress.done // max(progress.total, 1)} %"

    def _why_empty(self) -> str:
        if self._session.model is None:
            return self.tr(
                "Here you will see where the time of every token went, as soon as a model is loaded."
            )
        return self.tr(
            "Send a message: here you will see how long every token took and where that time went, and how far "
            "that is from what this machine can do."
        )

    def _say(self, label: QLabel, sentence: str) -> None:
        label.setText(sentence)
        label.setVisible(bool(sentence))

    # ------------------------------------------------------------ construction

    def _sentence(self, look: str = "faint") -> QLabel:
        label = QLabel()
        label.setProperty("look", look)
        label.setWordWrap(True)
        return label

    def _section(self, column: QVBoxLayout, title: str, *widgets: QWidget) -> None:
        heading = QLabel(title.upper())
        heading.setProperty("look", "section")
        column.addWidget(heading)
        for widget in widgets:
            column.addWidget(widget)
        column.addSpacing(theme.SPACE * 2)

    def _arrange(self) -> None:
        self.about.setProperty("look", "soft")
        self.measure.setToolTip(
            self.tr(
                "Open the model a second time, profile it on this conversation, and measure what this machine can do."
            )
        )
        self.again.setToolTip(
            self.tr("Read this reply again with other threads, on another device or in another precision.")
        )
        self.again.setMenu(self.run_menu)
        self.run_menu.setToolTipsVisible(True)
        self.again.setAccessibleName(self.tr("Run this reply again in another way"))
        self.export.setMenu(self.menu)
        self.export.setAccessibleName(self.tr("Copy or save the figures"))
        self.not_measured.setText(
            self.tr(
                "“Measure” shows how long every layer and every kind of operator takes, by the runtime’s profiler."
            )
        )
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        header.addWidget(self.about, 1)
        for button in (self.measure, self.again, self.export):
            header.addWidget(button)
        inner = QVBoxLayout(self.content)
        inner.setContentsMargins(0, 0, theme.SPACE * 2, 0)
        inner.setSpacing(theme.SPACE)
        self._section(inner, self.tr("Time of each token"), self.tokens)
        self._section(inner, self.limits.accessibleName(), self.limits)
        self._section(inner, self.memory.accessibleName(), self.memory)
        self._section(
            inner, self.tr("Time by layer and operator"), self.not_measured, self.layers, self.operators
        )
        self._section(inner, self.runs.accessibleName(), self.runs, self.cuda, self.said)
        inner.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._body = put_below(self, header, self.empty, self._scroll)

    def _connect(self) -> None:
        session = self._session
        self._frame.timeout.connect(self._refresh)
        session.tokens_appended.connect(self._take_tokens)
        session.tokens_reset.connect(self._take_reset)
        session.phase_changed.connect(self._take_phase)
        session.model_changed.connect(self._take_reset)
        for signal in (session.cursor_changed, session.status_changed, session.conversation_changed):
            signal.connect(self._schedule)
        self.measuring.changed.connect(self._schedule)
        self.measure.clicked.connect(self._measure_or_stop)
        self.run_menu.aboutToShow.connect(self._fill_run_menu)
        self.tokens.chosen.connect(self._choose)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))


def thread_choices(cores: int, present: int) -> list[int]:
    """Numbers of threads worth trying: powers of two up to all cores, all of them, and those in use."""
    powers = {2**power for power in range(cores.bit_length()) if 2**power <= cores}
    return sorted(powers | {cores, present})
