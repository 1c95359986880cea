"""Which two-dimensional part of a tensor is shown: a place on each axis but the last two, and ranges of those.

Knows nothing about what is in it.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop import theme
from desktop.controls.place_field import PlaceField

MOST_AXES = 6
"""Axes that have a field; of tensors with more the first ones stay at 0."""


class SliceChoice(QWidget):
    """A field for each axis but the last two; nothing where there are none.

    Args:
        parent: the widget it lies in.
    """

    changed = Signal()
    """A person chose another place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[int, ...] = ()
        self.rows = (0, 1)
        self.columns = (0, 1)
        self._fields: list[PlaceField] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        for axis in range(MOST_AXES):
            field = PlaceField(self.tr("Place on axis {number}").format(number=axis))
            field.setToolTip(
                self.tr("Which part is shown: the place on this axis (arrow keys or the wheel).")
            )
            field.setPrefix(f"{axis}: ")
            field.setVisible(False)
            field.valueChanged.connect(self._tell)
            row.addWidget(field)
            self._fields.append(field)

    def show_shape(self, shape: tuple[int, ...]) -> None:
        """Show all of the first part of a tensor."""
        self._shape = (*(1,) * (2 - len(shape)), *shape)
        self.rows, self.columns = (0, self._shape[-2]), (0, self._shape[-1])
        for axis, field in enumerate(self._fields):
            shown = axis < len(self._shape) - 2
            field.blockSignals(True)
            field.setRange(0, min(max(self._shape[axis] - 1, 0), 2**31 - 1) if shown else 0)
            field.setValue(0)
            field.blockSignals(False)
            field.setVisible(shown)

    def show_range(self, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        """Show some rows and columns."""
        self.rows, self.columns = rows, columns

    @property
    def leading(self) -> tuple[int, ...]:
        """Indices of all axes but the last two."""
        outer = len(self._shape) - 2
        return tuple(self._fields[axis].value() if axis < MOST_AXES else 0 for axis in range(max(outer, 0)))

    def index_of(self, row: int, column: int) -> int:
        """Place of a value in the order of memory."""
        place = 0
        for size, at in zip(self._shape, (*self.leading, row, column), strict=True):
            place = place * size + at
        return place

    def cell_of(self, index: int) -> tuple[int, int] | None:
        """Row and column of a value, where it is in the part that is chosen."""
        if not self._shape:
            return None
        height, width = self._shape[-2:]
        before, within = divmod(index, max(height * width, 1))
        chosen = 0
        for size, at in zip(self._shape[:-2], self.leading, strict=True):
            chosen = chosen * size + at
        return divmod(within, width) if before == chosen and index < math.prod(self._shape) else None

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()
