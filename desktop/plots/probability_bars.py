"""A list of tokens with their probabilities as bars, however long: only the rows in view are painted.

Knows nothing about sampling or the engine; its rows come from a `BarSource`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.plots.bar_columns import BarColumns, ColumnNeeds, lay_out_columns
from desktop.plots.bar_painter import BarEmphasis, BarHeadings, BarPainter
from desktop.plots.bar_rows import Bar, BarSource, NoBars
from desktop.plots.bar_window import BarWindow
from desktop.plots.bar_words import describe_bar

_ROW = 20
_HEADINGS = 20


class ProbabilityBars(QAbstractScrollArea):
    """The list.

    The token that stands in the text and the one the draw picks are singled out; where they are out of view
    they are shown below the others.

    Args:
        parent: the widget it lies in.
    """

    current_changed = Signal(int)
    """The keyboard's row went to this token (-1 for none)."""
    activated = Signal(int)
    """Enter was pressed on this token."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: BarSource = NoBars()
        self._chosen = -1
        self._dice = -1
        self._current = -1
        self._hovered = -1
        self._after_heading = ""
        self._nothing = ""
        self._largest_id = 0
        self._columns: BarColumns | None = None
        self._columns_for: tuple[int, int, int, str] | None = None
        self._bar_painter = BarPainter()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        theme.themed.connect(self._dress)

    # ------------------------------------------------------------ what is shown

    def show_source(self, source: BarSource, largest_id: int) -> None:
        """Show other rows; the scroll position and the current row's token stay where they can.

        Args:
            source: gives the rows.
            largest_id: the largest token ID of the vocabulary, for the column's width.
        """
        token = self.current_token
        self._source = source
        self._largest_id = largest_id
        self._columns = None
        self._current = source.place_of(token) if token >= 0 else -1
        self._set_range()
        self.viewport().update()

    def set_emphasis(self, chosen: int, dice: int) -> None:
        """Single out the token in the text and the token that the draw picks (-1 for none)."""
        self._chosen, self._dice = chosen, dice
        self.viewport().update()

    def set_wording(self, after: str, nothing: str) -> None:
        """What stands above the probabilities after the chain, and what instead of rows if there are none."""
        self._after_heading, self._nothing = after, nothing
        self.viewport().update()

    @property
    def source(self) -> BarSource:
        """Where the rows come from."""
        return self._source

    @property
    def current_token(self) -> int:
        """The token of the keyboard's row, -1 if there is none."""
        if not 0 <= self._current < len(self._source):
            return -1
        return self._source.bars(self._current, self._current + 1)[0].id

    def visible_rows(self) -> range:
        """The rows in view; they are always whole, and scrolling goes by rows."""
        return self._window().rows

    def set_current_row(self, row: int) -> None:
        """Bring the keyboard to a row, into view, and read it to a screen reader."""
        row = min(max(row, -1), len(self._source) - 1)
        self._current = row
        if row >= 0:
            self._scroll_to(row)
        token = self.current_token
        bar = self._source.bar_of(token) if token >= 0 else None
        self.setAccessibleDescription(describe_bar(bar) if bar else "")
        event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(event)
        self.viewport().update()
        self.current_changed.emit(token)

    # ------------------------------------------------------------ Qt's virtual methods

    def sizeHint(self) -> QSize:
        """Room for a dozen rows."""
        return QSize(theme.scaled(480), theme.scaled(_HEADINGS + 12 * _ROW))

    def minimumSizeHint(self) -> QSize:
        """Room for three rows."""
        return QSize(theme.scaled(240), theme.scaled(_HEADINGS + 3 * _ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self._columns = None
        self._set_range()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, page keys, Home and End move the current row; Enter activates it."""
        page = max(len(self.visible_rows()) - 2, 1)
        targets = {
            Qt.Key.Key_Down: self._current + 1,
            Qt.Key.Key_Up: max(self._current - 1, 0),
            Qt.Key.Key_PageDown: self._current + page,
            Qt.Key.Key_PageUp: max(self._current - page, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._source) - 1,
        }
        if event.key() in targets:
            self.set_current_row(targets[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_token >= 0:
            self.activated.emit(self.current_token)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the pointer."""
        hovered = self._token_at(event.position().toPoint())
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make the row under the pointer the current one."""
        token = self._token_at(event.position().toPoint())
        if token >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.set_current_row(self._source.place_of(token))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing more: the press did it."""
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first row when reached with the keyboard."""
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and self._current < 0 and len(self._source):
            self.set_current_row(0)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Exact numbers in the tooltip; the light goes out when the pointer leaves."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bar = self._source.bar_of(self._token_at(event.pos()))
            if bar is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), describe_bar(bar), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hovered = -1
            self.viewport().update()
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Headings, grid, rows in view, and the singled-out rows that are not."""
        painter = QPainter(self.viewport())
        self.paint_onto(painter)

    def paint_onto(self, painter: QPainter) -> None:
        """Paint what is in view, on the screen or into a picture."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        headings = theme.scaled(_HEADINGS)
        if not len(self._source):
            painter.setFont(theme.ui_font(13))
            painter.setPen(theme.colour(theme.current().text_soft))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.viewport().rect(), flags, self._nothing)
            return
        window, height = self._window(), theme.scaled(_ROW)
        columns = self._lay_out(window)
        names = BarHeadings(
            self.tr("rank"),
            self.tr("ID"),
            self.tr("token"),
            self.tr("logit"),
            self.tr("model %"),
            self._after_heading,
        )
        self._bar_painter.paint_headings(painter, columns, 0, headings, names)
        self._bar_painter.paint_grid(painter, columns, headings, headings + len(window.rows) * height)
        for index, bar in enumerate(window.bars):
            self._paint_bar(painter, columns, headings + index * height, bar)
        if window.pinned:
            self._paint_pinned(painter, columns, headings + len(window.rows) * height, window.pinned)

    # ------------------------------------------------------------ within

    def _paint_pinned(self, painter: QPainter, columns: BarColumns, top: int, pinned: list[Bar]) -> None:
        painter.setPen(QPen(theme.colour(theme.current().line), 1.0))
        painter.drawLine(0, top + theme.SPACE // 2, self.viewport().width(), top + theme.SPACE // 2)
        for index, bar in enumerate(pinned):
            self._paint_bar(painter, columns, top + theme.SPACE + index * theme.scaled(_ROW), bar)

    def _paint_bar(self, painter: QPainter, columns: BarColumns, top: float, bar: Bar) -> None:
        emphasis = BarEmphasis(
            chosen=bar.id == self._chosen,
            dice=bar.id == self._dice,
            current=self.hasFocus() and bar.id == self.current_token,
            hovered=bar.id == self._hovered,
        )
        row = QRectF(0, top, self.viewport().width(), theme.scaled(_ROW))
        self._bar_painter.paint_row(painter, columns, row, bar, emphasis)

    def _window(self) -> BarWindow:
        singled_out = (self._chosen, self._dice)
        return BarWindow(self._source, self.verticalScrollBar().value(), self._room(), singled_out)

    def _room(self) -> int:
        """How many whole rows there is room for, with the gap above pinned ones."""
        height = self.viewport().height() - theme.scaled(_HEADINGS) - theme.SPACE
        return max(height // theme.scaled(_ROW), 0)

    def _token_at(self, point: QPoint) -> int:
        y, height, window = point.y() - theme.scaled(_HEADINGS), theme.scaled(_ROW), self._window()
        if 0 <= y < len(window.rows) * height:
            return window.bars[y // height].id
        place = (y - len(window.rows) * height - theme.SPACE) // height
        return window.pinned[place].id if y >= 0 and 0 <= place < len(window.pinned) else -1

    def _scroll_to(self, row: int) -> None:
        bar = self.verticalScrollBar()
        if row < bar.value():
            bar.setValue(row)
        # What is pinned below may change on the way, and take or give room.
        for _ in range(3):
            rows = self.visible_rows()
            if row >= rows.stop:
                bar.setValue(bar.value() + row - rows.stop + 1)

    def _set_range(self) -> None:
        room = self._room()
        # Two rows more than needed: the last rows can be scrolled clear of pinned ones.
        spare = 2 if len(self._source) > room else 0
        self.verticalScrollBar().setRange(0, max(len(self._source) + spare - room, 0))
        self.verticalScrollBar().setPageStep(max(room - 1, 1))

    def _lay_out(self, window: BarWindow) -> BarColumns:
        largest_rank = max((bar.rank for bar in [*window.bars[-1:], *window.pinned]), default=1)
        painter = self._bar_painter
        needs = ColumnNeeds(
            numbers=painter.numbers,
            small=painter.small,
            pieces=painter.pieces,
            rank_digits=len(format_count(max(largest_rank, 99))),
            id_digits=len(str(self._largest_id)),
            before=self.tr("model %"),
            after=max(self._after_heading, self.tr("temperature"), key=len),
        )
        key = (self.viewport().width(), needs.rank_digits, needs.id_digits, needs.after)
        if self._columns is None or key != self._columns_for:
            self._columns_for = key
            self._columns = lay_out_columns(self.viewport().width(), needs)
        return self._columns

    @Slot()
    def _dress(self) -> None:
        self._bar_painter = BarPainter()
        self._columns = None
        self._set_range()
        self.viewport().update()
