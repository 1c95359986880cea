"""A few tokens with their probabilities as bars, narrow enough to stand in a column.

Knows nothing about where the probabilities come from; what has room for a whole vocabulary is `probability_bars`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Slot
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.plots.bar_columns import BarColumns, Column
from desktop.plots.bar_painter import BarEmphasis, BarPainter
from desktop.plots.bar_rows import Bar
from desktop.plots.bar_words import describe_bar, summarise_bar

ROW = 20
_LEAST_BAR = 36
_NOTHING = Column(0.0, 0.0)


class ChoiceBars(QWidget):
    """One row a token: piece, bar, probability after the chain or the stage that removed it.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._chosen = -1
        self._drawn = True
        self._painter = BarPainter()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Probabilities where the replies part"))
        theme.themed.connect(self._dress)

    def show_bars(self, bars: Sequence[Bar], chosen: int, drawn: bool = True) -> None:
        """Show other tokens.

        Args:
            bars: from top to bottom.
            chosen: the one that stands in the text.
            drawn: whether the dice picked it.
        """
        self._bars, self._chosen, self._drawn = tuple(bars), chosen, drawn
        self.setAccessibleDescription("; ".join(summarise_bar(bar) for bar in self._bars))
        self.updateGeometry()
        self.update()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def sizeHint(self) -> QSize:
        """A row each."""
        return QSize(theme.scaled(160), max(len(self._bars), 1) * theme.scaled(ROW))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(theme.scaled(100), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """All that is known about the row under the pointer."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = event.pos().y() // theme.scaled(ROW)
            if 0 <= row < len(self._bars):
                QToolTip.showText(event.globalPos(), plain_tooltip(describe_bar(self._bars[row])), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, height = self.columns(), theme.scaled(ROW)
        for row, bar in enumerate(self._bars):
            area = QRectF(0.0, row * height, self.width(), height)
            here = bar.id == self._chosen
            emphasis = BarEmphasis(chosen=here and not self._drawn, dice=here and self._drawn)
            self._painter.paint_row(painter, columns, area, bar, emphasis)

    def columns(self) -> BarColumns:
        """The piece, then the bar, then the number; each token has as much room as the widest needs."""
        gap, mark = 2.0 * theme.SPACE, float(theme.scaled(20))
        # The name of a stage may reach into the bar, which is empty there.
        after = QFontMetricsF(self._painter.numbers).horizontalAdvance("<0.01 %")
        pieces = QFontMetricsF(self._painter.bold_pieces)
        widest = max((pieces.horizontalAdvance(bar.piece) for bar in self._bars), default=0.0)
        room = self.width() - mark - after - 2 * gap - theme.SPACE
        piece = min(widest, max(room - theme.scaled(_LEAST_BAR), room * 0.5, 0.0))
        bar = Column(mark + piece + gap, max(room - piece, 0.0))
        return BarColumns(
            mark=Column(0.0, mark),
            rank=_NOTHING,
            id=_NOTHING,
            piece=Column(mark, piece),
            bar=bar,
            logit=_NOTHING,
            before=_NOTHING,
            after=Column(self.width() - after - theme.SPACE, after),
        )

    @Slot()
    def _dress(self) -> None:
        self._painter = BarPainter()
        self.updateGeometry()
        self.update()
