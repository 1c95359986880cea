"""The sidebar: a new chat, and the conversations of this run.

Knows nothing about what is in a conversation but its title.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QPushButton, QVBoxLayout, QWidget

from desktop import theme
from desktop.session import Session

WIDTH = 216

_Index = QModelIndex | QPersistentModelIndex


class Conversations(QAbstractListModel):
    """The conversations that something was said in, the newest first.

    Args:
        session: whose conversations.
        parent: owner.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: list[tuple[int, str]] = []

    def renew(self) -> None:
        """Read the session's list again."""
        now = [(one.id, one.title) for _, day in self._session.archive.groups() for one in day]
        if [one for one, _ in now] != [one for one, _ in self._shown]:
            self.beginResetModel()
            self._shown = now
            self.endResetModel()
        elif now != self._shown:
            self._shown = now
            self.dataChanged.emit(self.index(0), self.index(len(now) - 1))

    def conversation(self, index: _Index) -> int:
        """The conversation of a row."""
        return self._shown[index.row()][0]

    def row_of(self, conversation: int) -> int:
        """The row of a conversation, -1 if it has none."""
        return next((row for row, (one, _) in enumerate(self._shown) if one == conversation), -1)

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many there are."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Title, whole in the tooltip."""
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        return self._shown[index.row()][1] if index.isValid() and role in roles else None


class Sidebar(QWidget):
    """A button and a list.

    Args:
        session: what is shown.
        parent: the widget it lies in.
    """

    new_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.new = QPushButton(self.tr("+  New chat"))
        self.new.setAccessibleName(self.tr("New chat"))
        self.new.setToolTip(self.tr("Start anew (Ctrl+N)"))
        self.new.setCursor(Qt.CursorShape.PointingHandCursor)
        self.new.clicked.connect(self.new_asked)
        self.heading = QLabel(self.tr("THIS SESSION"))
        self.heading.setProperty("look", "section")
        self.heading.setContentsMargins(theme.SPACE, 3 * theme.SPACE, 0, theme.SPACE)
        self.model = Conversations(session, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setAccessibleName(self.tr("Conversations of this session"))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.empty = QLabel(self.tr("Your conversations appear here until you close the window."))
        self.empty.setProperty("look", "faint")
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * theme.SPACE, 3 * theme.SPACE, 3 * theme.SPACE, 3 * theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.new)
        column.addWidget(self.heading)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        session.conversation_changed.connect(self._tell)
        theme.themed.connect(self._dress)
        self._dress()
        self._tell()

    @Slot()
    def _dress(self) -> None:
        self.setFixedWidth(theme.scaled(WIDTH))

    @Slot()
    def _tell(self) -> None:
        self.model.renew()
        row = self.model.row_of(self._session.conversation.id)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
        else:
            self.list.clearSelection()
            self.list.setCurrentIndex(QModelIndex())
        self.empty.setVisible(self.model.rowCount() == 0)
        self.list.setVisible(self.model.rowCount() > 0)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self._session.open_conversation(self.model.conversation(index))
