"""A few rows of chips at most; where there are more they scroll, and a token that is sought is scrolled into sight.

Knows nothing about which token that is, or why.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from desktop.token_chips import TokenChips

MOST_ROWS = 3.5
"""Half a row is seen of the next one: that there is more can be seen without a scroll bar too."""


class ChipScroll(QScrollArea):
    """As high as its chips, up to a limit.

    Args:
        chips: that are shown.
        parent: the widget it lies in.
    """

    def __init__(self, chips: TokenChips, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips = chips
        self._sought = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidget(chips)
        # The ground is that of what it lies in.
        for ground in (self.viewport(), chips):
            ground.setAutoFillBackground(False)

    @Slot(int)
    def seek(self, position: int) -> None:
        """Have a token in sight, now and when the rows break anew."""
        self._sought = position
        chip = self._chips.chip(position)
        if not chip.isEmpty():
            place, around = chip.center().toPoint(), self._chips.row_height // 2
            self.ensureVisible(place.x(), place.y(), 0, around)

    def sizeHint(self) -> QSize:
        """As high as the rows, or as a few of them."""
        whole = self._chips.sizeHint()
        return QSize(whole.width(), min(whole.height(), round(MOST_ROWS * self._chips.row_height)))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(self._chips.minimumSizeHint().width(), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """The chips are in more or fewer rows."""
        handled = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.seek(self._sought)
        return handled
