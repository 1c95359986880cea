"""The line below the columns: which divergence the tint shows, what its colours mean, and how much is measured.

Knows nothing about how anything is measured.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop import colour_maps, theme
from desktop.buttons import Segments
from desktop.comparison.divergence_reader import DivergenceReader
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.numbers import format_count

_BAR = 64
_GAP = 6

FORWARD, BACKWARD = "forward", "backward"


class DivergenceBar(QWidget):
    """A gradient from 0 to ∞.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Tint: from 0 nats to infinity"))
        theme.themed.connect(self._dress)

    def sizeHint(self) -> QSize:
        """Words and bar."""
        metrics = QFontMetricsF(theme.ui_font(11))
        words = metrics.horizontalAdvance("0") + metrics.horizontalAdvance("∞")
        return QSize(round(words) + theme.scaled(_BAR) + 2 * _GAP + 2, theme.scaled(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words and bar."""
        palette, font = theme.current(), theme.ui_font(11)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setPen(theme.colour(palette.text_soft))
        left = QFontMetricsF(font).horizontalAdvance("0") + _GAP
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.rect()), middle, "0")
        bar = QRectF(left, self.height() / 2 - 4, theme.scaled(_BAR), 8)
        painter.drawText(QRectF(bar.right() + _GAP, 0, 40, self.height()), middle, "∞")
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        table = colour_maps.divergence(palette)
        for share in range(9):
            gradient.setColorAt(share / 8, QColor(*colour_maps.colour_of(table, share / 8)))
        painter.setPen(theme.colour(palette.line))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self.update()


class CompareLegend(QWidget):
    """Direction, colours, progress.

    Args:
        reader: whose progress is shown.
        parent: the widget it lies in.
    """

    turned = Signal(bool)
    """A person wants to see KL(first‖other) (true) or KL(other‖first)."""

    def __init__(self, reader: DivergenceReader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self.direction = Segments(
            self.tr("Tint"),
            (
                (
                    FORWARD,
                    "KL(A ‖ ·)",
                    self.tr(
                        "How far the first reply's distribution is from this one's: infinite where A keeps a "
                        "token that this one removed."
                    ),
                ),
                (
                    BACKWARD,
                    "KL(· ‖ A)",
                    self.tr(
                        "How far this reply's distribution is from the first one's: infinite where this one "
                        "keeps a token that A removed."
                    ),
                ),
            ),
        )
        self.direction.choose(FORWARD)
        self.bar = DivergenceBar()
        self.progress = ElidedLabel()
        self.act = QPushButton()
        self.act.setAccessibleName(self.tr("Stop or go on measuring"))
        self.act.setProperty("look", "link")
        self.act.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.progress.setProperty("look", "soft")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.direction)
        row.addWidget(self.bar)
        row.addWidget(self.progress, 1)
        row.addWidget(self.act)
        self.direction.chosen.connect(self._turn)
        self.act.clicked.connect(self._act)
        reader.changed.connect(self.tell)
        theme.themed.connect(self._dress)
        self._dress()
        self.tell()

    @property
    def forward(self) -> bool:
        """Whether the first reply's distribution is the one that is approximated."""
        return self.direction.value == FORWARD

    @Slot()
    def tell(self) -> None:
        """Say how far reading is."""
        reader = self._reader
        said, act = "", ""
        if reader.refusal:
            said, act = reader.refusal, self.tr("Try again")
        elif reader.stopped:
            said, act = self.tr("Measuring was stopped."), self.tr("Go on")
        elif reader.left:
            said = self.tr("{count} tokens to measure").format(count=format_count(reader.left))
            act = self.tr("Stop")
        elif reader.out_of_reach:
            sentence = self.tr("{count} more can be measured while another of these replies is shown")
            said = sentence.format(count=format_count(reader.out_of_reach))
        elif reader.beyond:
            said = self.tr("{count} tokens are not measured").format(count=format_count(reader.beyond))
            act = self.tr("Measure more")
        self.progress.say(said)
        self.act.setVisible(bool(act))
        if act:
            self.act.setText(act)
            self.act.setAccessibleName(f"{act}: {said}")

    @Slot(str)
    def _turn(self, direction: str) -> None:
        self.turned.emit(direction == FORWARD)

    @Slot()
    def _act(self) -> None:
        if self._reader.left and not self._reader.refusal:
            self._reader.stop()
        else:
            self._reader.read_on()

    @Slot()
    def _dress(self) -> None:
        self.progress.setFont(theme.ui_font(12))
        self.act.setFont(theme.ui_font(12))
