"""Opening a model that somebody chose, dropped or named: looked at first, so that what is no model changes nothing.

Knows nothing about formats; the engine imports what it is given.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.history.exchange import is_document
from desktop.session import Session
from inference.contract import Failed
from models.errors import VitrineError
from models.escaping import escape_text


class Opening(QObject):
    """Finds what is meant and has the session load it.

    Args:
        session: that loads.
        window: where dialogs appear.
    """

    document_asked = Signal(object)
    """A file with a conversation is to be opened; its path."""
    refused = Signal(object)
    """A `Failed`: it is no model; the one that is loaded stays in use."""
    said = Signal(str)
    """A sentence worth saying that is no failure."""
    download_asked = Signal(str)
    """A model of the hub is meant that is not on this machine."""
    opened = Signal()
    """The session loads something."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._folder = ""

    def open_named(self, text: str, variant: str = "") -> None:
        """Open what `resolve_model` finds.

        Args:
            text: a path, a name of the library, a hub id, or the path of a file with a conversation.
            variant: as in `Load`.
        """
        # Imported here: the first frame needs none of it.
        from models.model_name import NotDownloadedError, resolve_model

        if is_document(Path(text)):
            self.document_asked.emit(Path(text))
            return
        try:
            path = resolve_model(text)
        except NotDownloadedError as error:
            self.download_asked.emit(error.identifier)
        except VitrineError as error:
            self.refused.emit(Failed(error.case, error.what, error.remedy))
        else:
            self._session.open_model(str(path), variant)
            self.opened.emit()

    @Slot(list)
    def open_dropped(self, paths: list[Path]) -> None:
        """Open the first of what was dropped."""
        if len(paths) > 1:
            said = self.tr("{count} things were dropped; “{name}” is opened.")
            self.said.emit(said.format(count=len(paths), name=escape_text(paths[0].name)))
        self.open_named(str(paths[0]))

    @Slot()
    def choose_file(self) -> None:
        """Let somebody choose a file."""
        dialog = self._dialog(self.tr("Open a model file"))
        models = self.tr("Model files") + " (*.gguf *.onnx *.safetensors)"
        dialog.setNameFilters([models, self.tr("All files") + " (*)"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.open()

    @Slot()
    def choose_folder(self) -> None:
        """Let somebody choose a folder."""
        dialog = self._dialog(self.tr("Open a model's folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
        dialog.fileSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    @Slot(str)
    def _take(self, path: str) -> None:
        if path:
            self._folder = str(Path(path).parent)
            self.open_named(path)
