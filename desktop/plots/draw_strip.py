"""The dice made visible: all surviving tokens end to end from 0 to 1, and where the draw falls among them.

Knows nothing about how the probabilities came to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal, format_percent

_HEIGHT = 20
_STRIP = 8
_PADDING = 2
_NARROWEST = 1.5


@dataclass(frozen=True, slots=True)
class Segment:
    """One token's share of the strip.

    Args:
        id: the token.
        piece: its text.
        probability: its width, after the chain.
    """

    id: int
    piece: str
    probability: float


class DrawStrip(QWidget):
    """The strip, most probable token first, with a marker at the draw.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments: Sequence[Segment] = ()
        self._draw: float | None = None
        self._chosen = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("The draw among the surviving tokens"))
        theme.themed.connect(self._dress)

    def show_draw(self, segments: Sequence[Segment], draw: float | None, chosen: int) -> None:
        """Show other segments.

        Args:
            segments: the most probable survivors, descending; what is missing to 1 is shown as one rest.
            draw: in [0, 1), ``None`` for none.
            chosen: ID of the token that stands in the text.
        """
        self._segments, self._draw, self._chosen = segments, draw, chosen
        picked = self.segment_at(draw) if draw is not None else None
        if picked is not None and draw is not None:
            sentence = self.tr("the draw {draw} falls on {piece}")
            self.setAccessibleDescription(sentence.format(draw=format_decimal(draw, 3), piece=picked.piece))
        self.update()

    def segment_at(self, share: float) -> Segment | None:
        """The segment that covers a number from 0 to 1, ``None`` in the rest."""
        reached = 0.0
        for segment in self._segments:
            reached += segment.probability
            if share < reached:
                return segment
        return None

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(theme.scaled(200), theme.scaled(_HEIGHT))

    def event(self, event: QEvent) -> bool:
        """Name the segment under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            share = (event.pos().x() - _PADDING) / max(self.width() - 2 * _PADDING, 1)
            segment = self.segment_at(share)
            if segment is None:
                QToolTip.hideText()
            else:
                text = f"{segment.piece}  {format_percent(segment.probability)} %"
                QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Segments and marker."""
        painter = QPainter(self)
        self.paint_onto(painter)

    def paint_onto(self, painter: QPainter) -> None:
        """Paint the strip, on the screen or into a picture."""
        if not self._segments:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = theme.current()
        width = self.width() - 2.0 * _PADDING
        strip = QRectF(_PADDING, self.height() - theme.scaled(_STRIP) - 1, width, theme.scaled(_STRIP))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.line))
        painter.drawRoundedRect(strip, 2, 2)
        x, picked = strip.left(), self.segment_at(self._draw) if self._draw is not None else None
        for index, segment in enumerate(self._segments):
            stretch = segment.probability * width
            if stretch < _NARROWEST:
                # The rest is too fine to be told apart: one even ground.
                rest = sum(later.probability for later in self._segments[index:]) * width
                painter.setBrush(theme.colour(palette.accent, 0.25))
                painter.drawRect(QRectF(x, strip.top(), rest, strip.height()))
                break
            ink = palette.cursor if segment.id == self._chosen else palette.accent
            alpha = 1.0 if segment is picked else 0.55 if index % 2 == 0 else 0.4
            painter.setBrush(theme.colour(ink, alpha))
            painter.drawRect(QRectF(x, strip.top(), max(stretch - 1.0, 1.0), strip.height()))
            self._write_piece(painter, QRectF(x, 0, stretch, strip.top()), segment, segment is picked)
            x += stretch
        if self._draw is not None:
            self._paint_marker(painter, strip.left() + self._draw * width, strip)

    def _write_piece(self, painter: QPainter, area: QRectF, segment: Segment, picked: bool) -> None:
        font = theme.mono_font(10)
        if QFontMetricsF(font).horizontalAdvance(segment.piece) + theme.SPACE > area.width():
            return
        palette = theme.current()
        ink = palette.cursor if segment.id == self._chosen else palette.text_faint
        painter.save()
        painter.setFont(font)
        painter.setPen(theme.colour(palette.accent if picked and segment.id != self._chosen else ink))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), segment.piece)
        painter.restore()

    def _paint_marker(self, painter: QPainter, x: float, strip: QRectF) -> None:
        palette = theme.current()
        size = theme.scaled(5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.text))
        tip = QPointF(x, strip.top() + 1)
        corners = [tip, QPointF(x - size / 1.6, tip.y() - size), QPointF(x + size / 1.6, tip.y() - size)]
        painter.drawPolygon(QPolygonF(corners))
        painter.drawRect(QRectF(x - 0.75, strip.top(), 1.5, strip.height()))

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
