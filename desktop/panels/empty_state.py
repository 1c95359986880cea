"""What a panel shows while there is nothing to show: one sentence that says what will appear here, and how.

Knows nothing about which panel it is in.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop import theme


class EmptyState(QLabel):
    """A quiet sentence in the middle of an empty panel.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setContentsMargins(theme.SPACE * 6, theme.SPACE * 4, theme.SPACE * 6, theme.SPACE * 4)
        self.setProperty("look", "soft")

    def say(self, sentence: str) -> None:
        """Show a sentence, and let screen readers have it."""
        self.setText(sentence)
        self.setAccessibleName(sentence)
