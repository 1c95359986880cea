"""What most panels are: a line of controls, and below it what they show, or a sentence while there is nothing.

Knows nothing about what that is.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop import theme


def put_below(panel: QWidget, header: QLayout, empty: QWidget, filled: QWidget) -> QStackedLayout:
    """Lay out a panel.

    Args:
        panel: without a layout.
        header: the line of controls.
        empty: the sentence, seen first.
        filled: what is shown otherwise.

    Returns:
        What changes from the one to the other.
    """
    body = QWidget()
    stack = QStackedLayout(body)
    stack.addWidget(empty)
    stack.addWidget(filled)
    column = QVBoxLayout(panel)
    column.setContentsMargins(theme.SPACE * 4, 0, theme.SPACE * 4, theme.SPACE * 3)
    column.setSpacing(theme.SPACE * 2)
    column.addLayout(header)
    column.addWidget(body, 1)
    return stack
