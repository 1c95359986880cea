"""The frame around an atlas: gives it the room there is, and scrolls where that is not enough.

Knows nothing about what the atlas shows.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop import theme
from desktop.plots.attention_atlas import AttentionAtlas

WIDEST = 300
"""Pixels of the frame at most, at a zoom of 1; wider atlases scroll."""


class AtlasScroll(QScrollArea):
    """As wide as the atlas, up to `WIDEST`.

    Args:
        atlas: what is shown.
        parent: the widget it lies in.
    """

    def __init__(self, atlas: AttentionAtlas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._atlas = atlas
        self.setWidget(atlas)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        atlas.side_changed.connect(self._fit_width)
        atlas.chosen_moved.connect(self._show_chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._atlas.set_room(self.height())

    @Slot(int, int)
    def _show_chosen(self, layer: int, head: int) -> None:
        place = self._atlas.cell_rectangle(layer, head).toAlignedRect()
        centre = place.center()
        self.ensureVisible(centre.x(), centre.y(), place.width(), place.height())

    @Slot()
    def _fit_width(self) -> None:
        wide = self._atlas.sizeHint()
        # Where rows scroll, the scroll bar stands beside the atlas, not on it.
        bar = self.verticalScrollBar().sizeHint().width() if wide.height() > self.height() else 0
        width = min(wide.width() + bar, theme.scaled(WIDEST))
        if width != self.width():
            self.setFixedWidth(width)
