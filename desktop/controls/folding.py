"""A row whose parts stand below each other where they find too little room beside each other.

Knows nothing about what the parts are, or how much room they want.
"""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout

Direction = QBoxLayout.Direction


def fold(row: QBoxLayout, folded: bool) -> None:
    """Set the parts of a row below each other, or beside each other again.

    Args:
        row: whose parts.
        folded: whether below each other.
    """
    wanted = Direction.TopToBottom if folded else Direction.LeftToRight
    if row.direction() is not wanted:
        row.setDirection(wanted)
