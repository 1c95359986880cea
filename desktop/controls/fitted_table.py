"""A table that never scrolls sideways: one column gives way, and where that is too little, others are left out.

Knows nothing about what is in it.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from desktop import theme


class FittedTable(QTableView):
    """Columns as wide as their content, and one that takes what is left.

    Args:
        stretched: the column that takes what is left.
        least: pixels of that column, at a zoom of 1.
        narrowest: pixels of the table, at a zoom of 1.
        left_out: columns that can be done without, the first of them first.
        parent: the widget it lies in.
    """

    def __init__(
        self,
        stretched: int,
        least: int,
        narrowest: int,
        left_out: tuple[int, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._stretched, self._least, self._narrowest = stretched, least, narrowest
        self._left_out = left_out
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def share_width(self) -> None:
        """Give every column its width again; call it when the content or the font is another."""
        header = self.horizontalHeader()
        if self.model() is None or not header.count():
            return
        # The title of a hidden column has no size.
        for column in self._left_out:
            self.setColumnHidden(column, False)
        widths = {
            column: max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            for column in range(header.count())
            if column != self._stretched
        }
        room = self.viewport().width() - theme.scaled(self._least)
        hidden: set[int] = set()
        for column in self._left_out:
            if sum(widths.values()) <= room:
                break
            hidden.add(column)
            del widths[column]
        for column in hidden:
            self.setColumnHidden(column, True)
        # What is missing even then the widest give up: their texts end in an ellipsis.
        narrowest_first = sorted(widths, key=lambda column: widths[column])
        for place, column in enumerate(narrowest_first):
            width = min(widths[column], max(room, 0) // (len(widths) - place))
            header.resizeSection(column, width)
            room -= width
        header.setSectionResizeMode(self._stretched, QHeaderView.ResizeMode.Stretch)

    def minimumSizeHint(self) -> QSize:
        """Its narrowest."""
        return QSize(theme.scaled(self._narrowest), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer columns have room."""
        super().resizeEvent(event)
        self.share_width()
