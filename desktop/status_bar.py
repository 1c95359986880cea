"""The status bar: provider and why, speed, context, memory.

Knows nothing about engines; it reads the session.
"""

from __future__ import annotations

import html

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from desktop import theme
from desktop.controls.numbers import format_count, format_decimal
from desktop.language import LANGUAGES
from desktop.phase import Phase
from desktop.session import Session


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
        self.setAccessibleName(self.tr("Status"))
        self.dot = ProviderDot()
        self.provider = self._label()
        self.speed = self._label()
        self.context = self._label()
        self.gauge = Gauge()
        self.gauge.setAccessibleName(self.tr("Share of the context that is used"))
        self.filled = self._label()
        self.memory = self._label()
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
            signal.connect(self._tell)
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

    def _label(self) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        return label

    @Slot()
    def _dress(self) -> None:
        for label in (self.provider, self.speed, self.context, self.filled, self.memory):
            label.setFont(theme.ui_font(13))
        self._tell()

    @Slot()
    def _tell(self) -> None:
        session = self._session
        self.provider.setText(self._provider_text())
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
            self.provider.setToolTip(detail.format(device=choice.device, threads=choice.threads))
        self.speed.setText(self._speed_text())
        self.speed.setVisible(not lost and bool(session.speed or session.first_token_ms))
        known = session.model is not None and not session.inside_only
        for widget in (self.context, self.gauge, self.filled):
            widget.setVisible(known)
        if session.model is not None:
            used, room = len(session.tokens), session.model.context
            self.context.setText(_soft(self.tr("context")))
            self.gauge.show_share(used / room if room else 0.0)
            self.filled.setText(_strong(format_count(used)) + _soft(f" / {format_count(room)}"))
        self.memory.setText(self._memory_text())
        self.memory.setVisible(session.status is not None)

    def _provider_text(self) -> str:
        session = self._session
        if session.phase is Phase.LOST:
            return _strong(self.tr("Engine not running"))
        if session.model is None:
            opening = self.tr("Opening the recording …")
            return _strong(opening if session.recorded else self.tr("Loading the model …"))
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
        return _strong(choice.name) + (_soft(f" · {reason}") if reason else "")

    def _speed_text(self) -> str:
        session, parts = self._session, []
        if session.speed:
            parts.append(_strong(format_decimal(session.speed, 1)) + _soft(" tok/s"))
        if session.first_token_ms:
            first = self.tr("first token {time} ms")
            parts.append(_soft(first.format(time=format_decimal(session.first_token_ms, 0))))
        return _soft(" · ").join(parts)

    def _memory_text(self) -> str:
        status = self._session.status
        if status is None:
            return ""
        if self._session.recorded:
            return _soft(self.tr("recording") + " ") + _strong(size_text(status.memory))
        engine = _soft(self.tr("engine") + " ") + _strong(size_text(status.memory))
        return engine + _soft(" · " + self.tr("captures") + " ") + _strong(size_text(status.captures))


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


def _strong(text: str) -> str:
    return f'<span style="color:{theme.current().text}">{html.escape(text)}</span>'


def _soft(text: str) -> str:
    return f'<span style="color:{theme.current().text_soft}">{html.escape(text)}</span>'
