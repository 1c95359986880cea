"""Opening a model that somebody chose, dropped or named: looked at first, so that what is no model changes nothing.

Knows nothing about formats; the engine imports what it is given.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.history.container import SUFFIX
from desktop.history.exchange import is_document
from desktop.history.model_identity import ModelIdentity
from desktop.session import Session
from inference.contract import Failed
from models.bundle import FACTS
from models.directories import bundles_directory
from models.errors import VitrineError
from models.escaping import escape_text
from models.files import last_part


def place_of(model: ModelIdentity) -> str:
    """From where a model that wrote something can be opened on this machine; empty where it cannot.

    Args:
        model: maybe from a file that nobody vouches for.
    """
    source = Path(model.source)
    if source.is_absolute() and source.exists():
        return model.source
    if not model.bundle or last_part(model.bundle) != model.bundle or model.bundle in (".", ".."):
        return ""
    try:
        # The same content has the same name wherever it was imported.
        folder = bundles_directory() / model.bundle
    except VitrineError:
        return ""
    return str(folder) if (folder / FACTS).is_file() else ""


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
        dialog = self._dialog(self.tr("Open a file"))
        known = self.tr("Models and conversations") + f" (*.gguf *.onnx *.safetensors *{SUFFIX})"
        dialog.setNameFilters([known, self.tr("All files") + " (*)"])
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
