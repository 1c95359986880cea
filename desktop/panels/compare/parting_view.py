"""Where replies part: what each could have chosen there, the draw that chose, and how probable each choice was.

Knows nothing about how probabilities are read; it is given an `Opening`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.buttons import IconButton
from desktop.comparison.opening import Opening, SideOpening
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.numbers import format_count, format_decimal
from desktop.panels.next_token.wording import stage_label
from desktop.plots.bar_rows import Bar
from desktop.plots.choice_bars import ChoiceBars
from desktop.plots.draw_strip import DrawStrip, Segment

ShowPiece = Callable[[int], str]


class PartingColumn(QWidget):
    """One reply at a parting: the draw among its survivors, and the choices.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = ElidedLabel()
        self.strip = DrawStrip()
        self.bars = ChoiceBars()
        self.about.setProperty("look", "faint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.about)
        column.addWidget(self.strip)
        column.addSpacing(theme.SPACE)
        column.addWidget(self.bars)
        column.addStretch(1)

    def show_nothing(self, why: str) -> None:
        """Say why this reply has no part in it."""
        self.about.say(why)
        self.strip.hide()
        self.bars.hide()

    def show_side(
        self, opening: Opening, side: SideOpening, show_piece: ShowPiece, special: frozenset[int]
    ) -> None:
        """Show one reply's part.

        Args:
            opening: the parting.
            side: the reply.
            show_piece: gives the text of a token.
            special: IDs of control tokens.
        """
        self.about.say(self._sentence(side))
        segments = [Segment(token, show_piece(token), share) for token, share in side.top]
        draw = side.draw if side.drawn and not math.isnan(side.draw) else None
        self.strip.show_draw(segments, draw if segments else None, -1)
        self.strip.setVisible(bool(segments))
        bars = [
            Bar(
                id=choice,
                rank=rank,
                piece=show_piece(choice),
                special=choice in special,
                logit=logit,
                before=before,
                after=None if math.isnan(after) else after,
                removed_by=None if removed is None else stage_label(removed),
            )
            for choice, rank, logit, before, after, removed in zip(
                opening.choices,
                opening.ranks,
                opening.logits,
                opening.before,
                side.after,
                side.removed_by,
                strict=True,
            )
        ]
        self.bars.show_bars(bars, side.chosen, side.drawn)
        self.bars.show()

    def _sentence(self, side: SideOpening) -> str:
        parts = []
        if not side.drawn:
            parts.append(self.tr("put there by a person"))
        elif not math.isnan(side.draw):
            parts.append(self.tr("u = {draw}").format(draw=format_decimal(side.draw, 3)))
        if side.survivors == 1:
            parts.append(self.tr("1 token left"))
        elif side.survivors:
            parts.append(self.tr("{count} tokens left").format(count=format_count(side.survivors)))
        return " · ".join(parts)


class PartingView(QWidget):
    """A title, and a part for each column.

    Args:
        parent: the widget it lies in.
    """

    turned = Signal(int)
    """A person wants the next (1) or previous (-1) parting."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Where the replies part"))
        self.title = ElidedLabel()
        self.place = QLabel()
        self.previous = IconButton("left", self.tr("Previous place where replies part"), 22)
        self.next = IconButton("right", self.tr("Next place where replies part"), 22)
        self.parts: list[PartingColumn] = []
        self.previous.clicked.connect(lambda: self.turned.emit(-1))
        self.next.clicked.connect(lambda: self.turned.emit(1))
        self.place.setProperty("look", "faint")
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        line.addWidget(self.title, 1)
        line.addWidget(self.previous)
        line.addWidget(self.place)
        line.addWidget(self.next)
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self._row.setAlignment(Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * theme.SPACE, 0, theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addLayout(line)
        column.addLayout(self._row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        theme.themed.connect(self._dress)
        self._dress()

    def set_columns(self, widths: Sequence[int], gap: int) -> None:
        """Have as many parts as there are columns, as wide as they are.

        Args:
            widths: of the columns, in pixels.
            gap: between them.
        """
        while len(self.parts) < len(widths):
            part = PartingColumn()
            self.parts.append(part)
            self._row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        while len(self.parts) > len(widths):
            part = self.parts.pop()
            self._row.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._row.setSpacing(gap)
        for part, width in zip(self.parts, widths, strict=True):
            part.setFixedWidth(width)

    def say(self, title: str, number: int, count: int) -> None:
        """Say which place it is.

        Args:
            title: one sentence.
            number: of the parting, from 1.
            count: of all of them.
        """
        self.title.say(title)
        self.title.setAccessibleName(title)
        for widget in (self.previous, self.place, self.next):
            widget.setVisible(count > 1)
        self.place.setText(f"{number}/{count}")
        self.previous.setEnabled(number > 1)
        self.next.setEnabled(number < count)

    @Slot()
    def _dress(self) -> None:
        self.title.setFont(theme.ui_font(13, QFont.Weight.DemiBold))
