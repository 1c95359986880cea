"""A line that turns a bit of the chosen weight over, turns all back, and writes the last reply again.

Knows nothing about what the bits mean.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.place_field import PlaceField


class FlippingLine(QWidget):
    """Which bit, and what to do with it.

    Args:
        parent: the widget it lies in.
    """

    bit_chosen = Signal(int)
    """A person chose another bit, from 0 for the lowest."""
    flip_asked = Signal(int)
    """A bit is to be turned over."""
    undo_asked = Signal()
    again_asked = Signal()
    """The last reply is to be written again, with the same dice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = ElidedLabel()
        self.about.setProperty("look", "soft")
        self.bit = PlaceField(self.tr("Bit to be flipped, 0 is the lowest"))
        self.bit.setPrefix(self.tr("bit "))
        self.bit.setToolTip(self.tr("Which bit of the stored value; click one of its boxes to choose it."))
        self.flip = QPushButton(self.tr("Flip"))
        self.flip.setAccessibleName(self.tr("Flip this bit of the weight in memory"))
        self.flip.setToolTip(
            self.tr("Turn this bit of the weight over, in memory only: the model runs with it from now on.")
        )
        self.undo = QPushButton(self.tr("Undo all"))
        self.undo.setAccessibleName(self.tr("Turn all flipped bits back"))
        self.again = QPushButton(self.tr("Write the reply again"))
        self.again.setAccessibleName(self.tr("Write the last reply again with the same dice"))
        self.again.setToolTip(
            self.tr(
                "Write the last reply again with the same prompt and dice; the earlier one stays as a variant."
            )
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.about, 1)
        for part in (self.bit, self.flip, self.undo, self.again):
            row.addWidget(part)
        self.bit.valueChanged.connect(self.bit_chosen)
        self.flip.clicked.connect(self._flip)
        self.undo.clicked.connect(self.undo_asked)
        self.again.clicked.connect(self.again_asked)
        theme.themed.connect(self._dress)
        self._dress()

    def show_bits(self, bits: int) -> None:
        """The value has so many bits; 0 where none can be turned over."""
        self.bit.setRange(0, max(bits - 1, 0))
        self.bit.setEnabled(bits > 0)
        self.bit.setVisible(bits > 0)
        self.flip.setEnabled(bits > 0)

    def show_changes(self, flipped: int, *, can_write_again: bool) -> None:
        """So many bits are turned over."""
        self.about.say(self.tr("Flipped: {count}").format(count=flipped) if flipped else "")
        self.undo.setEnabled(flipped > 0)
        self.again.setEnabled(can_write_again)

    @Slot()
    def _flip(self) -> None:
        self.flip_asked.emit(self.bit.value())

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))
        self.bit.setMinimumWidth(theme.scaled(76))
