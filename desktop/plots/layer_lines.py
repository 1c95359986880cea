"""Two lines over the layers: the rank of a token on a logarithmic scale, and the entropy.

Knows nothing about where the numbers are from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_count, format_decimal
from desktop.plots.axis_labels import thinned


class LayerLines(QWidget):
    """Paints both lines, one above the other.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ranks: list[int] = []
        self._entropies: list[float] = []
        self._mark = -1
        self._name: Callable[[int], str] = str
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Rank and entropy by layer"))
        theme.themed.connect(self.update)

    def name_points(self, name: Callable[[int], str]) -> None:
        """Say what points are called below the lines."""
        self._name = name

    def show_lines(self, ranks: Sequence[int], entropies: Sequence[float], mark: int) -> None:
        """Show other numbers.

        Args:
            ranks: by point, from 1.
            entropies: by point, nats.
            mark: the point that is marked.
        """
        self._ranks, self._entropies, self._mark = list(ranks), list(entropies), mark
        said = [
            self.tr("{point}: rank {rank}, entropy {entropy} nats").format(
                point=self._name(point), rank=format_count(rank), entropy=format_decimal(entropy, 2)
            )
            for point, (rank, entropy) in enumerate(zip(ranks, entropies, strict=True))
        ]
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        """Two low plots."""
        return QSize(theme.scaled(280), theme.scaled(190))

    def minimumSizeHint(self) -> QSize:
        """As low as can be read."""
        return QSize(theme.scaled(160), theme.scaled(130))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both."""
        if not self._ranks:
            return
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = (self.height() - theme.scaled(14)) / 2
        logs = [math.log10(rank) for rank in self._ranks]
        top = max(math.ceil(max(logs)), 1)
        ticks = [(10**power, float(power)) for power in range(0, top + 1, 1 if top < 4 else 2)]
        labels = [(format_count(number), place) for number, place in ticks]
        # The best rank is at the top.
        self._plot(
            painter, QRectF(0, 0, self.width(), half), self.tr("rank of the chosen token"),
            [1 - value / top for value in logs], [(text, 1 - place / top) for text, place in labels], palette.accent,
        )  # fmt: skip
        most = max(*self._entropies, 1.0)
        marks = [(format_decimal(share * most, 1), share) for share in (0.0, 0.5, 1.0)]
        self._plot(
            painter, QRectF(0, half, self.width(), half), self.tr("entropy, nats"),
            [value / most for value in self._entropies], marks, palette.cursor,
        )  # fmt: skip
        painter.setFont(theme.ui_font(9))
        painter.setPen(theme.colour(palette.text_faint))
        left, step = self._left(), self._step()
        for point in thinned(0, len(self._ranks), step, theme.scaled(16), (self._mark,)):
            place = QRectF(left + point * step - 20, self.height() - theme.scaled(12), 40, theme.scaled(12))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._name(point))

    def _left(self) -> float:
        return float(theme.scaled(46))

    def _step(self) -> float:
        return (self.width() - self._left() - 2 * theme.SPACE) / max(len(self._ranks) - 1, 1)

    def _plot(
        self,
        painter: QPainter,
        room: QRectF,
        title: str,
        heights: Sequence[float],
        ticks: Sequence[tuple[str, float]],
        ink: str,
    ) -> None:
        palette, left, step = theme.current(), self._left(), self._step()
        painter.setFont(theme.ui_font(10))
        painter.setPen(theme.colour(palette.text_soft))
        line = theme.scaled(14)
        painter.drawText(QRectF(left, room.top(), room.width(), line), Qt.AlignmentFlag.AlignLeft, title)
        top, bottom = room.top() + line + 3, room.bottom() - 3

        def at(height: float) -> float:
            return bottom - height * (bottom - top)

        painter.setFont(theme.ui_font(9))
        for text, height in ticks:
            painter.setPen(QPen(theme.colour(palette.line), 1))
            painter.drawLine(QPointF(left, at(height)), QPointF(self.width(), at(height)))
            painter.setPen(theme.colour(palette.text_faint))
            place = QRectF(0, at(height) - 7, left - theme.SPACE, 14)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        points = [QPointF(left + index * step, at(height)) for index, height in enumerate(heights)]
        painter.setPen(QPen(theme.colour(ink), 1.6))
        painter.drawPolyline(QPolygonF(points))
        if 0 <= self._mark < len(points):
            painter.setBrush(theme.colour(ink))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(points[self._mark], 3.5, 3.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
