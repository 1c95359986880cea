"""A small field for a whole number that the arrow keys and the wheel change, without buttons.

Knows nothing about what the number counts.
"""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

from desktop import theme


class PlaceField(QSpinBox):
    """A whole number.

    Its buttons have no width by the stylesheet: with `NoButtons` and any stylesheet Qt leaves the text one pixel.

    Args:
        name: of it, for screen readers.
        parent: the widget it lies in.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.lineEdit().setAccessibleName(name)
        # The stylesheet's padding does not reach the line within.
        self.lineEdit().setTextMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
