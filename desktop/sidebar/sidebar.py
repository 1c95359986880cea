"""The sidebar as a widget: search on top, the list, what was deleted last, import.

Knows nothing about sessions; it asks for what somebody chose.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from desktop import theme
from desktop.archive import Archive
from desktop.buttons import IconButton
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.search_field import SearchField
from desktop.history.records import ConversationRecord
from desktop.history.search import Hit
from desktop.sidebar.cells import EDGE
from desktop.sidebar.conversation_list import ConversationList
from desktop.sidebar.files import ConversationFiles
from desktop.sidebar.menu import ConversationMenu
from desktop.sidebar.row_model import RowModel
from desktop.sidebar.rows import Row, conversation_of, found_rows, listed_rows
from desktop.sidebar.undo_bar import UndoBar
from desktop.sidebar.wording import found_facts, record_title
from models.escaping import escape_text

WIDTH = 216
"""In pixels at a zoom of 1."""

_SHOWN_QUERY = 60
"""Characters of what is searched for that an empty list repeats."""

SEARCH_AFTER_MS = 30
"""After a key: it is painted first, and what is typed fast is searched for once."""


class Sidebar(QWidget):
    """Conversations of an archive.

    Args:
        archive: whose; failures are told by its `failed`.
        parent: the widget it lies in.
        today: tells the day.
    """

    new_asked = Signal()
    """Somebody wants a new conversation."""
    conversation_asked = Signal(int, object)
    """Somebody wants to see a conversation: its number, and that of the message a search found or ``None``."""
    taken = Signal(object)
    """A `Taken`: somebody wants to see the conversation of a file, and what was seen inside if that is there."""
    recording_asked = Signal(int)
    """Somebody wants a file with a conversation, which is the one that is shown, and what was seen inside."""
    typed = Signal(str)
    """A letter was typed while the keyboard is on the conversation that is shown: it is meant for that one."""
    said = Signal(str)
    """Something was done that is not seen here, in one sentence."""

    def __init__(
        self, archive: Archive, parent: QWidget | None = None, today: Callable[[], date] = date.today
    ) -> None:
        super().__init__(parent)
        self._archive = archive
        self._stale = True
        self._retyped = False
        self._deleted: list[int] = []
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Conversations"))
        self.search = SearchField(fills=True)
        self.search.setPlaceholderText(self.tr("Search conversations"))
        self.search.setAccessibleName(self.tr("Search in titles and messages"))
        self.search.setToolTip(self.tr("Words anywhere in titles and messages (Ctrl+Shift+F)"))
        self.new = IconButton("plus", self.tr("New chat (Ctrl+N)"))
        self.facts = ElidedLabel()
        self.rows = RowModel(self, today)
        self.list = ConversationList(self.rows)
        self.empty = QLabel()
        self.undo = UndoBar()
        self.files = ConversationFiles(archive, self)
        self.import_button = QToolButton()
        self._compose()
        self._renewal = QTimer(self)
        self._renewal.setSingleShot(True)
        self._renewal.timeout.connect(self.renew)
        self._connect()
        theme.themed.connect(self._dress)
        self._dress()

    # ------------------------------------------------------------ what others ask for

    def mark(self, conversation: int) -> None:
        """Say which conversation is shown now, 0 for none."""
        self.rows.mark(conversation)
        if not self.list.in_use:
            self._go_to_marked()

    @Slot()
    def focus_search(self) -> None:
        """Let a person search; the sidebar has to be visible."""
        self.search.take_focus()

    @property
    def up_to_date(self) -> bool:
        """Whether what is listed is what is kept, or what was found of what is typed."""
        return not self._stale and not self._renewal.isActive()

    def take(self, path: Path) -> None:
        """Put the conversation of a file beside the others and ask for it, in the background."""
        self.files.take(path)

    @Slot()
    def renew(self) -> None:
        """Read the archive again: the list, or what is searched for in it."""
        self._renewal.stop()
        self._stale = False
        query = self.search.text().strip()
        if query:
            hits = self._archive.find(query)
            self.list.show_rows(found_rows(hits), alike=False)
            self.facts.say(found_facts(hits))
        else:
            self.list.show_rows(listed_rows(self._archive.groups()), alike=True)
        any_rows = self.rows.rowCount() > 0
        self.facts.setVisible(bool(query) and any_rows)
        self.empty.setText(self._nothing(query))
        self.empty.setVisible(not any_rows)
        if query and self._retyped:
            self.list.setCurrentIndex(QModelIndex())
            self.list.scrollToTop()
        elif not query and not self.list.in_use:
            self._go_to_marked()
        self._retyped = False

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while nobody looked is read now."""
        super().showEvent(event)
        if self._stale:
            self.renew()

    # ------------------------------------------------------------ how it is made

    def _compose(self) -> None:
        self.facts.setProperty("look", "faint")
        self.empty.setProperty("look", "faint")
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setWordWrap(True)
        for label in (self.facts, self.empty):
            label.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        self.import_button.setProperty("look", "quiet")
        self.import_button.setText(self.tr("Import…"))
        self.import_button.setToolTip(self.tr("Read conversations from .json and .vitrine files"))
        self.import_button.setCursor(Qt.CursorShape.PointingHandCursor)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE)
        top.addWidget(self.search, 1)
        top.addWidget(self.new)
        # The list goes to the edge: its scroll bar lies in what is the margin of everything else.
        grid = QGridLayout(self)
        grid.setContentsMargins(EDGE, EDGE, 1, 2 * theme.SPACE)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(2 * theme.SPACE)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(1, EDGE - 1)
        grid.addLayout(top, 0, 0)
        grid.addWidget(self.facts, 1, 0)
        grid.addWidget(self.empty, 2, 0)
        grid.addWidget(self.list, 3, 0, 1, 2)
        grid.setRowStretch(3, 1)
        grid.addWidget(self.undo, 4, 0)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE - 1, 0, 0, 0)
        foot.addWidget(self.import_button)
        foot.addStretch(1)
        grid.addLayout(foot, 5, 0)

    def _connect(self) -> None:
        self.new.clicked.connect(self.new_asked)
        self.search.textChanged.connect(self._typed)
        self.search.entered.connect(self._go_to_hits)
        self.list.chosen.connect(self._choose)
        self.list.delete_asked.connect(self._archive.delete)
        self.list.undo_asked.connect(self._undo)
        self.list.menu_asked.connect(self._show_menu)
        self.list.left_upwards.connect(self.search.take_focus)
        self.list.typed.connect(self._take_letter)
        self.list.escaped.connect(self.search.clear)
        self.rows.renamed.connect(self._archive.rename)
        self.undo.undo_asked.connect(self._undo)
        self.import_button.clicked.connect(self.files.ask_what_to_import)
        self.files.taken.connect(self.taken)
        self.files.said.connect(self.said)
        self._archive.deleted.connect(self._tell_deleted)
        self._archive.changed.connect(self._changed)
        self._archive.duplicated.connect(self._ask_for)

    def _nothing(self, query: str) -> str:
        """What an empty list says."""
        if query:
            return self.tr("Nothing found for “{query}”.").format(query=escape_text(query, _SHOWN_QUERY))
        if self._archive.kept:
            return self.tr("Your conversations appear here.")
        return self.tr("Your conversations appear here until you close the window.")

    @Slot()
    def _dress(self) -> None:
        self.setFixedWidth(theme.scaled(WIDTH))

    # ------------------------------------------------------------ what happens

    @Slot()
    def _changed(self) -> None:
        """Once for everything that changes at once, and not while nobody looks."""
        if not self.isVisible():
            self._stale = True
        elif not self._renewal.isActive():
            self._renewal.start(0)

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._retyped = True
        self._renewal.start(SEARCH_AFTER_MS if text.strip() else 0)

    @Slot()
    def _go_to_hits(self) -> None:
        if self._renewal.isActive():
            self.renew()
        if not self.rows.rowCount():
            return
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.list.currentIndex().isValid():
            self.list.go_to(0)

    @Slot(str)
    def _take_letter(self, letter: str) -> None:
        """Who has just opened a conversation goes on with it; who is on the way to another one searches."""
        if self.rows.marked and self.list.conversation == self.rows.marked:
            self.typed.emit(letter)
        else:
            self.search.take_focus()
            self.search.insert(letter)

    def _go_to_marked(self) -> None:
        row = self.rows.row_of(self.rows.marked)
        self.list.setCurrentIndex(self.rows.index(row) if row >= 0 else QModelIndex())

    @Slot(object)
    def _choose(self, row: Row) -> None:
        message = row.message if isinstance(row, Hit) else None
        self.conversation_asked.emit(conversation_of(row), message)

    @Slot(int)
    def _ask_for(self, conversation: int) -> None:
        self.conversation_asked.emit(conversation, None)

    @Slot(int)
    def _tell_deleted(self, conversation: int) -> None:
        self._deleted.append(conversation)
        record = self._record(conversation)
        if record is not None:
            self.undo.show_deleted(record_title(record))

    @Slot()
    def _undo(self) -> None:
        """Put back what was deleted last and is not back."""
        if not self._deleted:
            return
        conversation = self._deleted[-1]
        self._archive.restore(conversation)
        record = self._record(conversation)
        if record is not None and record.deleted:
            return  # why is told, and it can be tried again
        self._deleted.pop()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.undo.dismiss()
        self.renew()
        row = self.rows.row_of(conversation)
        if row >= 0:
            self.list.setCurrentIndex(self.rows.index(row))

    def _record(self, conversation: int) -> ConversationRecord | None:
        return self._archive.attempt(lambda: self._archive.history.conversations.get(conversation), None)

    @Slot(int, QPoint)
    def _show_menu(self, conversation: int, place: QPoint) -> None:
        record = self._record(conversation) if conversation else None
        shown = bool(conversation) and conversation == self.rows.marked
        menu = ConversationMenu(self._archive, self.files, record, self, shown)
        menu.rename_asked.connect(self.list.rename)
        menu.recording_asked.connect(self.recording_asked)
        menu.popup(place)
