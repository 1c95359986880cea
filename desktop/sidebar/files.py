"""Conversations to files that a person names, and back.

Knows nothing about formats but their names; the archive reads and writes.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.archive import Archive, Taken
from desktop.history.container import SUFFIX
from models.escaping import escape_text, is_invisible

LONGEST_NAME = 200
"""Bytes of a suggested name without its ending; most file systems take 255 in all."""

_FORBIDDEN = frozenset('/\\:*?"<>|')
"""What one system or another does not take in a name."""


def suggested_name(title: str) -> str:
    """A file name made of a title, without an ending."""
    name = "".join(" " if one in _FORBIDDEN or is_invisible(one) else one for one in title)
    short = " ".join(name.split()).encode()[:LONGEST_NAME].decode(errors="ignore")
    return short.strip(". ") or "conversation"


class ConversationFiles(QObject):
    """Asks where, and has the archive do it.

    Args:
        archive: that reads and writes.
        window: where dialogs appear.
    """

    said = Signal(str)
    """What was done, in one sentence."""
    taken = Signal(object)
    """A `Taken`: the last conversation that was read of those that were asked for at once."""

    def __init__(self, archive: Archive, window: QWidget) -> None:
        super().__init__(window)
        self._archive = archive
        self._window = window
        self._folder = ""
        self._exported = 0
        self._taken: Taken | None = None
        archive.exported.connect(self._tell_exported)
        archive.taken.connect(self._remember)
        archive.idle.connect(self._tell_taken)

    def ask_where_to_export(self, conversation: int, title: str) -> None:
        """Let a person choose a file and a format for a conversation."""
        self._exported = conversation
        dialog = self._dialog(self.tr("Export the conversation"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(
            [
                self.tr("Markdown, what is shown") + " (*.md)",
                self.tr("JSON, all branches") + " (*.json)",
                self.tr("Vitrine, all branches and numbers") + f" (*{SUFFIX})",
            ]
        )
        dialog.filterSelected.connect(self._take_ending)
        dialog.setDefaultSuffix("md")
        # With its ending: what is behind a dot in a title is none.
        dialog.selectFile(f"{suggested_name(title)}.md")
        dialog.fileSelected.connect(self._export)
        dialog.open()

    @Slot()
    def ask_what_to_import(self) -> None:
        """Let a person choose files."""
        dialog = self._dialog(self.tr("Import conversations"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        conversations = self.tr("Conversations") + f" (*.json *{SUFFIX})"
        dialog.setNameFilters([conversations, self.tr("All files") + " (*)"])
        dialog.filesSelected.connect(self._import)
        dialog.open()

    def take(self, path: Path) -> None:
        """Put the conversation of a file beside the others."""
        self._archive.take([path])

    def _dialog(self, title: str) -> QFileDialog:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._window, title, self._folder or documents)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    @Slot(str)
    def _take_ending(self, chosen: str) -> None:
        dialog = self.sender()
        if isinstance(dialog, QFileDialog):
            dialog.setDefaultSuffix(chosen.rpartition("*.")[2].rstrip(")"))

    @Slot(str)
    def _export(self, path: str) -> None:
        if not path:
            return
        self._folder = str(Path(path).parent)
        self._archive.export(self._exported, Path(path))

    @Slot(list)
    def _import(self, paths: list[str]) -> None:
        if paths:
            self._folder = str(Path(paths[-1]).parent)
            self._archive.take([Path(path) for path in paths])

    @Slot(object)
    def _tell_exported(self, path: Path) -> None:
        self.said.emit(self.tr("Exported as {path}.").format(path=escape_text(os.path.abspath(path))))

    @Slot(object)
    def _remember(self, taken: Taken) -> None:
        self._taken = taken

    @Slot()
    def _tell_taken(self) -> None:
        """Of several only the last one is shown, and is so when all are there."""
        taken, self._taken = self._taken, None
        if taken is not None:
            self.taken.emit(taken)
