"""A folded part of a reply: a line that says what is folded and how much, and opens it.

Knows nothing about tokens or where the line stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from desktop import theme
from desktop.buttons import draw_icon
from desktop.controls.numbers import format_count
from models.escaping import escape_text

translate = QCoreApplication.translate

LINE_PIXELS = 26
_SIGN_PIXELS = 12
_LONGEST_NAME = 40


@dataclass(slots=True)
class Fold:
    """What the line says.

    Args:
        channel: as `Token.channel`.
        tokens: how many are folded.
        live: whether they are being written.
        forgotten: whether the prompt that was read last has left them out.
        open: whether what is folded is shown below the line.
    """

    channel: str
    tokens: int = 0
    live: bool = False
    forgotten: bool = False
    open: bool = False

    @property
    def text(self) -> str:
        """In the window's language, ``Thinking… 12 tokens``."""
        one, many = translate("Transcript", "1 token"), translate("Transcript", "{count} tokens")
        count = one if self.tokens == 1 else many.format(count=format_count(self.tokens))
        parts = [f"{channel_title(self.channel)}… {count}" if self.live else channel_title(self.channel)]
        parts += [] if self.live else [count]
        if self.forgotten:
            parts.append(translate("Transcript", "left out of the prompt since"))
        return " · ".join(parts)

    @property
    def spoken(self) -> str:
        """The same for screen readers, which do not see the sign."""
        state = (
            translate("Transcript", "unfolded")
            if self.open
            else translate("Transcript", "folded, Enter unfolds")
        )
        return f"{self.text}, {state}"

    @property
    def height(self) -> float:
        """Of the line, in pixels."""
        return float(theme.scaled(LINE_PIXELS))

    @property
    def width(self) -> float:
        """Of what is written, with the sign behind it, in pixels."""
        words = QFontMetricsF(theme.ui_font(13)).horizontalAdvance(self.text)
        return words + theme.scaled(_SIGN_PIXELS) + 2.0 * theme.SPACE

    def paint(self, painter: QPainter, top: float) -> None:
        """Draw the line at the left edge."""
        palette = theme.current()
        painter.save()
        font = theme.ui_font(13)
        painter.setFont(font)
        painter.setPen(theme.colour(palette.text_soft))
        metrics = QFontMetricsF(font)
        baseline = top + (self.height + metrics.capHeight()) / 2
        painter.drawText(QPointF(0.0, baseline), self.text)
        side = theme.scaled(_SIGN_PIXELS)
        painter.translate(
            metrics.horizontalAdvance(self.text) + 1.5 * theme.SPACE, top + (self.height - side) / 2
        )
        painter.scale(side / 16, side / 16)
        draw_icon(painter, "down" if self.open else "right", palette.accent)
        painter.restore()

    def room(self, top: float) -> QRectF:
        """Where a click opens it, for a line at `top`."""
        return QRectF(0.0, top, self.width, self.height)


def channel_title(channel: str) -> str:
    """What a channel is called in the window's language."""
    titles = {
        "thinking": translate("Transcript", "Thinking"),
        "analysis": translate("Transcript", "Analysis"),
        "commentary": translate("Transcript", "Commentary"),
    }
    return titles.get(channel) or escape_text(channel, _LONGEST_NAME)
