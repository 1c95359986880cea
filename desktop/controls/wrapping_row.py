"""A row of small widgets that goes on in the next line where it finds no room.

Knows nothing about what the widgets are.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class WrappingRow(QLayout):
    """A layout that sets widgets like words, each line as high as its highest.

    Args:
        gap: pixels between widgets and between lines.
        parent: the widget whose layout this becomes.
    """

    def __init__(self, gap: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        """Put something at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Give one of them away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        """No room is wanted beyond what is needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """It gets higher as it gets narrower."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high at a width."""
        return self._lay_out(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, area: QRect) -> None:  # noqa: N802
        """Place everything."""
        super().setGeometry(area)
        self._lay_out(area, place=True)

    def sizeHint(self) -> QSize:
        """All of it in one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self._gap * max(len(sizes) - 1, 0)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802
        """The widest of them."""
        sizes = [item.minimumSize() for item in self._shown()]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lay_out(self, area: QRect, *, place: bool) -> int:
        """Set all in lines; returns the height."""
        lines: list[list[QLayoutItem]] = [[]]
        x = 0
        for item in self._shown():
            width = item.sizeHint().width()
            if lines[-1] and x + width > area.width():
                lines.append([])
                x = 0
            lines[-1].append(item)
            x += width + self._gap
        y = area.top()
        for line in lines:
            tall = max((item.sizeHint().height() for item in line), default=0)
            x = area.left()
            for item in line:
                size = item.sizeHint()
                width = min(size.width(), area.width())
                if place:
                    # Labels and buttons of a line stand on one middle.
                    corner = QPoint(x, y + (tall - size.height()) // 2)
                    item.setGeometry(QRect(corner, QSize(width, size.height())))
                x += width + self._gap
            y += tall + self._gap
        return y - self._gap - area.top()
