"""The plot over the text: for every token of a reply a line for each format, and below it where tokens flip.

Knows nothing about the session; it shows runs and says which token was pointed at or chosen.

Divergences of formats lie decades apart, so their scale is logarithmic; probabilities go from 0 to 100 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_count, power_of_ten
from desktop.panels.precision.line_points import dashed, share_on_scale, thinned_line
from desktop.panels.precision.looks import dash_lengths, format_colour, format_pen
from desktop.plots.axis_labels import COLUMN_ANGLE, column_gutter, thinned
from inference.precision.contract import REFERENCE, DoubleArray, FormatName, FormatRun

Measure = Literal["divergence", "probability"]

FLOOR = 1e-7
"""Nats: smaller divergences are drawn at the bottom."""

_LANE = 12
_LEAST_PITCH = 2.5
"""Pixels from one point of a line to the next at least."""
_LEFT, _RIGHT = 44, 44


class FormatChart(QWidget):
    """Lines and lanes; the pointer tells of tokens, a click or the arrow keys choose one.

    Args:
        parent: the widget it lies in.
    """

    pointed = Signal(int)
    """The position of the token under the pointer, -1 for none."""

    chosen = Signal(int)
    """The position of a token."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Formats over the text of the reply"))
        self._runs: Mapping[FormatName, FormatRun] = {}
        self._measure: Measure = "divergence"
        self._label: Callable[[int], str] = str
        self._start = self._count = 0
        self._cursor = self._pointed = -1
        self._strong: FormatName | None = None
        theme.themed.connect(self.updateGeometry)
        theme.themed.connect(self.update)

    def name_tokens(self, label: Callable[[int], str]) -> None:
        """Say what is written below a position."""
        self._label = label

    def show_runs(self, runs: Mapping[FormatName, FormatRun], start: int, count: int, cursor: int) -> None:
        """Show a reply.

        Args:
            runs: by format; the same object may have grown.
            start: position of the reply's first token.
            count: of its tokens.
            cursor: position of the token that is looked at.
        """
        self._runs, self._start, self._count, self._cursor = dict(runs), start, count, cursor
        self.update()

    def show_as(self, other: FormatChart) -> None:
        """Show what another one shows; nothing is pointed at."""
        self._measure, self._label, self._strong = other._measure, other._label, other._strong
        self.show_runs(other._runs, other._start, other._count, other._cursor)

    def show_measure(self, measure: Measure) -> None:
        """Draw the divergence from the reference, or the probability of the tokens that were written."""
        self._measure = measure
        self.update()

    def emphasize(self, name: FormatName | None) -> None:
        """Draw one format before all others."""
        self._strong = name
        self.update()

    @property
    def has_lines(self) -> bool:
        """Whether there is any line to be seen."""
        return bool(self._shown())

    def sizeHint(self) -> QSize:
        """A wide plot."""
        return QSize(theme.scaled(560), theme.scaled(300))

    def minimumSizeHint(self) -> QSize:
        """As low as can be read."""
        return QSize(theme.scaled(240), theme.scaled(190))

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale, cursor, lines, lanes, tokens."""
        if not self._count:
            return
        painter = QPainter(self)
        room = self._room()
        self._paint_scale(painter, room)
        self._paint_cursor(painter, room)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = sorted(self._shown(), key=lambda name: name == self._strong)
        for name in names:
            self._paint_line(painter, room, name)
        self._paint_ends(painter, room)
        self._paint_lanes(painter, room)
        self._paint_tokens(painter, room)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(theme.current().accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _shown(self) -> list[FormatName]:
        """Formats that have a line: the reference is not apart from itself."""
        return [name for name in self._runs if self._measure == "probability" or name != REFERENCE]

    def _compared(self) -> list[FormatName]:
        return [name for name in self._runs if name != REFERENCE]

    def _values(self, name: FormatName) -> DoubleArray:
        run = self._runs[name]
        return run.divergence if self._measure == "divergence" else np.exp(run.logprobs)

    def _decades(self) -> tuple[float, float]:
        """Logarithms of the ends of the scale of divergences."""
        found = [run.divergence for name, run in self._runs.items() if name != REFERENCE]
        finite = [one[np.isfinite(one) & (one > 0)] for one in found]
        every = np.concatenate(finite) if finite else np.ones(0)
        if not every.size:
            return -4.0, 0.0
        # A few that are hardly apart at all would flatten all others.
        low = math.floor(math.log10(max(float(np.quantile(every, 0.02)), FLOOR)))
        high = math.ceil(math.log10(max(float(every.max()), FLOOR * 10)))
        return float(low), float(max(high, low + 2))

    def _height(self, values: DoubleArray) -> DoubleArray:
        """Shares of the height, from 0 to 1."""
        if self._measure == "probability":
            return values
        return share_on_scale(values, *self._decades())

    def _paint_scale(self, painter: QPainter, room: QRectF) -> None:
        palette = theme.current()
        if self._measure == "probability":
            ticks = [(f"{percent} %", percent / 100) for percent in (0, 25, 50, 75, 100)]
            title = self.tr("probability of the token that was written")
        else:
            low, high = self._decades()
            step = max(1, math.ceil((high - low) / max(room.height() / theme.scaled(22), 1)))
            powers = range(int(low), int(high) + 1, step)
            ticks = [(power_of_ten(power), (power - low) / (high - low)) for power in powers]
            title = self.tr("divergence from FP32, nats")
        painter.setFont(theme.ui_font(10))
        for text, share in ticks:
            y = round(room.bottom() - share * room.height()) + 0.5
            painter.setPen(QPen(theme.colour(palette.line), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(theme.colour(palette.text_faint))
            place = QRectF(0, y - 8, room.left() - theme.SPACE * 1.5, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(theme.colour(palette.text_soft))
        above = QRectF(room.left(), 0, room.width(), room.top() - 2)
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)

    def _paint_cursor(self, painter: QPainter, room: QRectF) -> None:
        palette, bottom = theme.current(), room.bottom() + self._lanes_height()
        for position, ink in ((self._pointed, palette.text_faint), (self._cursor, palette.cursor)):
            index = position - self._start
            if 0 <= index < self._count:
                x = round(self._x(room, index)) + 0.5
                painter.setPen(QPen(theme.colour(ink), 1))
                painter.drawLine(QPointF(x, room.top()), QPointF(x, bottom))

    def _paint_line(self, painter: QPainter, room: QRectF, name: FormatName) -> None:
        most = int(room.width() / _LEAST_PITCH)
        places, values = thinned_line(self._values(name), most, largest=self._measure == "divergence")
        x = room.left() + (places + 0.5) * room.width() / self._count
        y = room.bottom() - self._height(values) * room.height()
        quiet = self._strong is not None and name != self._strong
        painter.setOpacity(0.3 if quiet else 1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = format_pen(name, 1.25 if name == self._strong else 1.0)
        if not dash_lengths(name):
            # Pieces meet without a notch.
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        pen.setStyle(Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        if len(x) == 1:
            painter.drawEllipse(QPointF(x[0], y[0]), 3, 3)
        painter.drawLines([QLineF(*piece) for piece in dashed(x, y, dash_lengths(name))])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(format_colour(name))
        for position in {self._cursor, self._pointed}:
            index = position - self._start
            if 0 <= index < len(self._runs[name].logprobs):
                height = float(self._height(self._values(name)[index : index + 1])[0])
                painter.drawEllipse(
                    QPointF(self._x(room, index), room.bottom() - height * room.height()), 3.2, 3.2
                )
        painter.setOpacity(1.0)

    def _paint_ends(self, painter: QPainter, room: QRectF) -> None:
        """Write each format's name where its line ends, as far apart as names need."""
        line = theme.scaled(12)
        ends = []
        for name in self._shown():
            tail = self._height(self._values(name)[-1:])
            ends.append((room.bottom() - float(tail[0]) * room.height(), name))
        ends.sort()
        places = [y for y, _ in ends]
        for index in range(1, len(places)):
            places[index] = max(places[index], places[index - 1] + line)
        low = room.bottom() + line / 2
        for index in range(len(places) - 1, -1, -1):
            places[index] = min(places[index], low)
            low = places[index] - line
        painter.setFont(theme.ui_font(10))
        for y, (_, name) in zip(places, ends, strict=True):
            painter.setPen(format_colour(name))
            place = QRectF(room.right() + theme.SPACE * 1.5, y - line / 2, theme.scaled(_RIGHT), line)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
            painter.drawText(place, int(flags), name)

    def _paint_lanes(self, painter: QPainter, room: QRectF) -> None:
        """A lane for each format, with a mark at each token that flips."""
        reference = self._runs.get(REFERENCE)
        if reference is None:
            return
        palette, lane = theme.current(), theme.scaled(_LANE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(theme.ui_font(9))
        top = room.bottom() + theme.scaled(8)
        for row, name in enumerate(self._compared()):
            y = top + row * lane
            painter.setPen(theme.colour(palette.text_faint))
            place = QRectF(0, y - 2, room.left() - theme.SPACE * 1.5, lane + 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            painter.fillRect(QRectF(room.left(), y + lane / 2, room.width(), 1), theme.colour(palette.line))
            width = max(min(room.width() / self._count - 1, theme.scaled(8)), 2.0)
            flips = np.flatnonzero(self._runs[name].flipped(reference))
            # Marks that would lie on each other are one.
            places = np.unique(np.rint(room.left() + (flips + 0.5) * room.width() / self._count - width / 2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(format_colour(name))
            painter.drawRects([QRectF(x, y + 1, width, lane - 2) for x in places.tolist()])
        painter.setPen(theme.colour(palette.text_faint))
        if not self._compared():
            return
        place = QRectF(room.right() + theme.SPACE * 1.5, top - 2, theme.scaled(_RIGHT), lane * 2)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.tr("flips"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_tokens(self, painter: QPainter, room: QRectF) -> None:
        palette, pitch = theme.current(), room.width() / self._count
        font = theme.mono_font(10)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        kept = [one - self._start for one in (self._pointed, self._cursor) if one >= self._start]
        least = metrics.height() * 1.05
        bottom = room.bottom() + self._lanes_height() + theme.SPACE * 1.5
        length = (self.height() - bottom) / math.sin(math.radians(COLUMN_ANGLE)) - metrics.height() / 2
        for index in thinned(0, self._count, pitch, least, kept[:1]):
            position = self._start + index
            ink = palette.cursor if position == self._cursor else palette.text_soft
            painter.save()
            painter.setPen(theme.colour(palette.text if position == self._pointed else ink))
            painter.translate(QPointF(self._x(room, index), bottom))
            painter.rotate(COLUMN_ANGLE)
            text = metrics.elidedText(self._label(position), Qt.TextElideMode.ElideRight, length)
            painter.drawText(QPointF(0, (metrics.ascent() - metrics.descent()) / 2), text)
            painter.restore()

    # ------------------------------------------------------------ places

    def _lanes_height(self) -> float:
        count = len(self._compared()) if REFERENCE in self._runs else 0
        return theme.scaled(8) + count * theme.scaled(_LANE) if count else 0.0

    def _room(self) -> QRectF:
        below = column_gutter() + self._lanes_height()
        return QRectF(self.rect()).adjusted(
            theme.scaled(_LEFT), theme.scaled(18), -theme.scaled(_RIGHT) - theme.SPACE, -below
        )

    def _x(self, room: QRectF, index: float) -> float:
        return room.left() + (index + 0.5) * room.width() / max(self._count, 1)

    def position_at(self, point: QPoint) -> int:
        """The position of the token at a point, whatever its height; -1 where there is none."""
        room = self._room()
        if not self._count or not room.left() <= point.x() <= room.right():
            return -1
        index = int((point.x() - room.left()) / room.width() * self._count)
        return self._start + min(index, self._count - 1)

    # ------------------------------------------------------------ choosing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the token under the pointer, and go through them with a button held."""
        position = self.position_at(event.position().toPoint())
        self._point_at(position)
        if event.buttons() & Qt.MouseButton.LeftButton and position >= 0:
            self.chosen.emit(position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the token under the pointer."""
        position = self.position_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and position >= 0:
            self.chosen.emit(position)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell of nothing."""
        super().leaveEvent(event)
        self._point_at(-1)

    def _point_at(self, position: int) -> None:
        if position != self._pointed:
            self._pointed = position
            self.pointed.emit(position)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go one token on, with Control to the next flip; Home and End to the first and the last."""
        first, last = self._start, self._start + self._count - 1
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = event.key()
        if not self._count:
            super().keyPressEvent(event)
        elif key in steps and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            found = self.next_flip(self._cursor, steps[Qt.Key(key)])
            if found >= 0:
                self.chosen.emit(found)
        elif key in steps:
            self.chosen.emit(min(max(self._cursor + steps[Qt.Key(key)], first), last))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.chosen.emit(first if key == Qt.Key.Key_Home else last)
        else:
            super().keyPressEvent(event)

    def next_flip(self, position: int, step: int) -> int:
        """The next position in some direction where a token flips in any format; -1 for none."""
        reference = self._runs.get(REFERENCE)
        if reference is None:
            return -1
        flipped = np.zeros(self._count, bool)
        for name in self._compared():
            flipped |= self._runs[name].flipped(reference)
        places = np.flatnonzero(flipped) + self._start
        beyond = places[places > position] if step > 0 else places[places < position][::-1]
        return int(beyond[0]) if len(beyond) else -1

    def describe(self) -> str:
        """What is seen, in one line."""
        if not self._runs:
            return ""
        sentence = self.tr("{count} tokens in {formats}")
        return sentence.format(count=format_count(self._count), formats=", ".join(self._runs))
