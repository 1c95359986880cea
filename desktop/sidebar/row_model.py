"""The rows of the sidebar's list as Qt has them.

Knows nothing about where they come from or how they are painted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.controls.plain_tooltip import plain_tooltip
from desktop.history.records import ConversationEntry
from desktop.history.search import Hit
from desktop.sidebar.rows import Ending, Heading, Row, conversation_of
from desktop.sidebar.wording import day_heading, ending_text, shown_title, spoken_row

Index = QModelIndex | QPersistentModelIndex

_TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class RowModel(QAbstractListModel):
    """Rows, and which conversation is shown now.

    Args:
        parent: owner.
        today: tells the day.
    """

    renamed = Signal(int, str)
    """A conversation got another title by a person; nothing is changed yet."""

    def __init__(self, parent: QObject | None = None, today: Callable[[], date] = date.today) -> None:
        super().__init__(parent)
        self._today = today
        self._rows: list[Row] = []
        self._places: dict[int, int] = {}
        self.marked = 0
        """The conversation that is shown now, 0 for none."""

    def row_at(self, row: int) -> Row | None:
        """What is in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, conversation: int) -> int:
        """The row of a conversation, -1 where it is not listed."""
        return self._places.get(conversation, -1)

    def heading(self, heading: Heading) -> str:
        """The text of a heading."""
        return day_heading(heading.day, self._today())

    # ------------------------------------------------------------ what changes it

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Have other rows; what is chosen or edited stays so while its conversation is there."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        conversations = [conversation_of(self.row_at(index.row())) for index in before]
        self._rows = list(rows)
        self._places = {one: row for row, each in enumerate(rows) if (one := conversation_of(each))}
        places = [self.row_of(conversation) for conversation in conversations]
        self.changePersistentIndexList(
            before, [self.index(place) if place >= 0 else QModelIndex() for place in places]
        )
        self.layoutChanged.emit()

    def mark(self, conversation: int) -> None:
        """Say which conversation is shown."""
        before, self.marked = self.marked, conversation
        for row in {self.row_of(before), self.row_of(conversation)} - {-1}:
            self.dataChanged.emit(self.index(row), self.index(row))

    # ------------------------------------------------------------ Qt's virtual methods

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Conversations can be chosen and renamed; nothing can be done with the other rows."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemNeverHasChildren
        if conversation_of(self.row_at(index.row())):
            flags |= Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; to be edited is the title as it is kept."""
        row = self.row_at(index.row())
        if isinstance(row, Heading):
            return self.heading(row) if role in _TEXT_ROLES else None
        if isinstance(row, Ending):
            return ending_text(row) if role in (*_TEXT_ROLES, Qt.ItemDataRole.ToolTipRole) else None
        if isinstance(row, ConversationEntry | Hit):
            if role == Qt.ItemDataRole.DisplayRole:
                return shown_title(row).text
            if role == Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(shown_title(row).text)
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return spoken_row(row)
            if role == Qt.ItemDataRole.EditRole:
                return row.title.text if isinstance(row, Hit) else row.title
        return None

    def setData(  # noqa: N802
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Tell that somebody typed another title."""
        conversation = conversation_of(self.row_at(index.row()))
        if role != Qt.ItemDataRole.EditRole or not conversation or value == self.data(index, role):
            return False
        self.renamed.emit(conversation, str(value))
        return True
