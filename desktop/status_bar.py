"""The status bar: provider and why, speed, context, memory.

Knows nothing about engines; it reads the session.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from desktop import theme
from desktop.controls.inked_line import InkedLine, Run, soft, strong
from desktop.controls.numbers import format_count, format_decimal
from desktop.language import LANGUAGES
from desktop.phase import Phase
from desktop.running_reply import PACE_TOKENS
from desktop.session import Session
from inference.contract import GpuMemory

WRITING_MS = 250
"""Between two changes of the figures while the model writes: more could not be read."""


class StatusLine(QWidget):
    """One line of figures.

    Args:
        session: what is shown.
        parent: the widget it lies in.
    """

    language_chosen = Signal(str)
    """Somebody wants the window to speak the language of this code."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._turn = session.turns.turn(self._tell)
        self.setAccessibleName(self.tr("Status"))
        self.dot = ProviderDot()
        self.provider = InkedLine()
        self.speed = InkedLine()
        self.context = InkedLine()
        self.gauge = Gauge()
        self.gauge.setAccessibleName(self.tr("Share of the context that is used"))
        self.filled = InkedLine()
        self.memory = InkedLine()
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.dot)
        row.addWidget(self.provider)
        row.addSpacing(4 * theme.SPACE)
        row.addWidget(self.speed)
        row.addSpacing(4 * theme.SPACE)
        row.addWidget(self.context)
        row.addWidget(self.gauge)
        row.addWidget(self.filled)
        row.addSpacing(4 * theme.SPACE)
        row.addWidget(self.memory)
        row.addStretch(1)
        row.addWidget(self._language_button())
        for signal in (
            session.phase_changed,
            session.model_changed,
            session.status_changed,
            session.tokens_reset,
        ):
            signal.connect(self._renew)
        theme.themed.connect(self._dress)
        self._dress()

    def _language_button(self) -> QToolButton:
        button = QToolButton()
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setAutoRaise(True)
        # The name of the language in force, said by its own translation.
        button.setText(self.tr("English") + " ▾")
        button.setProperty("look", "quiet")
        button.setAccessibleName(self.tr("Language"))
        button.setToolTip(self.tr("Language of the window"))
        menu = QMenu(button)
        for language in LANGUAGES:
            menu.addAction(language.name).setData(language.code)
        menu.triggered.connect(self._choose_language)
        button.setMenu(menu)
        return button

    @Slot(QAction)
    def _choose_language(self, action: QAction) -> None:
        self.language_chosen.emit(action.data())

    @Slot()
    def _dress(self) -> None:
        for label in (self.provider, self.speed, self.context, self.filled, self.memory):
            label.dress(theme.ui_font(13))
        self._tell()

    @Slot()
    def _renew(self) -> None:
        if self._session.phase is not Phase.WRITING:
            self._turn.stop()
            self._tell()
        elif not self._turn.isActive():
            self._turn.start(WRITING_MS)

    @Slot()
    def _tell(self) -> None:
        session = self._session
        self.provider.say(self._provider_text())
        choice = session.model.provider if session.model is not None else None
        palette = theme.current()
        healthy = choice is not None and choice.name != "CPU" and session.phase is not Phase.LOST
        lost = session.phase is Phase.LOST
        colour = palette.danger if lost else palette.accent if healthy else palette.warning
        self.dot.show_colour(palette.text_faint if session.recorded and not lost else colour)
        if choice is not None:
            detail = self.tr("{device}, {threads} threads") if choice.name == "CPU" else "{device}"
            if session.recorded:
                detail = self.tr(
                    "No model runs. What is shown was computed on {device} when it was recorded."
                )
            device = detail.format(device=choice.device, threads=choice.threads)
            self.provider.setToolTip("\n".join((device, *choice.notes)))
        self.speed.say(self._speed_text())
        self.speed.setToolTip(
            self.tr(
                "Tokens a second: the mean over the last {count} tokens; Performance shows the median over the whole "
                "reply.\nFirst token: from sending to its arrival."
            ).format(count=format_count(PACE_TOKENS))
        )
        self.speed.setVisible(not lost and bool(session.speed or session.first_token_ms))
        known = session.model is not None and not session.inside_only
        for widget in (self.context, self.gauge, self.filled):
            widget.setVisible(known)
        if session.model is not None:
            used, room = len(session.tokens), session.model.context
            self.context.say([soft(self.tr("context"))])
            self.gauge.show_share(used / room if room else 0.0)
            self.filled.say([strong(format_count(used)), soft(f" / {format_count(room)}")])
        self.memory.say(self._memory_text())
        self.memory.setToolTip(self._memory_detail())
        self.memory.setVisible(session.status is not None)

    def _provider_text(self) -> list[Run]:
        session = self._session
        if session.phase is Phase.LOST:
            return [strong(self.tr("Engine not running"))]
        if session.model is None:
            opening = self.tr("Opening the recording …")
            return [strong(opening if session.recorded else self.tr("Loading the model …"))]
        choice = session.model.provider
        known = {
            "no CUDA driver found": self.tr("no CUDA driver found"),
            "chosen": self.tr("chosen"),
            "GPU found": self.tr("GPU found"),
            "the GPU has too little memory for this model": self.tr(
                "the GPU has too little memory for this model"
            ),
            "recorded": self.tr("recorded"),
            "nothing runs": self.tr("nothing runs: the file is only looked into"),
        }
        reason = known.get(choice.reason, choice.reason)
        short = re.fullmatch(r"(.+), with room for a context of ([\d,]+) tokens", choice.reason)
        if short is not None:
            why = self.tr("{reason}, with room for a context of {count} tokens")
            count = format_count(int(short[2].replace(",", "")))
            reason = why.format(reason=known.get(short[1], short[1]), count=count)
        return [strong(choice.name), soft(f" · {reason}")] if reason else [strong(choice.name)]

    def _speed_text(self) -> list[Run]:
        session = self._session
        runs = []
        if session.speed:
            runs += [strong(format_decimal(session.speed, 1)), soft(" tok/s")]
            if session.guessed_share:
                guessed = self.tr("{share} % guessed")
                share = format_decimal(100 * session.guessed_share, 0)
                runs.append(soft(" · " + guessed.format(share=share)))
        if session.first_token_ms:
            first = self.tr("first token {time} ms").format(time=format_decimal(session.first_token_ms, 0))
            runs.append(soft(f" · {first}" if runs else first))
        return runs

    def _memory_text(self) -> list[Run]:
        status = self._session.status
        if status is None:
            return []
        if self._session.recorded:
            return [soft(self.tr("recording") + " "), strong(size_text(status.memory))]
        runs = [
            soft(self.tr("engine") + " "),
            strong(size_text(status.memory)),
            soft(" · " + self.tr("captures") + " "),
            strong(size_text(status.captures)),
        ]
        if status.gpu is not None:
            used, total = size_text(status.gpu.used), size_text(status.gpu.total)
            runs.append(soft(" · " + self.tr("GPU") + " "))
            runs.append(strong(self.tr("{used} of {total}").format(used=used, total=total)))
        return runs

    def _gpu_detail(self, gpu: GpuMemory) -> str:
        free = size_text(gpu.total - gpu.used)
        if gpu.engine is None:
            return self.tr("{free} of the GPU's memory are free.").format(free=free)
        engine = size_text(gpu.engine)
        return self.tr("The engine has {engine} of the GPU's memory; {free} are free.").format(
            engine=engine, free=free
        )

    def _memory_detail(self) -> str:
        status = self._session.status
        if status is None or self._session.recorded:
            return ""
        lines = [
            self.tr("Key/value cache {size}").format(size=size_text(status.cache)),
            self.tr("Captured to look inside {size}").format(size=size_text(status.captures)),
        ]
        if status.capture_budget is None:
            lines[1] += ", " + self.tr("all of it kept")
        else:
            lines[1] += ", " + self.tr("at most {size}").format(size=size_text(status.capture_budget))
        if status.kept_from:
            dropped = self.tr("The first {count} tokens are computed again when you look at them.")
            lines.append(dropped.format(count=format_count(status.kept_from)))
        if status.gpu is not None:
            lines.append(self._gpu_detail(status.gpu))
        return "\n".join(lines)


