"""Small buttons of the window: an icon, one choice of several, a link.

Knows nothing about what they do.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop import theme

Lines = tuple[tuple[tuple[float, float], ...], ...]
"""Polylines on a square of 16 by 16."""

_LINES: dict[str, Lines] = {
    "close": (((4, 4), (12, 12)), ((12, 4), (4, 12))),
    "plus": (((8, 3), (8, 13)), ((3, 8), (13, 8))),
    "down": (((4, 6), (8, 10), (12, 6)),),
    "left": (((10, 4), (6, 8), (10, 12)),),
    "right": (((6, 4), (10, 8), (6, 12)),),
    "more": (((3.4, 8), (3.6, 8)), ((7.9, 8), (8.1, 8)), ((12.4, 8), (12.6, 8))),
    "branches": (((4, 2), (4, 14)), ((4, 9), (7, 9), (11, 7), (12, 3.5)), ((10, 5), (12, 3), (14, 5))),
    "sidebar": (((2, 3), (14, 3), (14, 13), (2, 13), (2, 3)), ((6, 3), (6, 13))),
    "float": (((6, 4), (12, 4), (12, 10)), ((12, 4), (5, 11)), ((9, 12), (4, 12), (4, 7))),
    "library": (((3, 3), (3, 13)), ((6.5, 3), (6.5, 13)), ((9.5, 3.5), (13, 12.8))),
    "panels": (((2, 3), (14, 3), (14, 13), (2, 13), (2, 3)), ((9, 3), (9, 13)), ((9, 8), (14, 8))),
}


class IconButton(QAbstractButton):
    """A square button with a drawn icon.

    Args:
        icon: name of the icon.
        name: what the button does, for the tooltip and for screen readers.
        size: of the square in pixels at a zoom of 1.
        parent: the widget it lies in.
    """

    def __init__(self, icon: str, name: str, size: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._size = size
        self._hovered = False
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.themed.connect(self.updateGeometry)
        theme.themed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(theme.scaled(self._size), theme.scaled(self._size))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer is over it."""
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has left."""
        self._hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, focus frame and icon."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme.colour(palette.accent), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        lit = self._hovered or self.isDown() or self.isChecked()
        painter.setBrush(theme.colour(palette.hover) if lit else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(room, 6, 6)
        ink = palette.text if self._hovered else palette.text_soft
        scale = theme.scaled(16) / 16
        painter.translate(QRectF(self.rect()).center())
        painter.scale(scale, scale)
        painter.translate(-8, -8)
        draw_icon(painter, self._icon, ink if self.isEnabled() else palette.text_faint)


def draw_icon(painter: QPainter, icon: str, ink: str) -> None:
    """Draw an icon on the square from (0, 0) to (16, 16).

    Args:
        painter: at the square's corner.
        icon: its name.
        ink: its colour, ``#rrggbb``.
    """
    if icon == "theme":
        draw_lines(painter, (), ink)
        painter.drawEllipse(QPointF(8, 8), 5.2, 5.2)
        half = QPainterPath(QPointF(8, 2.8))
        half.arcTo(QRectF(2.8, 2.8, 10.4, 10.4), 90, -180)
        half.closeSubpath()
        painter.fillPath(half, theme.colour(ink))
        return
    draw_lines(painter, _LINES[icon], ink)


def draw_lines(painter: QPainter, lines: Lines, ink: str, width: float = 1.5) -> None:
    """Draw polylines as icons are drawn.

    Args:
        painter: at the square's corner.
        lines: on it.
        ink: their colour, ``#rrggbb``.
        width: of the pen.
    """
    style, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(theme.colour(ink), width, style, cap, join))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in lines:
        painter.drawPolyline([QPointF(x, y) for x, y in line])


class Segments(QWidget):
    """A choice of one from a few, side by side.

    Args:
        name: what is chosen, for screen readers.
        choices: a value, a label and a sentence of explanation each.
        parent: the widget it lies in.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, choices: Sequence[tuple[str, str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetMinimumSize)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for value, label, explanation in choices:
            button = QPushButton(label)
            button.setProperty("look", "segment")
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {label}")
            button.setToolTip(explanation)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            # A label that is cut off says nothing: rather the column stays wide enough.
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            self._group.addButton(button)
            self._buttons[value] = button
            row.addWidget(button)
        self._group.buttonClicked.connect(self._tell)

    def choose(self, value: str) -> None:
        """Show a value as chosen, without telling anybody."""
        self._buttons[value].setChecked(True)

    def allow(self, value: str, allowed: bool, explanation: str) -> None:
        """Say whether a value can be chosen, and why or why not."""
        button = self._buttons[value]
        button.setEnabled(allowed)
        button.setToolTip(explanation)
        button.setAccessibleDescription("" if allowed else explanation)

    @property
    def value(self) -> str:
        """What is chosen."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def _tell(self) -> None:
        self.chosen.emit(self.value)
