"""The timeline below the transcript: probability and entropy of every token, to be scrubbed through.

Knows nothing about engines; it moves the session's cursor and reads its numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.inked_line import InkedLine, Run, soft, strong
from desktop.controls.numbers import format_count
from desktop.phase import Phase
from desktop.session import Session
from desktop.transcript.facts import entropy_text, probability_text, quoted, rank_text

WRITING_MS = 150
"""Between two plots while the model writes and nobody scrubs: the model needs the processor more."""

GAP = "\u00a0\u00a0\u00a0 "
"""Between two facts."""

_PAD = 6
_HEIGHT = 52
_PAGE = 10
_MARK = 3
_BETWEEN_MARKS = 1
"""Height of a mark of guessed tokens, and the gap between two."""


class Timeline(QWidget):
    """A line of facts about the token at the cursor, and the plot.

    Args:
        session: what is shown.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.facts = InkedLine()
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.follow = QPushButton(self.tr("▶ Follow"))
        self.follow.setProperty("look", "link")
        self.follow.setCursor(Qt.CursorShape.PointingHandCursor)
        self.follow.setAccessibleName(self.tr("Follow the newest token"))
        self.follow.setToolTip(self.tr("Keep the cursor on the newest token (Ctrl+End)"))
        self.follow.clicked.connect(session.follow)
        self.plot = TimelinePlot(session)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.facts, 1)
        top.addWidget(self.follow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(top)
        column.addWidget(self.plot)
        self._turn = session.turns.turn(self._show)
        for signal in (
            session.cursor_changed,
            session.statistics_changed,
            session.tokens_reset,
            session.tokens_appended,
        ):
            signal.connect(self._renew)
        session.following_changed.connect(self._show)
        session.phase_changed.connect(self._show)
        theme.themed.connect(self._dress)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        self.facts.dress(theme.ui_font(13))
        self._tell()

    @Slot()
    def _renew(self) -> None:
        if not (self._session.following and self._session.phase is Phase.WRITING):
            self._turn.stop()
            self._show()
            return
        # The words cost next to nothing, and are of the token that the transcript shows.
        self._tell()
        if not self._turn.isActive():
            self._turn.start(WRITING_MS)

    @Slot()
    def _show(self) -> None:
        self._tell()
        self.plot.update()

    def _tell(self) -> None:
        session = self._session
        live = session.following and session.busy
        self.follow.setEnabled(not session.following and bool(session.tokens))
        if self.follow.property("live") is not live:
            self.follow.setText(self.tr("● live") if live else self.tr("▶ follow"))
            self.follow.setProperty("live", live)
            self.follow.style().unpolish(self.follow)
            self.follow.style().polish(self.follow)
        if not 0 <= session.cursor < len(session.tokens):
            said = self.tr("Every token’s probability and entropy appear here; drag to go through them.")
            said = self.facts.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, self.facts.width())
            self.facts.say([(said, "text_faint")])
            return
        at = session.cursor
        pairs = [
            (self.tr("token"), self._place(at)),
            ("", quoted(session, at)),
            (self.tr("p"), probability_text(session, at)),
            (self.tr("entropy"), entropy_text(session, at)),
            (self.tr("rank"), rank_text(session, at)),
        ]
        if session.guessed[at]:
            pairs.append(("", self.tr("guessed")))
        runs: list[Run] = []
        for name, value in self._fitting(pairs):
            runs += [soft(f"{GAP if runs else ''}{name} "), strong(value)]
        self.facts.say(runs)
        self.plot.setAccessibleDescription(", ".join(f"{name} {value}".strip() for name, value in pairs))

    def _fitting(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """As many facts as there is room for; the last are the first to go."""
        measure, room = self.facts.advance, self.facts.width()
        gap = measure(GAP)
        widths = np.cumsum([measure(f"{name} {value}") + gap for name, value in pairs]) - gap
        return pairs[: max(int(np.count_nonzero(widths <= room)), 1)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be room for more facts, or for fewer."""
        super().resizeEvent(event)
        self._tell()

    def _place(self, at: int) -> str:
        """Which token of its message it is, ``24 / 46``; outside messages its position."""
        for first, last in self._session.conversation.spans():
            if first <= at < last:
                return f"{format_count(at - first + 1)} / {format_count(last - first)}"
        return self.tr("{position} (template)").format(position=format_count(at))


class TimelinePlot(QWidget):
    """Two lines over all tokens; dragging and the arrow keys move the cursor.

    Args:
        session: what is shown.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(self.tr("Timeline of tokens"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (session.tokens_reset, session.tokens_appended):
            signal.connect(self._explain)
        session.conversation_changed.connect(self.update)
        theme.themed.connect(self.updateGeometry)
        theme.themed.connect(self.update)
        self._explain()

    @Slot()
    def _explain(self) -> None:
        said = self.tr(
            "Green: probability of each token. Amber: entropy of its distribution. Drag, or use ← and →."
        )
        if self._session.guessed.any():
            said += "\n" + self.tr(
                "Marked below the line: tokens that were guessed before they were written."
            )
        if said != self.toolTip():
            self.setToolTip(said)

    def sizeHint(self) -> QSize:
        """As high as two small lines need."""
        return QSize(200, theme.scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(80, theme.scaled(_HEIGHT))

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the grounds of replies, both lines and the cursor."""
        palette, session = theme.current(), self._session
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self._room()
        painter.setPen(QPen(theme.colour(palette.line), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        count = len(session.tokens)
        if count < 2:
            return
        self._paint_replies(painter, room)
        self._paint_guessed(painter, room)
        probabilities = np.exp(session.logprobs.astype(np.float64))
        entropies = session.entropies.astype(np.float64) / self._largest_entropy()
        self._paint_line(painter, room, entropies, theme.colour(palette.cursor, 0.8), highest=True)
        self._paint_line(painter, room, probabilities, theme.colour(palette.accent), highest=False)
        if session.cursor >= 0:
            x = self._x(session.cursor, room)
            painter.setPen(QPen(theme.colour(palette.text), 1))
            painter.drawLine(QPointF(x, room.top() - 3), QPointF(x, room.bottom() + 3))
            value = probabilities[session.cursor]
            if not np.isnan(value):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour(palette.accent))
                painter.drawEllipse(QPointF(x, room.bottom() - value * room.height()), 3.5, 3.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(palette.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_replies(self, painter: QPainter, room: QRectF) -> None:
        """A quiet ground below what the model wrote."""
        messages = self._session.messages
        ground = theme.colour(theme.current().surface)
        for message, (first, last) in zip(messages, self._session.conversation.spans(), strict=True):
            if message.role == "assistant" and last > first:
                left, right = self._x(first, room), self._x(last - 1, room)
                painter.fillRect(QRectF(left, room.top(), max(right - left, 1.0), room.height()), ground)

    def _paint_guessed(self, painter: QPainter, room: QRectF) -> None:
        """A mark below the line for every run of tokens that were guessed."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], self._session.guessed, [False]])))
        step = room.width() / max(len(self._session.tokens) - 1, 1)
        lefts = room.left() + (edges[::2] - 0.5) * step
        widths = np.maximum((edges[1::2] - edges[::2]) * step - _BETWEEN_MARKS, 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.current().text_soft))
        marks = zip(lefts.tolist(), widths.tolist(), strict=True)
        painter.drawRects([QRectF(left, room.bottom() + 2, width, _MARK) for left, width in marks])

    def _largest_entropy(self) -> float:
        known = self._session.entropies[~np.isnan(self._session.entropies)]
        return max(float(known.max(initial=0.0)), 4.0)

    def _paint_line(
        self, painter: QPainter, room: QRectF, values: NDArray[np.float64], colour: QColor, highest: bool
    ) -> None:
        """Draw values from 0 to 1, with a gap where they are unknown; of several on one pixel the telling one."""
        # Qt strokes a line of width 1 eighty times as fast as a wider one; twice side by side looks like 1.5.
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        positions, values = thinned(values, max(int(room.width() / 2), 1), highest)
        x = room.left() + positions * (room.width() / max(len(self._session.tokens) - 1, 1))
        y = room.bottom() - np.clip(values, 0.0, 1.0) * room.height()
        known = ~np.isnan(values)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]])))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            points = [
                QPointF(*point) for point in zip(x[first:last].tolist(), y[first:last].tolist(), strict=True)
            ]
            line = QPolygonF(points)
            painter.drawPolyline(line)
            painter.drawPolyline(line.translated(0.0, 0.5))

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)

    def _x(self, position: int, room: QRectF) -> float:
        return room.left() + position * room.width() / max(len(self._session.tokens) - 1, 1)

    # ------------------------------------------------------------ moving the cursor

    def _scrub(self, x: float) -> None:
        room = self._room()
        share = (x - room.left()) / max(room.width(), 1.0)
        if self._session.tokens:
            self._session.move_cursor(round(share * (len(self._session.tokens) - 1)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the token under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._scrub(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go through the tokens."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go one token on, Page keys ten, Home to the first and End to the newest."""
        session = self._session
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -_PAGE,
            Qt.Key.Key_PageDown: _PAGE,
        }
        if event.key() in steps:
            session.step_cursor(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            session.move_cursor(0)
        elif event.key() == Qt.Key.Key_End:
            session.follow()
        else:
            super().keyPressEvent(event)


def thinned(
    values: NDArray[np.float64], most: int, highest: bool
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """At most so many of the values, each the most telling of its neighbours.

    Args:
        values: ``float64 [n]``, NaN where unknown.
        most: how many there may be.
        highest: whether high values are telling; low ones otherwise.

    Returns:
        ``int64 [m]`` indices and ``float64 [m]`` values, NaN where a whole neighbourhood is unknown.
    """
    count = len(values)
    if count <= most:
        return np.arange(count), values
    size = -(-count // most)
    filler = -np.inf if highest else np.inf
    padded = np.full(-(-count // size) * size, filler)
    padded[:count] = np.where(np.isnan(values), filler, values)
    groups = padded.reshape(-1, size)
    chosen = groups.argmax(axis=1) if highest else groups.argmin(axis=1)
    indices = np.arange(len(groups)) * size + chosen
    found = groups[np.arange(len(groups)), chosen]
    return indices, np.where(np.isinf(found), np.nan, found)
