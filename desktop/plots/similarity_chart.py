"""Two lines over the points of a model's stream: how alike two vectors are, and how alike others are.

Knows nothing about where the numbers are from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal
from desktop.plots.axis_labels import thinned

_TITLE, _NAMES = 22, 18
_LEFT, _RIGHT = 38, 48
"""Beside the lines: on the left the scale, on the right the numbers at the last point."""

_AWAY = 3
"""Pixels from a spot to its number."""

_STEP = 0.25


@dataclass(frozen=True, slots=True)
class SimilarityLines:
    """What is drawn; by point, NaN where nothing is known.

    Args:
        word: cosines of the two vectors.
        others: cosines that they are compared with.
        word_name: of the first line.
        others_name: of the second.
    """

    word: Sequence[float] = ()
    others: Sequence[float] = ()
    word_name: str = ""
    others_name: str = ""


class SimilarityChart(QWidget):
    """Paints the lines, and lets a point be chosen.

    Args:
        parent: the widget it lies in.
    """

    point_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = SimilarityLines()
        self._mark = -1
        self._hover = -1
        self._name: Callable[[int], str] = str
        self._long_name: Callable[[int], str] = str
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Similarity by layer"))
        theme.themed.connect(self.update)

    def name_points(self, name: Callable[[int], str], long_name: Callable[[int], str]) -> None:
        """Say what points are called below the lines, and in a sentence."""
        self._name, self._long_name = name, long_name

    def show_lines(self, lines: SimilarityLines, mark: int) -> None:
        """Show other numbers.

        Args:
            lines: to be drawn.
            mark: the point that is chosen.
        """
        self._lines, self._mark = lines, mark
        self.setAccessibleDescription("; ".join(self.words(point) for point in range(len(lines.word))))
        self.update()

    @property
    def lines(self) -> SimilarityLines:
        """What is drawn."""
        return self._lines

    def words(self, point: int) -> str:
        """What is known of a point."""
        return self.tr("{point}: {word}, other words {others}").format(
            point=self._long_name(point),
            word=_number(self._lines.word[point]),
            others=_number(self._lines.others[point]),
        )

    def place_of(self, point: int) -> QPointF:
        """Where the first line is at a point."""
        room = self._room()
        return QPointF(self._x(point, room), self._y(self._lines.word[point], room))

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(theme.scaled(420), theme.scaled(210))

    def minimumSizeHint(self) -> QSize:
        """As low as can be read."""
        return QSize(theme.scaled(220), theme.scaled(150))

    # ------------------------------------------------------------ layout

    def _room(self) -> QRectF:
        left, right = theme.scaled(_LEFT), theme.scaled(_RIGHT)
        top, bottom = theme.scaled(_TITLE), self.height() - theme.scaled(_NAMES)
        return QRectF(left, top, self.width() - left - right, max(bottom - top, 1))

    def _step(self, room: QRectF) -> float:
        return room.width() / max(len(self._lines.word) - 1, 1)

    def _x(self, point: int, room: QRectF) -> float:
        return room.left() + point * self._step(room)

    def _lowest(self) -> float:
        known = [one for one in (*self._lines.word, *self._lines.others) if not math.isnan(one)]
        return min(math.floor(min(known, default=0.0) / _STEP) * _STEP, 0.0)

    def _y(self, value: float, room: QRectF) -> float:
        low = self._lowest()
        return room.bottom() - (value - low) / (1.0 - low) * room.height()

    def point_at(self, place: QPointF) -> int:
        """The point nearest to a place; -1 where there are none."""
        room = self._room()
        if not self._lines.word:
            return -1
        nearest = round((place.x() - room.left()) / self._step(room))
        return min(max(nearest, 0), len(self._lines.word) - 1)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, lines, what is between them, the chosen point."""
        painter, palette, room = QPainter(self), theme.current(), self._room()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_grid(painter, room)
        if not self._lines.word:
            return
        self._paint_names(painter)
        self._paint_between(painter, room)
        for point, ink, width in ((self._hover, palette.line, 1.0), (self._mark, palette.accent_line, 1.5)):
            if 0 <= point < len(self._lines.word):
                painter.setPen(QPen(theme.colour(ink), width))
                x = self._x(point, room)
                painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        self._paint_line(painter, room, self._lines.others, palette.text_faint, Qt.PenStyle.DashLine)
        self._paint_line(painter, room, self._lines.word, palette.accent, Qt.PenStyle.SolidLine)
        if 0 <= self._mark < len(self._lines.word):
            self._paint_mark(painter, room)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(palette.accent), 1.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_grid(self, painter: QPainter, room: QRectF) -> None:
        palette, low = theme.current(), self._lowest()
        painter.setFont(theme.ui_font(10))
        for step in range(round((1.0 - low) / _STEP) + 1):
            value = low + step * _STEP
            y = self._y(value, room)
            painter.setPen(QPen(theme.colour(palette.text_faint if value == 0 else palette.line, 0.6), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(theme.colour(palette.text_faint))
            place = QRectF(0, y - 8, room.left() - 2 * theme.SPACE, 16)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, format_decimal(value, 2)
            )
        points = len(self._lines.word)
        if not points:
            return
        wide = max(QFontMetricsF(painter.font()).horizontalAdvance(self._name(p)) for p in (0, points - 1))
        for point in thinned(0, points, self._step(room), wide, (0, points - 1, self._mark)):
            chosen = point == self._mark
            painter.setPen(theme.colour(palette.accent if chosen else palette.text_faint))
            x = min(self._x(point, room), self.width() - wide / 2 - 1)
            place = QRectF(x - wide, room.bottom() + 2, 2 * wide, theme.scaled(_NAMES) - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._name(point))

    def _paint_names(self, painter: QPainter) -> None:
        palette, x = theme.current(), float(theme.scaled(38))
        painter.setFont(theme.ui_font(11))
        metrics, middle, sign = QFontMetricsF(painter.font()), theme.scaled(_TITLE) / 2 - 2, theme.scaled(18)
        for name, ink, style, width in (
            (self._lines.word_name, palette.accent, Qt.PenStyle.SolidLine, 2.0),
            (self._lines.others_name, palette.text_faint, Qt.PenStyle.DashLine, 1.4),
        ):
            painter.setPen(QPen(theme.colour(ink), width, style))
            painter.drawLine(QPointF(x, middle), QPointF(x + sign, middle))
            x += sign + 1.5 * theme.SPACE
            painter.setPen(theme.colour(palette.text_soft))
            left = max(self.width() - x, 0.0)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left)
            painter.drawText(QPointF(x, middle + metrics.capHeight() / 2), shown)
            x += metrics.horizontalAdvance(shown) + 5 * theme.SPACE

    def _paint_between(self, painter: QPainter, room: QRectF) -> None:
        pairs = list(zip(self._lines.word, self._lines.others, strict=True))
        known = [at for at, pair in enumerate(pairs) if not any(map(math.isnan, pair))]
        if not known:
            return
        upper = [QPointF(self._x(at, room), self._y(pairs[at][0], room)) for at in known]
        lower = [QPointF(self._x(at, room), self._y(pairs[at][1], room)) for at in reversed(known)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.current().accent, 0.10))
        painter.drawPolygon(QPolygonF([*upper, *lower]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_line(
        self, painter: QPainter, room: QRectF, values: Sequence[float], ink: str, style: Qt.PenStyle
    ) -> None:
        solid = style is Qt.PenStyle.SolidLine
        painter.setPen(QPen(theme.colour(ink), 2.0 if solid else 1.4, style))
        run: list[QPointF] = []
        for point, value in enumerate([*values, math.nan]):
            if not math.isnan(value):
                run.append(QPointF(self._x(point, room), self._y(value, room)))
                continue
            painter.drawPolyline(QPolygonF(run))
            run = []

    def label_places(self) -> dict[str, QRectF]:
        """Where the numbers at the chosen point stand, ``"word"`` and ``"others"``; without those not known.

        Right of the point, the higher above its spot and the lower below: on neither line nor on each other.
        """
        if not 0 <= self._mark < len(self._lines.word):
            return {}
        room, metrics = self._room(), QFontMetricsF(theme.ui_font(11))
        found = {"word": self._lines.word[self._mark], "others": self._lines.others[self._mark]}
        values = {name: value for name, value in found.items() if not math.isnan(value)}
        high, left = metrics.height(), self._x(self._mark, room) + 2 * theme.SPACE - 2
        names = sorted(values, key=lambda name: -values[name])
        tops = [self._y(values[name], room) for name in names]
        tops = [tops[0] - high - _AWAY, *(top + _AWAY for top in tops[1:])] if tops else []
        # Within the plot, which can push one down or up.
        for at, top in enumerate(tops):
            tops[at] = max(top, room.top() if at == 0 else tops[at - 1] + high)
        lowest = room.bottom() + _AWAY
        for at in reversed(range(len(tops))):
            tops[at] = min(tops[at], lowest - high)
            lowest = tops[at]
        return {
            name: QRectF(left, top, metrics.horizontalAdvance(_number(values[name])) + 4, high)
            for name, top in zip(names, tops, strict=True)
        }

    def _paint_mark(self, painter: QPainter, room: QRectF) -> None:
        palette, x = theme.current(), self._x(self._mark, room)
        painter.setFont(theme.ui_font(11))
        places = self.label_places()
        for name, values, ground, ink in (
            ("others", self._lines.others, palette.text_faint, palette.text_soft),
            ("word", self._lines.word, palette.accent, palette.text),
        ):
            if name not in places:
                continue
            painter.setPen(QPen(theme.colour(palette.window), 1.5))
            painter.setBrush(theme.colour(ground))
            painter.drawEllipse(QPointF(x, self._y(values[self._mark], room)), 4.0, 4.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.fillRect(places[name], theme.colour(palette.window, 0.8))
            painter.setPen(theme.colour(ink))
            painter.drawText(places[name], Qt.AlignmentFlag.AlignCenter, _number(values[self._mark]))

    # ------------------------------------------------------------ pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the numbers of the point under the pointer; choose it while a button is held."""
        point = self.point_at(event.position())
        if point != self._hover:
            self._hover = point
            text = self.words(point) if point >= 0 else ""
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
            self.update()
        if event.buttons() & Qt.MouseButton.LeftButton and point >= 0:
            self.point_chosen.emit(point)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a point."""
        point = self.point_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and point >= 0:
            self.point_chosen.emit(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End choose another point."""
        last = len(self._lines.word) - 1
        targets = {
            Qt.Key.Key_Left: self._mark - 1,
            Qt.Key.Key_Right: self._mark + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.point_chosen.emit(min(max(target, 0), last))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        super().focusOutEvent(event)
        self.update()


def _number(value: float) -> str:
    return "–" if math.isnan(value) else format_decimal(value, 2)
