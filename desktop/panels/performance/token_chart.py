"""One column for each token of a reply: how long it took, by what took it.

Knows nothing about the session; it shows times and says which token was chosen.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.panels.performance import wording
from desktop.panels.performance.painting import nice_limit, paint_legend, paint_scale, series_colours
from desktop.panels.performance.token_times import TokenTimes

_HEIGHT = 132
_MARGIN = 50
_OUTLIERS = 0.02
"""Share of the columns that may reach beyond the scale, so that one slow token does not flatten all others."""


class TokenChart(QWidget):
    """Stacked columns, the cursor among them; a click or the arrow keys choose a token.

    Args:
        parent: the widget it lies in.
    """

    chosen = Signal(int)
    """The position of a token."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Time of every token of the reply"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._times = TokenTimes(0, np.zeros((4, 0)))
        self._cursor = -1
        theme.themed.connect(self.updateGeometry)
        theme.themed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as columns need."""
        return QSize(300, theme.scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(120, theme.scaled(_HEIGHT))

    def show_times(self, times: TokenTimes, cursor: int) -> None:
        """Show a reply.

        Args:
            times: of its tokens.
            cursor: position of the token that is looked at.
        """
        self._times, self._cursor = times, cursor
        self.setAccessibleDescription(self.describe(cursor))
        self.update()

    def describe(self, position: int) -> str:
        """What is known of a token's time, in one line; empty for a token of something else."""
        index = position - self._times.start
        if not 0 <= index < self._times.count:
            return ""
        ms = self._times.ms[:, index]
        parts = [
            f"{name} {wording.milliseconds(value)}"
            for name, value in zip(wording.kind_names(), ms, strict=True)
        ]
        whole = wording.milliseconds(float(self._times.token_ms[index]))
        sentence = self.tr("Token {number}: {whole} ({parts})")
        return sentence.format(number=format_count(index + 1), whole=whole, parts=", ".join(parts))

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale, columns, cursor and legend."""
        palette, painter = theme.current(), QPainter(self)
        head = QRectF(0, 0, self.width(), theme.scaled(18))
        paint_legend(painter, head, wording.kind_names(), series_colours())
        room = self._room()
        columns, size = self._columns(room)
        # The window works beside the engine, and stands on top of what that took.
        heights = np.nan_to_num(columns).sum(axis=0)
        limit = nice_limit(float(np.quantile(heights, 1 - _OUTLIERS)) * 1.1 if heights.size else 1.0)
        paint_scale(painter, room, limit, wording.milliseconds(limit))
        width = room.width() / max(columns.shape[1], 1)
        gap = 1.0 if width >= 4 else 0.0
        bottom = np.full(columns.shape[1], 0.0)
        for row, colour in zip(np.nan_to_num(columns), series_colours(), strict=True):
            top = np.minimum(bottom + row, limit * 1.04)
            for index in np.flatnonzero(top > bottom).tolist():
                low, high = bottom[index] / limit * room.height(), top[index] / limit * room.height()
                x = room.left() + index * width
                painter.fillRect(QRectF(x, room.bottom() - high, max(width - gap, 0.5), high - low), colour)
            bottom = top
        index = self._cursor - self._times.start
        if 0 <= index < self._times.count:
            x = room.left() + (index // size + 0.5) * width
            painter.setPen(QPen(theme.colour(palette.text), 1))
            painter.drawLine(int(x), int(room.top()) - 4, int(x), int(room.bottom()))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour(palette.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _columns(self, room: QRectF) -> tuple[np.ndarray, int]:
        """``float64 [4, columns]`` and how many tokens each is the mean of, so that none is thinner than a pixel."""
        count = self._times.count
        size = max(1, -(-count // max(int(room.width()), 1)))
        if size == 1:
            return self._times.ms, 1
        padded = np.full((4, -(-count // size) * size), np.nan)
        padded[:, :count] = self._times.ms
        groups = padded.reshape(4, -1, size)
        known = np.maximum((~np.isnan(groups)).sum(axis=2), 1)
        return np.nansum(groups, axis=2) / known, size

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(theme.scaled(_MARGIN), theme.scaled(26), -2, -4)

    # ------------------------------------------------------------ choosing

    def position_at(self, point: QPoint) -> int:
        """The position of the token under a point; -1 where there is none."""
        room, count = self._room(), self._times.count
        if not count or not room.left() <= point.x() <= room.right():
            return -1
        columns, size = self._columns(room)
        column = int((point.x() - room.left()) / room.width() * columns.shape[1])
        return self._times.start + min(column * size, count - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the token under the pointer."""
        self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go through the tokens."""
        self._choose(event)

    def _choose(self, event: QMouseEvent) -> None:
        position = self.position_at(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and position >= 0:
            self.chosen.emit(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go one token on, Home and End to the first and the last."""
        first, last = self._times.start, self._times.start + self._times.count - 1
        places = {
            Qt.Key.Key_Left: self._cursor - 1,
            Qt.Key.Key_Right: self._cursor + 1,
            Qt.Key.Key_Home: first,
            Qt.Key.Key_End: last,
        }
        if event.key() in places and self._times.count:
            self.chosen.emit(min(max(places[Qt.Key(event.key())], first), last))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell the times of the token under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.describe(self.position_at(event.pos())), self)
            return True
        return super().event(event)
