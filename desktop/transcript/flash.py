"""Points out a message: its ground lights up and fades.

Knows nothing about where the message stands.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QWidget

from desktop import theme

LEVELS = 12
"""Grounds between lit and nothing: so often is the message painted anew, however fast the screen is."""

LASTING_MS = 1_200

_HELD = 0.35
"""Share of the time before it begins to fade."""


class Flash(QVariantAnimation):
    """Lights one message up and ends by itself.

    Args:
        shown_in: the widget whose style says whether things may move.
    """

    changed = Signal()
    """It looks otherwise than before."""

    def __init__(self, shown_in: QWidget) -> None:
        super().__init__(shown_in)
        self._shown_in = shown_in
        self.message = -1
        """Number of the message that is lit up, -1 for none."""
        self.setDuration(LASTING_MS)
        self.valueChanged.connect(self._tell)
        self.finished.connect(self._end)

    def point_out(self, message: int) -> None:
        """Light a message up, and no other one."""
        self.stop()
        self.message = message
        # Who wants nothing to move sees the ground appear and disappear.
        moves = self._shown_in.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        held = _HELD if moves else 1.0 - 1.0 / LASTING_MS
        self.setKeyValues([(0.0, LEVELS), (held, LEVELS), (1.0, 0)])
        self.start()
        self.changed.emit()

    def stop(self) -> None:
        """Light nothing up any more."""
        super().stop()
        self._end()

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the ground.

        Args:
            painter: at the message's corner.
            width: of the message.
            height: of the message with the gap below it.
        """
        level: Any = self.currentValue()
        room = QRectF(0.0, 0.0, width, height - theme.scaled(12))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.current().accent_soft, min(level / LEVELS, 1.0)))
        painter.drawRoundedRect(room.adjusted(*[side * theme.SPACE for side in (-2, -1.5, 2, 0)]), 6, 6)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()

    @Slot()
    def _end(self) -> None:
        if self.message >= 0:
            # Told before it is forgotten: whoever paints has to know which one.
            self.changed.emit()
            self.message = -1
