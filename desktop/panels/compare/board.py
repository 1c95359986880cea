"""Columns beside each other: heads above, texts that scroll together, and below where the replies part.

Knows nothing about replies: it makes room for columns, says which tokens are in view, and keeps everything aligned.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.panels.compare.column_head import ColumnHead
from desktop.panels.compare.column_text import ColumnText
from desktop.panels.compare.parting_view import PartingView

NARROWEST = 190
"""Pixels that a column is never narrower than, at a zoom of 1; where there is no room, one scrolls."""

GAP = 6 * theme.SPACE
"""Between two columns, a hairline in its middle."""


class RuledRow(QWidget):
    """A row of equal parts with hairlines between them.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules: tuple[int, ...] = ()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(GAP)
        self.row.setAlignment(Qt.AlignmentFlag.AlignLeft)
        theme.themed.connect(self.update)

    def set_rules(self, places: Sequence[int]) -> None:
        """Draw hairlines at these places, in pixels from the left."""
        self._rules = tuple(places)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hairlines."""
        painter = QPainter(self)
        painter.setPen(QPen(theme.colour(theme.current().line), 1.0))
        for x in self._rules:
            painter.drawLine(
                QPointF(x + 0.5, event.rect().top()), QPointF(x + 0.5, event.rect().bottom() + 1)
            )


class BoardColumn:
    """The widgets of one column: its head, its text, and a button for the rest of a long one."""

    def __init__(self) -> None:
        self.head = ColumnHead()
        self.text = ColumnText()
        self.more = QPushButton()
        self.more.setProperty("look", "link")
        self.below = QWidget()
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.text)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.more.hide()

    def set_width(self, width: int) -> None:
        """Give head and text a width."""
        self.head.setFixedWidth(width)
        self.below.setFixedWidth(width)

    def drop(self) -> None:
        """Leave the board."""
        for widget in (self.head, self.below):
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


class Board(QWidget):
    """Up to four columns.

    Args:
        parent: the widget it lies in.
    """

    sight_changed = Signal(int, int)
    """Tokens in view: the first, and one past the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Replies beside each other"))
        self.columns: list[BoardColumn] = []
        self.heads = RuledRow()
        self.texts = RuledRow()
        self.partings = PartingView()
        self.hint = QLabel()
        self._hint_head = QWidget()
        self.hint.setWordWrap(True)
        self.hint.setProperty("look", "soft")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.heads.row.addWidget(self._hint_head)
        self.texts.row.addWidget(self.hint, 0, Qt.AlignmentFlag.AlignTop)
        self._down = QScrollArea()
        self.across = QScrollArea()
        self._content = QWidget()
        self._arrange()
        theme.themed.connect(self._lay_out)

    # ------------------------------------------------------------ columns

    def set_count(self, count: int) -> list[BoardColumn]:
        """Have so many columns.

        Returns:
            Those that are new.
        """
        made = []
        while len(self.columns) > count:
            self.columns.pop().drop()
        while len(self.columns) < count:
            column = BoardColumn()
            at = len(self.columns)
            self.columns.append(column)
            made.append(column)
            column.more.setAccessibleName(self.tr("Show more tokens"))
            self.heads.row.insertWidget(at, column.head)
            self.texts.row.insertWidget(at, column.below, 0, Qt.AlignmentFlag.AlignTop)
            column.text.laid_out.connect(self._tell_sight)
        alone = count < 2
        self.hint.setVisible(alone)
        self._hint_head.setVisible(alone)
        self._lay_out()
        return made

    @property
    def column_widths(self) -> list[int]:
        """In pixels, from left to right; the room beside a single column counts as one."""
        slots = max(len(self.columns), 2)
        room = self.width() - self._bar_width - (slots - 1) * GAP
        width = max(room // slots, theme.scaled(NARROWEST))
        return [width] * slots

    def reveal(self, column: BoardColumn, index: int) -> None:
        """Bring a token's line into view, with what stands around it."""
        line = round(column.text.top_of(index))
        # Scroll areas lay out late: what is to be seen has to have its place first.
        self._lay_out()
        top = column.text.mapTo(self.texts, QPoint(0, line)).y()
        view = self._down.viewport().height()
        bar = self._down.verticalScrollBar()
        if not bar.value() <= top <= bar.value() + view - theme.scaled(48):
            bar.setValue(max(top - view // 2, 0))

    def sight(self) -> range:
        """The tokens in view, in any column."""
        view = self._down.viewport().rect()
        ranges = []
        for column in self.columns:
            corner = column.text.mapFrom(self._down.viewport(), QPoint(0, 0))
            seen = QRect(corner, view.size())
            ranges.append(column.text.indices_between(seen.top(), seen.bottom()))
        starts = [one.start for one in ranges if one]
        return range(min(starts), max(one.stop for one in ranges if one)) if starts else range(0)

    # ------------------------------------------------------------ layout

    @property
    def _bar_width(self) -> int:
        return self._down.verticalScrollBar().sizeHint().width()

    def _arrange(self) -> None:
        for area, policies in (
            (self._down, (Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAlwaysOn)),
            (self.across, (Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff)),
        ):
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(policies[0])
            area.setVerticalScrollBarPolicy(policies[1])
        self._down.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.across.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._down.setWidget(self.texts)
        self._down.setMinimumHeight(theme.scaled(96))
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.heads)
        column.addWidget(self._hairline())
        column.addWidget(self._down, 1)
        column.addWidget(self._hairline())
        column.addWidget(self.partings)
        self.across.setWidget(self._content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.across)
        self._down.verticalScrollBar().valueChanged.connect(self._tell_sight)

    def _hairline(self) -> QFrame:
        line = QFrame()
        line.setObjectName("hairline")
        line.setFixedHeight(1)
        return line

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._lay_out()
        self._tell_sight()

    @Slot()
    def _lay_out(self) -> None:
        widths = self.column_widths
        whole = sum(widths) + (len(widths) - 1) * GAP + self._bar_width
        self._content.setFixedWidth(max(whole, self.width()))
        for column, width in zip(self.columns, widths, strict=False):
            column.set_width(width)
        self.hint.setFixedWidth(widths[-1])
        self._hint_head.setFixedWidth(widths[-1])
        rules, x = [], 0
        for width in widths[:-1]:
            x += width + GAP
            rules.append(x - GAP // 2)
        self.heads.set_rules(rules)
        self.texts.set_rules(rules)
        self.partings.set_columns(widths[: len(self.columns)], GAP)

    @Slot()
    def _tell_sight(self) -> None:
        seen = self.sight()
        self.sight_changed.emit(seen.start, seen.stop)
