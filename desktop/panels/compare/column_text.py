"""The text of one column: its tokens as they are, what it shares stepping back, the token where it parts singled out.

Knows nothing about other columns, settings or the engine: it is given tokens, marks and a function of colours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from desktop import theme
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.history.token_table import TokenTable, join_tables
from desktop.piece_text import Unit, UnitStream
from desktop.transcript.flow import TokenFlow
from desktop.transcript.placing import RADIUS, Box, Placed

SHOWN_AT_FIRST = 600
"""Tokens of a long reply that are laid out unasked (fault 58)."""

AT_A_TIME = 200
"""Tokens laid out before the window has its turn again."""

SPOKEN = 2000
"""Characters at the beginning of a reply that a screen reader has at once."""

LINE_HEIGHT = 24

ROOMY_LINES = 4
"""A reply that grows has room for up to so many lines more."""


class ColumnText(QWidget):
    """Tokens of a reply, to be pointed at and chosen.

    `agreeing` is how many first tokens step back, `partings` the indices of those that stand out, `pointed_index` and
    `cursor_index` which tokens have a frame, -1 for none, `flow` the text as it is laid out.

    Args:
        parent: the widget it lies in.
    """

    pointed = Signal(int)
    """The pointer or the keyboard is at a token, counted from the first of the reply; -1 for none."""

    chosen = Signal(int)
    """A token was clicked, or Enter pressed on it."""

    laid_out = Signal()
    """More of the text has its place, or all of it another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = join_tables([])
        self._fed = 0
        self._complete = False
        self._limit = SHOWN_AT_FIRST
        self.agreeing = 0
        self.partings: frozenset[int] = frozenset()
        self._tint: Callable[[int, int], QColor | None] = lambda start, stop: None
        self._describe: Callable[[int], str] = lambda index: ""
        self._current = -1
        self.pointed_index = -1
        self.cursor_index = -1
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._feed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._begin()
        theme.themed.connect(self._dress)

    # ------------------------------------------------------------ what is shown

    @property
    def shown(self) -> int:
        """How many tokens are laid out."""
        return self._fed

    @property
    def hidden(self) -> int:
        """How many are not, and will not be unless somebody asks."""
        return max(len(self._table) - self._limit, 0)

    def show_table(self, table: TokenTable, complete: bool) -> None:
        """Show a reply; what is laid out already stays.

        Args:
            table: all its tokens so far.
            complete: whether no more will follow.
        """
        same = len(table) >= self._fed and np.array_equal(
            self._table.rows["id"][: self._fed], table.rows["id"][: self._fed]
        )
        if not same or (self._complete and not complete):
            self._limit = SHOWN_AT_FIRST
            self._table = table
            self._begin()
        self._table, self._complete = table, complete
        self._feed()

    def clear(self) -> None:
        """Show nothing."""
        if len(self._table):
            self.show_table(self._table.cut(0, 0), complete=False)
            self._take_height()

    def show_more(self) -> None:
        """Lay out as many again."""
        self._limit += SHOWN_AT_FIRST
        self._feed()

    def set_marks(self, agreeing: int, partings: Sequence[int]) -> None:
        """Let tokens step back, and single others out.

        Args:
            agreeing: how many first tokens are shared.
            partings: indices of tokens with which it parts from another.
        """
        marks = (agreeing, frozenset(partings))
        if marks != (self.agreeing, self.partings):
            self.agreeing, self.partings = marks
            self.update()

    def set_sources(self, tint: Callable[[int, int], QColor | None], describe: Callable[[int], str]) -> None:
        """Take colours and words from elsewhere.

        Args:
            tint: the ground of the tokens from an index to one past another, ``None`` for none.
            describe: all that is known about a token, a few lines.
        """
        self._tint, self._describe = tint, describe

    def set_pointed(self, index: int) -> None:
        """Show which token is pointed at, here or in another column; -1 for none."""
        if index != self.pointed_index:
            self.pointed_index = index
            self.update()

    def set_cursor(self, index: int) -> None:
        """Show where the window's cursor is; -1 for elsewhere."""
        if index != self.cursor_index:
            self.cursor_index = index
            self.update()

    def indices_between(self, top: float, bottom: float) -> range:
        """The tokens on the lines of a strip, in this widget's pixels."""
        lines = list(self.flow.placed.between(top, bottom))
        boxes = [box for line in (lines[:1] + lines[-1:]) for box in line.boxes]
        return range(boxes[0].start, boxes[-1].stop) if boxes else range(0)

    def top_of(self, index: int) -> float:
        """Where a token's line begins, in this widget's pixels."""
        found = self.flow.placed.rectangles_of(index)
        return found[0].top() if found else 0.0

    @property
    def placed(self) -> Placed:
        """Where the tokens stand."""
        return self.flow.placed

    # ------------------------------------------------------------ layout

    def _begin(self) -> None:
        """Lay out from nothing."""
        self.flow = TokenFlow(theme.ui_font(14), theme.scaled(LINE_HEIGHT), signs=True)
        self.flow.faint = theme.colour(theme.current().text_faint)
        self._stream = UnitStream()
        self._fed = 0
        if self.width() > 0:
            self.flow.set_width(float(self.width()))

    @Slot()
    def _feed(self) -> None:
        """Lay out some more."""
        stop = min(self._fed + AT_A_TIME, len(self._table), self._limit)
        if stop > self._fed:
            units = self._stream.feed(self._table.cut(self._fed, stop).tokens(), self._fed)
            self._fed = stop
            self._append(units)
        if self._complete and self._fed == len(self._table) and self._stream.holding:
            self._append(self._stream.flush(self._fed))
        if self._complete and self._fed == min(len(self._table), self._limit):
            self._speak()
        if self._fed < min(len(self._table), self._limit) and self.isVisible():
            self._more.start()

    def _append(self, units: Sequence[Unit]) -> None:
        self.flow.append(units)
        if not self.accessibleDescription():
            self._speak()
        self._take_height()

    def _speak(self) -> None:
        """Let screen readers have the beginning: the first words at once, all of it when the reply is complete."""
        if self._current < 0:
            self.setAccessibleDescription(self.flow.text_between(0, min(self.flow.length, SPOKEN)))

    def _take_height(self) -> None:
        height = math.ceil(self.flow.height) + theme.SPACE
        if not self._complete:
            # Room for some more lines: what grows token by token is not laid out anew for each line.
            step = ROOMY_LINES * theme.scaled(LINE_HEIGHT)
            height = -(-height // step) * step
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
        self.update()
        self.laid_out.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.flow.set_width(float(self.width()))
            self._take_height()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on laying out."""
        super().showEvent(event)
        self._feed()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing from now on."""
        super().hideEvent(event)
        self._more.stop()

    def sizeHint(self) -> QSize:
        """As high as the text at its width."""
        return QSize(theme.scaled(200), math.ceil(self.flow.height) + theme.SPACE)

    @Slot()
    def _dress(self) -> None:
        self._begin()
        self._feed()

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grounds, marks, text, outlines."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, bottom = float(event.rect().top()), float(event.rect().bottom())
        placed = self.flow.placed
        placed.paint_tints(painter, top, bottom, self._ground)
        painter.setPen(QPen(theme.colour(palette.accent), 1.5))
        painter.setBrush(theme.colour(palette.accent_soft))
        for index in self.partings:
            for box in placed.rectangles_of(index):
                painter.drawRoundedRect(box.adjusted(-0.5, -1.0, 0.5, 1.0), RADIUS + 1, RADIUS + 1)
        painter.setPen(theme.colour(palette.text))
        self.flow.paint_text(painter, top, bottom, (0, 0), theme.colour(palette.line), self.inks())
        if self.cursor_index >= 0:
            placed.paint_outline(painter, self.cursor_index, theme.colour(palette.cursor), 1.5)
        if self.pointed_index >= 0 and self.pointed_index != self.cursor_index:
            placed.paint_outline(painter, self.pointed_index, theme.colour(palette.text_soft), 1.0)

    def inks(self) -> list[tuple[int, int, QColor]]:
        """What is shared steps back, what parts stands out."""
        palette = theme.current()
        soft, accent = theme.colour(palette.text_soft), theme.colour(palette.accent)
        inks, quiet_from, quiet_to = [], 0, self.flow.place_of(self.agreeing)
        for unit in filter(None, (self.flow.unit_at(index) for index in sorted(self.partings))):
            first, last = self.flow.place_of(unit.start), self.flow.place_of(unit.stop)
            inks += [(quiet_from, min(first, quiet_to), soft), (first, last, accent)]
            quiet_from = last
        inks.append((quiet_from, quiet_to, soft))
        return [(first, last, ink) for first, last, ink in inks if first < last]

    def _ground(self, start: int, stop: int) -> QColor | None:
        return self._tint(start, stop) if start < self.agreeing else None

    # ------------------------------------------------------------ pointing

    @property
    def current(self) -> int:
        """The token at the keyboard, -1 for none."""
        return self._current

    def _box_at(self, place: QPointF) -> Box | None:
        return self.flow.placed.box_at(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at a token."""
        box = self._box_at(event.position())
        shape = Qt.CursorShape.PointingHandCursor if box is not None else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.pointed.emit(box.start if box is not None else -1)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at none."""
        super().leaveEvent(event)
        self.pointed.emit(self._current if self.hasFocus() else -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a token."""
        box = self._box_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and box is not None:
            self._go(box.start)
            self.chosen.emit(box.start)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go from token to token, Enter chooses."""
        last = self._fed - 1
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if last < 0 or event.modifiers():
            super().keyPressEvent(event)
        elif event.key() in steps:
            self._step(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if event.key() == Qt.Key.Key_Home else last)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.chosen.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _step(self, direction: int) -> None:
        """To the next unit; at first to where it parts, which is what one came for."""
        if self._current < 0:
            self._go(min(self.partings, default=0))
            return
        at = self.flow.unit_at(self._current)
        if at is not None:
            self._go(min(max(at.stop if direction > 0 else at.start - 1, 0), self._fed - 1))

    def _go(self, index: int) -> None:
        unit = self.flow.unit_at(index)
        self._current = unit.start if unit is not None else index
        self.setAccessibleDescription(self._describe(self._current))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.pointed.emit(self._current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Point where the keyboard was."""
        super().focusInEvent(event)
        self.pointed.emit(self._current)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing."""
        super().focusOutEvent(event)
        self.pointed.emit(-1)

    def event(self, event: QEvent) -> bool:
        """Say what is known about the token under the pointer."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            box = self._box_at(QPointF(event.pos()))
            text = self._describe(box.start) if box is not None else ""
            if text:
                QToolTip.showText(event.globalPos(), plain_tooltip(text), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
