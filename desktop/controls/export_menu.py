"""The menu with which a panel gives away what it shows: tables, pictures, arrays.

Knows nothing about what they contain; they are made when they are asked for.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop.controls.picture import png_picture, svg_picture
from desktop.controls.saving import save_bytes
from desktop.controls.table_text import Table, csv_text, json_text
from models.errors import VitrineError

ChoosePath = Callable[[QWidget, str, str, str], str]
"""Parent, title, suggested path, filters → the path chosen, empty for none."""


def ask_for_path(parent: QWidget, title: str, suggestion: str, filters: str) -> str:
    """Let a person choose where to save, with the platform's own dialog."""
    return QFileDialog.getSaveFileName(parent, title, suggestion, filters)[0]


class ExportMenu(QMenu):
    """Copy or save what a panel shows.

    Args:
        name: of the files suggested, without a suffix.
        parent: the panel.
        table: makes the table, if there is one.
        picture: the widget to be drawn, or what makes one to be drawn once, if there is any.
        arrays: makes named arrays for a .npz file, if there are any.
        choose_path: asks where to save.
    """

    said = Signal(str)
    """What was done, or why it was not, in one sentence."""

    def __init__(
        self,
        name: str,
        parent: QWidget,
        *,
        table: Callable[[], Table] | None = None,
        picture: QWidget | Callable[[], QWidget] | None = None,
        arrays: Callable[[], Mapping[str, NDArray[Any]]] | None = None,
        choose_path: ChoosePath = ask_for_path,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._table = table
        self._picture = picture
        self._arrays = arrays
        self._choose_path = choose_path
        self.setAccessibleName(self.tr("Copy or save"))
        if table is not None:
            self.addAction(self.tr("Copy table as CSV"), self.copy_csv)
            self.addAction(self.tr("Copy table as JSON"), self.copy_json)
            self.addAction(self.tr("Save table…"), self.save_table)
        if picture is not None:
            self.addSeparator()
            self.addAction(self.tr("Save picture…"), self.save_picture)
        if arrays is not None:
            self.addSeparator()
            self.addAction(self.tr("Save arrays…"), self.save_arrays)

    @Slot()
    def copy_csv(self) -> None:
        """Put the table on the clipboard as CSV."""
        if self._table is not None:
            QGuiApplication.clipboard().setText(csv_text(self._table()))
            self.said.emit(self.tr("The table is on the clipboard."))

    @Slot()
    def copy_json(self) -> None:
        """Put the table on the clipboard as JSON."""
        if self._table is not None:
            QGuiApplication.clipboard().setText(json_text(self._table()))
            self.said.emit(self.tr("The table is on the clipboard."))

    @Slot()
    def save_table(self) -> None:
        """Save the table where a person says, as JSON if the name ends so, else as CSV."""
        path = self._ask(self.tr("Save table"), "csv", self.tr("CSV (*.csv);;JSON (*.json)"))
        if path is not None and self._table is not None:
            text = json_text(self._table()) if path.suffix.lower() == ".json" else csv_text(self._table())
            self._save(path, text.encode("utf-8", "replace"))

    @Slot()
    def save_picture(self) -> None:
        """Save the picture where a person says, as SVG if the name ends so, else as PNG."""
        path = self._ask(self.tr("Save picture"), "png", self.tr("PNG (*.png);;SVG (*.svg)"))
        if path is not None and self._picture is not None:
            draw = svg_picture if path.suffix.lower() == ".svg" else png_picture
            self._save(path, draw(self._picture if isinstance(self._picture, QWidget) else self._picture()))

    @Slot()
    def save_arrays(self) -> None:
        """Save the arrays where a person says."""
        path = self._ask(self.tr("Save arrays"), "npz", self.tr("NumPy arrays (*.npz)"))
        if path is not None and self._arrays is not None:
            written = io.BytesIO()
            np.savez(written, **dict(self._arrays()))  # type: ignore[arg-type]
            self._save(path, written.getvalue())

    def _ask(self, title: str, suffix: str, filters: str) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        chosen = self._choose_path(self, title, str(Path(folder) / f"{self._name}.{suffix}"), filters)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(f".{suffix}")

    def _save(self, path: Path, content: bytes) -> None:
        try:
            save_bytes(path, content)
        except VitrineError as error:
            self.said.emit(f"{error.what} {error.remedy}")
        else:
            self.said.emit(self.tr("Saved as {path}.").format(path=path))
