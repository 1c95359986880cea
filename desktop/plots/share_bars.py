"""Signed shares as bars to both sides of a line, the largest first.

Knows nothing about what they are shares of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal

ROW = 19
"""Pixels of a row at a zoom of 1."""


@dataclass(frozen=True, slots=True)
class Share:
    """One share.

    Args:
        name: of the part.
        value: of the share.
        quiet: whether it stands for what is left over.
    """

    name: str
    value: float
    quiet: bool = False


class ShareBars(QWidget):
    """Paints as many shares as there are.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[Share, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(self.tr("Shares of the chosen token's logit"))
        theme.themed.connect(self._restyle)

    def show_shares(self, shares: Sequence[Share]) -> None:
        """Show others."""
        self._shares = tuple(shares)
        said = [f"{share.name} {self._text(share)}" for share in self._shares]
        self.setAccessibleDescription("; ".join(said))
        self._restyle()

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(theme.scaled(280), max(len(self._shares), 1) * theme.scaled(ROW))

    def minimumSizeHint(self) -> QSize:
        """Narrower."""
        return QSize(theme.scaled(180), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, bars, numbers."""
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.ui_font(11))
        metrics = QFontMetricsF(painter.font())
        names = min(
            max((metrics.horizontalAdvance(one.name) for one in self._shares), default=0), self.width() * 0.45
        )
        numbers = max((metrics.horizontalAdvance(self._text(one)) for one in self._shares), default=0) + 1
        room = QRectF(names + 2 * theme.SPACE, 0, self.width() - names - numbers - 4 * theme.SPACE, 0)
        most = max((abs(one.value) for one in self._shares), default=0) or 1.0
        middle = room.center().x()
        height = theme.scaled(ROW)
        painter.setPen(QPen(theme.colour(palette.line), 1))
        painter.drawLine(QPointF(middle, 0), QPointF(middle, len(self._shares) * height))
        for row, share in enumerate(self._shares):
            top = row * height
            painter.setPen(theme.colour(palette.text_faint if share.quiet else palette.text_soft))
            shown = metrics.elidedText(share.name, Qt.TextElideMode.ElideRight, names + 1)
            across = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, top, names + 1, height), Qt.AlignmentFlag.AlignLeft | across, shown)
            place = QRectF(self.width() - numbers, top, numbers, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | across, self._text(share))
            painter.setPen(Qt.PenStyle.NoPen)
            ink = palette.text_faint if share.quiet else palette.accent if share.value > 0 else palette.cursor
            painter.setBrush(theme.colour(ink))
            length = room.width() / 2 * share.value / most
            painter.drawRoundedRect(
                QRectF(min(middle, middle + length), top + 4, max(abs(length), 1.0), height - 8), 2, 2
            )

    @staticmethod
    def _text(share: Share) -> str:
        return ("+" if share.value > 0 else "") + format_decimal(share.value, 3)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
