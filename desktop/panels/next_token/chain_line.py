"""The sampling chain on one line: how many tokens survive each stage and the entropy after it.

Knows nothing about how stages compute; a click on a stage only says which one it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from desktop import theme


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What one link of the chain shows.

    Args:
        label: name for people.
        figure: how many tokens are left, or the token drawn; may be empty.
        below: the entropy, or what else belongs under it; may be empty.
        active: whether the stage changes anything.
        explanation: for tooltip and screen reader.
        figure_first: whether the figure stands before the name (``49,152 logits``).
        piece: whether the figure is a token, not a count.
        in_text: whether that token is the one that stands in the text.
    """

    label: str
    figure: str
    below: str
    active: bool
    explanation: str
    figure_first: bool = False
    piece: bool = False
    in_text: bool = False


class StageButton(QAbstractButton):
    """One link of the chain.

    Args:
        parent: the chain.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.facts = StageFacts("", "", "", False, "")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_facts(self, facts: StageFacts) -> None:
        """Show other facts."""
        if facts == self.facts:
            return
        self.facts = facts
        self.setText(facts.label)
        spoken = f"{facts.figure} {facts.label}" if facts.figure_first else f"{facts.label} {facts.figure}"
        self.setAccessibleName(", ".join(part for part in (spoken.strip(), facts.below) if part))
        self.setAccessibleDescription(facts.explanation)
        self.setToolTip(facts.explanation)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the wider of its two lines."""
        return QSize(round(self._width(self.facts)) + 3 * theme.SPACE, theme.scaled(38))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name and figure, entropy below, a line under the chosen stage."""
        palette, facts = theme.current(), self.facts
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.raised))
            painter.drawRoundedRect(area, theme.SPACE, theme.SPACE)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour(palette.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, theme.SPACE, theme.SPACE)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(palette.accent))
            inset = 1.5 * theme.SPACE
            painter.drawRoundedRect(
                QRectF(inset, self.height() - 2.0, self.width() - 2 * inset, 2.0), 1.0, 1.0
            )
        self._write(painter, facts)

    def _write(self, painter: QPainter, facts: StageFacts) -> None:
        palette = theme.current()
        x, first_line = 1.5 * theme.SPACE, theme.scaled(22)
        name = (facts.label, theme.ui_font(13), palette.text_soft if facts.active else palette.text_faint)
        figure_ink = palette.text
        if facts.piece:
            figure_ink = palette.cursor if facts.in_text else palette.accent
        figure = (facts.figure, _figure_font(facts), figure_ink)
        for text, font, ink in (figure, name) if facts.figure_first else (name, figure):
            if not text:
                continue
            painter.setFont(font)
            painter.setPen(theme.colour(ink))
            painter.drawText(
                QRectF(x, 0, self.width(), first_line), int(_LEFT | Qt.TextFlag.TextDontClip), text
            )
            x += QFontMetricsF(font).horizontalAdvance(text) + theme.SPACE * 1.5
        painter.setFont(theme.ui_font(11))
        painter.setPen(theme.colour(palette.text_faint))
        below = QRectF(1.5 * theme.SPACE, first_line - 3, self.width(), theme.scaled(14))
        painter.drawText(below, int(_LEFT | Qt.TextFlag.TextDontClip), facts.below)

    def _width(self, facts: StageFacts) -> float:
        name = QFontMetricsF(theme.ui_font(13)).horizontalAdvance(facts.label)
        figure = QFontMetricsF(_figure_font(facts)).horizontalAdvance(facts.figure)
        between = theme.SPACE * 1.5 if facts.label and facts.figure else 0
        below = QFontMetricsF(theme.ui_font(11)).horizontalAdvance(facts.below)
        return max(name + between + figure, below)


def _worth(button: StageButton) -> int:
    """0 for a stage that is off, 1 for one that removed nothing, 2 for one that removed tokens."""
    return int(button.facts.active) + int(bool(button.facts.figure))


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _figure_font(facts: StageFacts) -> QFont:
    return theme.mono_font(13, QFont.Weight.Bold) if facts.piece else theme.ui_font(13, QFont.Weight.DemiBold)


class ChainLine(QWidget):
    """The links from the logits to the draw, with arrows between them.

    Where there is no room for all, those that are off are left out first, then those that removed nothing.

    Args:
        parent: the widget it lies in.
    """

    chosen = Signal(int)
    """A person chose a link, counted from 0 (the logits)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[StageButton] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._arrows: list[int] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Sampling chain"))
        theme.themed.connect(self._dress)

    @property
    def buttons(self) -> Sequence[StageButton]:
        """The links, the logits first."""
        return self._buttons

    def show_links(self, links: Sequence[StageFacts], checked: int) -> None:
        """Show other figures.

        Args:
            links: from the logits to the draw.
            checked: the one whose distribution is shown.
        """
        while len(self._buttons) < len(links):
            button = StageButton(self)
            self._group.addButton(button, len(self._buttons))
            self._buttons.append(button)
        for button, facts in zip(self._buttons, links, strict=True):
            button.show_facts(facts)
        self._buttons[checked].setChecked(True)
        self._lay_out()

    def sizeHint(self) -> QSize:
        """Two lines of text."""
        return QSize(theme.scaled(400), theme.scaled(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The arrows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(theme.current().text_faint), 1.2))
        length, head, y = theme.scaled(8), theme.scaled(3), theme.scaled(11) + 0.5
        for x in self._arrows:
            painter.drawLine(QPointF(x, y), QPointF(x + length, y))
            painter.drawLine(QPointF(x + length, y), QPointF(x + length - head, y - head))
            painter.drawLine(QPointF(x + length, y), QPointF(x + length - head, y + head))

    def _lay_out(self) -> None:
        arrow = theme.scaled(8)
        shown = self._fitting(arrow)
        x, arrows = 0, []
        for button in self._buttons:
            button.setVisible(button in shown)
            if button not in shown:
                continue
            if button is not shown[0]:
                arrows.append(x)
                x += arrow
            size = button.sizeHint()
            button.setGeometry(x, 0, size.width(), size.height())
            x += size.width()
        self._arrows = arrows
        self.update()

    def _fitting(self, arrow: int) -> list[StageButton]:
        shown = list(self._buttons)
        if not shown:
            return shown
        between = [button for button in shown[1:-1] if not button.isChecked()]
        # All that are off go together; of those that removed tokens the earlier ones go first.
        groups = [[b for b in between if _worth(b) == worth] for worth in (0, 1)]
        groups += [[b] for b in between if _worth(b) == 2]
        for group in groups:
            if sum(button.sizeHint().width() for button in shown) + arrow * (len(shown) - 1) <= self.width():
                break
            shown = [button for button in shown if button not in group]
        return shown

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self._lay_out()
