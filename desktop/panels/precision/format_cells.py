"""Cells of the table of formats: as in every table of facts, with a piece of the format's line before its name.

Knows nothing about the figures.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop import theme
from desktop.controls.fact_cells import FactCells
from desktop.panels.precision.looks import paint_sample
from desktop.panels.precision.table_model import SAMPLE_ROLE

SAMPLE_WIDTH = 26


class FormatCells(FactCells):
    """Paints samples too."""

    def indent(self, index: QModelIndex | QPersistentModelIndex) -> float:
        """Room for the sample."""
        return theme.scaled(SAMPLE_WIDTH) + theme.SPACE if index.data(SAMPLE_ROLE) else 0.0

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The cell, and the sample in the room before its text."""
        super().paint(painter, option, index)
        name = index.data(SAMPLE_ROLE)
        if name is not None:
            room = QRectF(option.rect).adjusted(2, 0, 0, 0)
            room.setWidth(theme.scaled(SAMPLE_WIDTH))
            paint_sample(painter, room, name)
