"""The menu of a conversation: what can be done with it besides reading it.

Knows nothing about rows; the archive does what is chosen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.archive import Archive
from desktop.history.records import ConversationRecord
from desktop.sidebar.files import ConversationFiles


class ConversationMenu(QMenu):
    """A menu that is gone when it is closed.

    Args:
        archive: that does what is chosen.
        files: for what goes to files and comes from them.
        record: whose menu it is; ``None`` for what concerns no conversation.
        parent: the widget it appears over.
        shown: whether the conversation is the one that is shown: of it, and no other, the model knows the inside.
    """

    rename_asked = Signal(int)
    recording_asked = Signal(int)
    """The conversation is to be exported with what was seen inside the model."""

    def __init__(
        self,
        archive: Archive,
        files: ConversationFiles,
        record: ConversationRecord | None,
        parent: QWidget,
        shown: bool = False,
    ) -> None:
        super().__init__(parent)
        self._archive = archive
        self._files = files
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Conversation"))
        if record is not None:
            self._offer(record, shown)
            self.addSeparator()
        self.addAction(self.tr("Import…"), files.ask_what_to_import)

    def _offer(self, record: ConversationRecord, shown: bool) -> None:
        archive, conversation, title = self._archive, record.id, record.title
        pin = self.tr("Unpin") if record.pinned else self.tr("Pin")
        self.addAction(self.tr("Rename") + "\tF2", lambda: self.rename_asked.emit(conversation))
        self.addAction(pin, lambda: archive.pin(conversation, not record.pinned))
        self.addAction(self.tr("Duplicate"), lambda: archive.duplicate(conversation))
        self.addAction(self.tr("Export…"), lambda: self._files.ask_where_to_export(conversation, title))
        if shown:
            inside = self.tr("Export with what was seen inside…")
            self.addAction(inside, lambda: self.recording_asked.emit(conversation))
        self.addSeparator()
        self.addAction(self.tr("Delete") + "\t" + self.tr("Del"), lambda: archive.delete(conversation))