class ProviderDot(QWidget):
    """A dot: amber for a processor, green for an accelerator, red without an engine, grey for a recording."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = theme.current().warning

    def show_colour(self, colour: str) -> None:
        """Have another colour."""
        self._colour = colour
        self.update()

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(9, 9)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return QSize(9, 9)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._colour))
        room = QRectF(self.rect())
        painter.drawEllipse(room.center(), 4.0, 4.0)


class Gauge(QWidget):
    """A thin bar that is filled so far."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0

    def show_share(self, share: float) -> None:
        """Fill it so far, from 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as a word."""
        return QSize(theme.scaled(80), theme.scaled(10))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar; amber when little room is left."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(0, self.height() / 2 - 2.5, self.width(), 5)
        painter.setBrush(theme.colour(palette.line))
        painter.drawRoundedRect(bar, 2.5, 2.5)
        if self._share > 0:
            bar.setWidth(max(self.width() * self._share, 5.0))
            painter.setBrush(theme.colour(palette.warning if self._share > 0.9 else palette.accent))
            painter.drawRoundedRect(bar, 2.5, 2.5)


def size_text(size: int) -> str:
    """Bytes for people, in powers of ten as memory is sold."""
    if size >= 1_000_000_000:
        return format_decimal(size / 1e9, 2) + " GB"
    return format_decimal(size / 1e6, 0 if size >= 10_000_000 else 1) + " MB"
