"""A bar of the memory a model needs, by what it is for, on the memory of this machine.

Knows nothing about models.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.model_library.wording import size_text
from desktop.theme import Palette

_BAR, _GAP, _DOT = 6, 6, 7


def _inks(palette: Palette) -> tuple[str, ...]:
    return (palette.accent, palette.cursor, palette.text_soft, palette.text_faint)


class MemoryBar(QWidget):
    """Parts side by side, a legend below.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[tuple[str, int], ...] = ()
        self._room = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.themed.connect(self._dress)

    def show_parts(self, parts: Sequence[tuple[str, int]], room: int) -> None:
        """Show what is needed.

        Args:
            parts: a name and bytes each, at most four.
            room: bytes of the machine; the bar is as long as they are, or as the parts where those are more.
        """
        self._parts, self._room = tuple(parts), room
        said = ", ".join(f"{name} {size_text(size)}" for name, size in self._parts)
        self.setAccessibleName(said)
        self.setToolTip(f"{said} / {size_text(room)}" if room else said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The bar and one line, or several where there is little room."""
        lines = 1 + max((line for _, _, line in self._legend()), default=0)
        return QSize(160, theme.scaled(_BAR + _GAP) + lines * self._line_height())

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        """The legend may wrap differently."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bar and legend."""
        palette = theme.current()
        inks = _inks(palette)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(0, 0, self.width(), theme.scaled(_BAR))
        shape = QPainterPath()
        shape.addRoundedRect(bar, bar.height() / 2, bar.height() / 2)
        painter.setClipPath(shape)
        painter.fillRect(bar, theme.colour(palette.line))
        whole = max(self._room, sum(size for _, size in self._parts), 1)
        left = 0.0
        for (_, size), ink in zip(self._parts, inks, strict=False):
            width = bar.width() * size / whole
            painter.fillRect(QRectF(left, 0, width, bar.height()), theme.colour(ink))
            left += width
        painter.setClipping(False)
        painter.setFont(theme.ui_font(12))
        top, height = theme.scaled(_BAR + _GAP), self._line_height()
        dot = theme.scaled(_DOT)
        for (text, x, line), ink in zip(self._legend(), inks, strict=False):
            area = QRectF(x, top + line * height, self.width() - x, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(ink))
            painter.drawEllipse(QRectF(x, area.center().y() - dot / 2, dot, dot))
            painter.setPen(theme.colour(palette.text_soft))
            painter.drawText(area.adjusted(dot + theme.SPACE, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _legend(self) -> list[tuple[str, float, int]]:
        """Text, left edge and line of each part."""
        metrics = QFontMetricsF(theme.ui_font(12))
        placed, x, line = [], 0.0, 0
        for name, size in self._parts:
            text = f"{name} {size_text(size)}"
            width = theme.scaled(_DOT) + theme.SPACE + metrics.horizontalAdvance(text)
            if x and x + width > self.width():
                x, line = 0.0, line + 1
            placed.append((text, x, line))
            x += width + 4 * theme.SPACE
        return placed

    def _line_height(self) -> int:
        return round(QFontMetricsF(theme.ui_font(12)).height()) + 2

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
