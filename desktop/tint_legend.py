"""What the tint of the transcript means: a small colour bar with its ends named.

Knows nothing about how tokens are tinted.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import colour_maps, theme
from desktop.session import Session
from desktop.transcript.tint import Tint, TintMode

_BAR = 56
_GAP = 6


class TintLegend(QWidget):
    """A gradient between two words.

    Args:
        tint: whose colours are explained.
        session: names the head.
        parent: the widget it lies in.
    """

    def __init__(self, tint: Tint, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tint = tint
        self._session = session
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        tint.changed.connect(self._tell)
        session.head_changed.connect(self._tell)
        theme.themed.connect(self._tell)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        self.setVisible(self._tint.mode is not TintMode.NONE)
        self.setAccessibleName(" … ".join(self._words()))
        self.updateGeometry()
        self.update()

    def _words(self) -> tuple[str, str]:
        if self._tint.mode is TintMode.ATTENTION:
            layer, head = self._session.layer, self._session.head
            names = {"mean": self.tr("mean"), "max": self.tr("max")}
            shown = names[head] if isinstance(head, str) else str(head)
            return self.tr("layer {layer} · head {head}").format(layer=max(layer, 0), head=shown), ""
        return self.tr("0 %"), self.tr("100 %")

    def sizeHint(self) -> QSize:
        """As wide as words and bar."""
        metrics = QFontMetricsF(theme.ui_font(11))
        words = sum(metrics.horizontalAdvance(word) + _GAP for word in self._words() if word)
        return QSize(round(words) + theme.scaled(_BAR) + 2, theme.scaled(18))

    def minimumSizeHint(self) -> QSize:
        """Nothing: it gives way in a narrow window."""
        return QSize(0, theme.scaled(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words and bar."""
        if self.width() < self.sizeHint().width():
            return
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.ui_font(11)
        painter.setFont(font)
        painter.setPen(theme.colour(palette.text_faint))
        first, second = self._words()
        left = QFontMetricsF(font).horizontalAdvance(first) + _GAP
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.rect()), middle, first)
        bar = QRectF(left, self.height() / 2 - 4, theme.scaled(_BAR), 8)
        if second:
            painter.drawText(QRectF(bar.right() + _GAP, 0, 80, self.height()), middle, second)
        table = (
            colour_maps.attention_ground(palette)
            if self._tint.mode is TintMode.ATTENTION
            else colour_maps.probability(palette)
        )
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for share in range(9):
            gradient.setColorAt(share / 8, QColor(*colour_maps.colour_of(table, share / 8)))
        painter.setPen(theme.colour(palette.line))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
