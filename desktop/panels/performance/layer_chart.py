"""One column for each layer: how long it takes for one token, attention and MLP apart.

Knows nothing about the profiler; it shows what it is given.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.panels.performance import wording
from desktop.panels.performance.painting import nice_limit, paint_legend, paint_scale, series_colours
from inference.contract import Profile
from models.anatomy.parts import Part

_HEIGHT = 128
_MARGIN = 50
_ATTENTION = frozenset(
    (
        Part.ATTENTION_NORM,
        Part.QUERY_KEY_VALUE,
        Part.QUERY,
        Part.KEY,
        Part.VALUE,
        Part.ATTENTION,
        Part.ATTENTION_OUTPUT,
    )
)


@dataclass(frozen=True, slots=True)
class LayerColumn:
    """A layer, or what is outside of layers.

    Args:
        layer: from 0; ``None`` outside.
        ms: of attention, MLP, and everything else.
        parts: what it is made of, with the time of each.
    """

    layer: int | None
    ms: tuple[float, float, float]
    parts: tuple[tuple[str, float], ...]


def layer_columns(profile: Profile) -> list[LayerColumn]:
    """The layers in order, and in the end, where there is such, what is outside of them."""
    layers: dict[int | None, list[tuple[str, float]]] = {}
    for one in profile.parts:
        layers.setdefault(one.layer, []).append((one.part, one.ms))
    columns = []
    for layer in sorted(layers, key=lambda one: (one is None, one or 0)):
        parts, ms = layers[layer], [0.0, 0.0, 0.0]
        for part, time in parts:
            kind = Part(part)
            ms[2 if layer is None or kind is Part.OTHER else 0 if kind in _ATTENTION else 1] += time
        columns.append(LayerColumn(layer, (ms[0], ms[1], ms[2]), tuple(parts)))
    return columns


class LayerChart(QWidget):
    """Stacked columns; the pointer tells the parts of one.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Time of every layer for one token"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._columns: list[LayerColumn] = []
        theme.themed.connect(self.updateGeometry)
        theme.themed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as columns need."""
        return QSize(300, theme.scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(120, theme.scaled(_HEIGHT))

    def show_profile(self, profile: Profile | None) -> None:
        """Show what was measured."""
        self._columns = [] if profile is None else layer_columns(profile)
        self.setAccessibleDescription("; ".join(self._tell(column, 3) for column in self._columns))
        self.update()

    def describe(self, point: QPoint) -> str:
        """The parts of the layer under a point, the slowest first; empty where there is none."""
        room = self._room()
        if not self._columns or not room.left() <= point.x() < room.right():
            return ""
        index = int((point.x() - room.left()) / room.width() * len(self._columns))
        return self._tell(self._columns[index], 8)

    def _tell(self, column: LayerColumn, most: int) -> str:
        name = (
            self.tr("Outside of layers")
            if column.layer is None
            else self.tr("Layer {number}").format(number=format_count(column.layer))
        )
        slowest = sorted(column.parts, key=lambda one: -one[1])[:most]
        told = ", ".join(f"{wording.part_name(part)} {wording.milliseconds(ms)}" for part, ms in slowest)
        return f"{name}: {wording.milliseconds(sum(column.ms))} ({told})"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale, columns, numbers of layers and legend."""
        palette, painter, colours = theme.current(), QPainter(self), series_colours()
        names = (self.tr("attention"), self.tr("MLP"), self.tr("embedding, head and other"))
        shown = (colours[0], colours[1], colours[3])
        paint_legend(painter, QRectF(0, 0, self.width(), theme.scaled(18)), names, shown)
        if not self._columns:
            return
        room = self._room()
        # What is outside of layers, the head above all, may take as long as many of them: it would flatten them.
        layers = [sum(column.ms) for column in self._columns if column.layer is not None]
        limit = nice_limit(max(layers or [sum(column.ms) for column in self._columns]) * 1.25)
        paint_scale(painter, room, limit, wording.milliseconds(limit))
        width = room.width() / len(self._columns)
        gap = 2.0 if width >= 6 else 1.0 if width >= 3 else 0.0
        painter.setFont(theme.ui_font(10))
        every = max(1, -(-theme.scaled(26) // max(int(width), 1)))
        for index, column in enumerate(self._columns):
            x, bottom = room.left() + index * width, room.bottom()
            for ms, colour in zip(column.ms, shown, strict=True):
                height = min(ms / limit * room.height(), bottom - room.top())
                painter.fillRect(QRectF(x, bottom - height, max(width - gap, 0.5), height), colour)
                bottom -= height
            painter.setPen(theme.colour(palette.text_faint))
            if column.layer is not None and column.layer % every == 0:
                label = QRectF(x - 20, room.bottom() + 2, width + 40, theme.scaled(14))
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, format_count(column.layer))
            elif column.layer is None and sum(column.ms) > limit:
                figure = f"{wording.milliseconds(sum(column.ms))} ↑"
                label = QRectF(x - 100, room.top() + 2, 96, theme.scaled(14))
                painter.drawText(
                    label, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), figure
                )

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(theme.scaled(_MARGIN), theme.scaled(26), -2, -theme.scaled(18))

    def event(self, event: QEvent) -> bool:
        """Tell the parts of the layer under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.describe(event.pos()), self)
            return True
        return super().event(event)
