"""Rows of a name, a bar and a figure: shares of a whole, or of a limit.

Knows nothing about what they are shares of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.controls.plain_tooltip import plain_tooltip

_ROW = 22


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One row.

    Args:
        name: what it is.
        share: length of its bar from 0 to 1; ``None`` for no bar.
        figure: what stands behind it.
        hint: what it means, for a tooltip.
    """

    name: str
    share: float | None
    figure: str
    hint: str = ""


class ShareRows(QWidget):
    """The rows, names and bars aligned.

    Args:
        name: of all of them, for screen readers.
        parent: the widget it lies in.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rows: tuple[ShareRow, ...] = ()
        theme.themed.connect(self.updateGeometry)
        theme.themed.connect(self.update)

    def show_rows(self, rows: Sequence[ShareRow]) -> None:
        """Show other rows."""
        if tuple(rows) == self.rows:
            return
        taller = len(rows) != len(self.rows)
        self.rows = tuple(rows)
        self.setAccessibleDescription("; ".join(f"{row.name} {row.figure}" for row in rows))
        if taller:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line for each row."""
        return QSize(300, theme.scaled(_ROW) * len(self.rows))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(120, theme.scaled(_ROW) * len(self.rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, tracks, bars and figures."""
        palette, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.ui_font(12)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        height = theme.scaled(_ROW)
        names = max((metrics.horizontalAdvance(row.name) for row in self.rows), default=0.0)
        names = min(names, self.width() * 0.4)
        figures = max((metrics.horizontalAdvance(row.figure) for row in self.rows), default=0.0)
        figures = min(figures, self.width() * 0.5)
        gap = theme.SPACE * 3
        bar_room = self.width() - names - figures - 2 * gap
        for index, row in enumerate(self.rows):
            line = QRectF(0, index * height, self.width(), height)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.setPen(theme.colour(palette.text_soft))
            elided = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, names + 1)
            painter.drawText(QRectF(0, line.top(), names + 1, height), middle, elided)
            painter.setPen(theme.colour(palette.text))
            told = metrics.elidedText(row.figure, Qt.TextElideMode.ElideRight, figures + 1)
            place = QRectF(self.width() - figures - 1, line.top(), figures + 1, height)
            painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, told)
            if row.share is None or bar_room < 16:
                continue
            track = QRectF(names + gap, line.center().y() - 3, bar_room, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.line))
            painter.drawRoundedRect(track, 3, 3)
            painter.setBrush(theme.colour(palette.accent))
            filled = max(min(row.share, 1.0), 0.0) * track.width()
            if filled > 0:
                painter.drawRoundedRect(
                    QRectF(track.topLeft(), track.bottomLeft() + QPointF(max(filled, 3), 0)), 3, 3
                )

    def event(self, event: QEvent) -> bool:
        """Tell what the row under the pointer means."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = event.pos().y() // theme.scaled(_ROW)
            hint = self.rows[index].hint if 0 <= index < len(self.rows) else ""
            QToolTip.showText(event.globalPos(), plain_tooltip(hint), self)
            return True
        return super().event(event)
