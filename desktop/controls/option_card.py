"""One of a few options, with what it means and what it costs.

Knows nothing about what is chosen.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QEnterEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop import theme
from desktop.controls.plain_tooltip import plain_tooltip

_PAD = 3 * theme.SPACE
_RING = 14
"""Width of the mark that says which is chosen, in pixels at a zoom of 1."""


class OptionCard(QAbstractButton):
    """A card that can be chosen: put several into a `QButtonGroup`, and the arrow keys go from one to the next.

    Args:
        title: what it is called.
        parent: the widget it lies in.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._detail = ""
        self._cost = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.themed.connect(self._dress)
        self.describe("", "")

    def describe(self, detail: str, cost: str, possible: bool = True) -> None:
        """Say what it means.

        Args:
            detail: in one sentence, below the title.
            cost: beside the title.
            possible: whether it can be chosen; if not, `detail` says why.
        """
        self._detail, self._cost = detail, cost
        self.setEnabled(possible)
        self.setAccessibleName(f"{self._title}, {cost}" if cost else self._title)
        self.setAccessibleDescription(detail)
        self.setToolTip(plain_tooltip(detail))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines."""
        lines = QFontMetricsF(self._title_font()).height() + QFontMetricsF(theme.ui_font(12)).height()
        return QSize(theme.scaled(320), round(lines) + 2 * _PAD + theme.SPACE)

    def minimumSizeHint(self) -> QSize:
        """The same height, and less width."""
        return QSize(theme.scaled(200), self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer is over it."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        """The pointer has left."""
        super().leaveEvent(event)  # type: ignore[arg-type]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, mark and both lines."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked() and self.isEnabled()
        line = palette.accent if self.hasFocus() else palette.accent_line if chosen else palette.line
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        ground = palette.accent_soft if chosen else palette.hover if lit else palette.surface
        painter.setPen(QPen(theme.colour(line), 1))
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        self._paint_mark(painter, chosen)
        left = _PAD + theme.scaled(_RING) + 2 * theme.SPACE
        room = QRectF(self.rect()).adjusted(left, _PAD, -_PAD, -_PAD)
        title = QFontMetricsF(self._title_font())
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(self._title_font())
        painter.setPen(theme.colour(palette.text if self.isEnabled() else palette.text_faint))
        upper = QRectF(room.left(), room.top(), room.width(), title.height())
        cost_width = title.horizontalAdvance(self._cost)
        name_width = upper.width() - cost_width - 2 * theme.SPACE
        painter.drawText(upper, flags, title.elidedText(self._title, Qt.TextElideMode.ElideRight, name_width))
        painter.drawText(upper, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._cost)
        painter.setFont(theme.ui_font(12))
        painter.setPen(theme.colour(palette.text_soft if self.isEnabled() else palette.text_faint))
        lower = QRectF(
            room.left(), upper.bottom() + theme.SPACE, room.width(), room.bottom() - upper.bottom()
        )
        detail = QFontMetricsF(painter.font())
        shown = detail.elidedText(self._detail, Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), shown)

    def _paint_mark(self, painter: QPainter, chosen: bool) -> None:
        palette, size = theme.current(), theme.scaled(_RING)
        ring = QRectF(_PAD, _PAD + (QFontMetricsF(self._title_font()).height() - size) / 2, size, size)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(palette.accent if chosen else palette.text_faint), 1.5))
        painter.drawEllipse(ring.adjusted(0.75, 0.75, -0.75, -0.75))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.accent))
            inset = size * 0.3
            painter.drawEllipse(ring.adjusted(inset, inset, -inset, -inset))

    def _title_font(self) -> QFont:
        return theme.ui_font(14, QFont.Weight.DemiBold)

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
