"""The list of conversations as a widget: what mouse and keys do on a row.

Knows nothing about where conversations are kept.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QListView, QWidget

from desktop import theme
from desktop.sidebar.cells import ROW_HEIGHT, RowCells
from desktop.sidebar.row_model import Index, RowModel
from desktop.sidebar.rows import Row, conversation_of

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ConversationList(QListView):
    """Conversations, of which one is current: the keys act on it.

    Args:
        rows: what is listed.
        parent: the widget it lies in.
    """

    chosen = Signal(object)
    """A `Row` was clicked, or Enter was pressed on it."""
    delete_asked = Signal(int)
    """The number of a conversation."""
    undo_asked = Signal()
    menu_asked = Signal(int, QPoint)
    """A conversation's number, 0 where none is under the pointer, and where on the screen."""
    left_upwards = Signal()
    """The arrow up on the first conversation."""
    typed = Signal(str)
    """A letter, while no title is being written over."""
    escaped = Signal()
    """Esc, and no title is being written over."""

    def __init__(self, rows: RowModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setModel(rows)
        self._cells = RowCells(rows, self)
        self.setItemDelegate(self._cells)
        self.setAccessibleName(self.tr("Conversations"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._alike = True
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._choose)
        theme.themed.connect(self._dress)
        self._set_grid()

    @property
    def conversation(self) -> int:
        """The number of the current conversation, 0 for none."""
        return conversation_of(self._rows.row_at(self.currentIndex().row()))

    @property
    def in_use(self) -> bool:
        """Whether the keyboard is here, or a title is being written over."""
        return self.hasFocus() or self.state() is QAbstractItemView.State.EditingState

    def show_rows(self, rows: list[Row], alike: bool) -> None:
        """List other rows.

        Args:
            rows: all of them.
            alike: whether all are of one height, which a long list has to be.
        """
        before = self.currentIndex().row()
        self._alike = alike
        self._set_grid()
        self._rows.show_rows(rows)
        if before >= 0 and not self.currentIndex().isValid():
            self.go_to(before)

    def go_to(self, row: int) -> None:
        """Have the first conversation from a row on be the current one, or the last one before it."""
        count = self._rows.rowCount()
        places = [*range(max(row, 0), count), *range(min(row, count) - 1, -1, -1)]
        found = next((place for place in places if conversation_of(self._rows.row_at(place))), -1)
        self.setCurrentIndex(self._rows.index(found) if found >= 0 else QModelIndex())

    @Slot(int)
    def rename(self, conversation: int) -> None:
        """Let a person write a title over."""
        row = self._rows.row_of(conversation)
        if row >= 0:
            index = self._rows.index(row)
            self.setCurrentIndex(index)
            self.edit(index)

    # ------------------------------------------------------------ Qt's virtual methods

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, F2 renames, Del deletes, Ctrl+Z takes that back; arrows go from one to the next."""
        key, conversation = event.key(), self.conversation
        if self.state() is QAbstractItemView.State.EditingState:
            # What the line with the title lets through, such as the Enter that ends it, asks for nothing here.
            event.ignore()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif key in _ENTER and conversation:
            self._choose(self.currentIndex())
        elif key == Qt.Key.Key_F2 and conversation:
            self.rename(conversation)
        elif key == Qt.Key.Key_Delete and conversation:
            self.delete_asked.emit(conversation)
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif key == Qt.Key.Key_Home:
            self.go_to(0)
        elif key == Qt.Key.Key_End:
            self.go_to(self._rows.rowCount())
        elif key == Qt.Key.Key_Up and not self._has_one_before(self.currentIndex().row()):
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Letters are no search among what is listed: they go to the composer, or search titles and texts."""
        if search.isprintable() and not search.isspace():
            self.typed.emit(search)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the conversation under the pointer, or with the current one."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.visualRect(index).bottomLeft() if index.isValid() else QPoint()
        else:
            index, place = self.indexAt(event.pos()), event.pos()
        conversation = conversation_of(self._rows.row_at(index.row()))
        self.menu_asked.emit(conversation, self.viewport().mapToGlobal(place))

    def closeEditor(  # noqa: N802
        self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint
    ) -> None:
        """Tab ends writing a title and begins no other."""
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def scrollTo(  # noqa: N802
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """The heading above the first conversation comes into view with it."""
        super().scrollTo(index, hint)
        if index.isValid() and not self._has_one_before(index.row()):
            self.scrollToTop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines are as long as the list is wide, scroll bar or not."""
        self._cells.width = self.width()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A window that comes back may do so on another day."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self.viewport().update()

    def _set_grid(self) -> None:
        # Rows of a grid are placed without a question to the model, which is in Python: 5,000 in 1 ms instead of 15.
        self.setUniformItemSizes(self._alike)
        grid = QSize(1, theme.scaled(ROW_HEIGHT)) if self._alike else QSize()
        if grid != self.gridSize():
            self.setGridSize(grid)

    def _has_one_before(self, row: int) -> bool:
        return any(conversation_of(self._rows.row_at(before)) for before in range(row))

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        row = self._rows.row_at(index.row())
        if conversation_of(row):
            self.chosen.emit(row)

    @Slot()
    def _dress(self) -> None:
        self._cells.dress()
        self._set_grid()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
