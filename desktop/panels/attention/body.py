"""What the attention panel shows: the atlas, the map, the list of keys and the legend, side by side.

Knows nothing about the session.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop import theme
from desktop.panels.attention.looks_most_at import LooksMostAt
from desktop.plots.atlas_scroll import AtlasScroll
from desktop.plots.attention_atlas import AttentionAtlas
from desktop.plots.attention_map import AttentionMap
from desktop.plots.attention_scale import AttentionScale
from desktop.plots.colour_bar import ColourBar

NARROW = 560
"""A body less wide, in pixels at a zoom of 1, shows no list of keys; the map's own readout is left."""


class AttentionBody(QWidget):
    """Atlas, map, keys, legend.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.atlas = AttentionAtlas()
        self.map = AttentionMap()
        self.keys = LooksMostAt()
        self.legend = ColourBar()
        self._scroll = AtlasScroll(self.atlas)
        self._side = QWidget()
        self._below_atlas = self._caption("")
        self._above_legend = self._caption(self.tr("attention weight"))
        left = QVBoxLayout()
        left.setSpacing(theme.SPACE)
        left.addWidget(self._scroll, 1)
        left.addWidget(self._below_atlas)
        right = QVBoxLayout(self._side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(theme.SPACE)
        right.addWidget(self.keys, 1)
        right.addWidget(self._above_legend)
        right.addWidget(self.legend)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE * 3)
        # The list of keys may go, so it is not counted in what the parts need at least.
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.addLayout(left)
        row.addWidget(self.map, 1)
        row.addWidget(self._side)
        theme.themed.connect(self._dress)
        self._dress()

    def set_shape(self, layers: int, heads: int) -> None:
        """Say how many layers and heads a layer there are."""
        self.atlas.set_shape(layers, heads)
        self._below_atlas.setText(
            self.tr("{layers} layers × {heads} heads").format(layers=layers, heads=heads)
        )

    def set_scale(self, scale: AttentionScale) -> None:
        """Show map, atlas and legend on another scale."""
        for part in (self.map, self.atlas, self.legend):
            part.set_scale(scale)

    def minimumSizeHint(self) -> QSize:
        """Atlas and map."""
        chart = self.map.minimumSizeHint()
        return QSize(self._scroll.minimumWidth() + 3 * theme.SPACE + chart.width(), chart.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the map usable in a narrow panel: the list of keys goes before it does."""
        super().resizeEvent(event)
        self._side.setVisible(self.width() >= theme.scaled(NARROW))

    @staticmethod
    def _caption(text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("look", "faint")
        return label

    @Slot()
    def _dress(self) -> None:
        for caption in (self._below_atlas, self._above_legend):
            caption.setFont(theme.ui_font(11))
