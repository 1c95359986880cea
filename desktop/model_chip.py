"""The name of the loaded model and its most telling facts, on a button.

Knows nothing about what pressing it does.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop import theme

_PADDING = 2 * theme.SPACE + 2


class ModelChip(QAbstractButton):
    """A name in full ink, facts in softer ink; both give way where there is no room.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._facts = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.themed.connect(self._dress)

    def say(self, name: str, facts: str) -> None:
        """Show a name, in softer ink where it comes without facts."""
        self._name, self._facts = name, facts
        said = f"{name} · {facts}" if facts else name
        self.setText(said.replace("&", "&&"))
        self.setAccessibleName(said)
        self.setEnabled(bool(facts))
        cursor = Qt.CursorShape.PointingHandCursor if facts else Qt.CursorShape.ArrowCursor
        self.setCursor(cursor)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        metrics = QFontMetricsF(theme.ui_font(13))
        width = metrics.horizontalAdvance(self._name) + metrics.horizontalAdvance(self._tail())
        return QSize(round(width) + 2 * _PADDING + 2, round(metrics.height()) + 3 * theme.SPACE)

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(theme.scaled(60), self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer is over it."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        """The pointer has left."""
        super().leaveEvent(event)  # type: ignore[arg-type]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, focus frame and text."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        painter.setPen(QPen(theme.colour(palette.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(palette.hover if lit else palette.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(theme.ui_font(13))
        metrics = QFontMetricsF(painter.font())
        area = QRectF(self.rect()).adjusted(_PADDING, 0, -_PADDING, 0)
        elide = Qt.TextElideMode.ElideRight
        # The size is rounded: without this bit of leeway a text that fits could lose its last letter.
        name = metrics.elidedText(self._name, elide, area.width() + 1)
        painter.setPen(theme.colour(palette.text if self._facts else palette.text_soft))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(area, int(flags), name)
        left = metrics.horizontalAdvance(name)
        if name == self._name and self._facts:
            rest = metrics.elidedText(self._tail(), elide, area.width() - left + 1)
            painter.setPen(theme.colour(palette.text_soft))
            painter.drawText(area.adjusted(left, 0, 0, 0), int(flags), rest)

    def _tail(self) -> str:
        return f" · {self._facts}" if self._facts else ""

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
