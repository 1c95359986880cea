"""Saving a tensor as .npy, piece by piece as the engine has time for it.

Knows nothing about panels; it asks the engine and writes a file.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import Failed
from inference.tensors.contract import ReadTensorArray, TensorArray, TensorRef


class TensorExport(QObject):
    """Writes one file at a time; one that is not complete is never left under its name.

    Args:
        session: whose engine is asked.
        parent: owner.
    """

    said = Signal(str)
    """What was done, or why it was not, in one sentence."""
    progressed = Signal(int, int)
    """Values written, and values of all; equal at the end."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._refuse)
        self._tensor: TensorRef | None = None
        self._path = Path()
        self._file: BinaryIO | None = None
        self._unfinished = Path()

    @property
    def busy(self) -> bool:
        """Whether a file is being written."""
        return self._tensor is not None

    def start(self, tensor: TensorRef, path: Path) -> None:
        """Write a tensor; what was being written is given up."""
        self.stop()
        self._tensor, self._path = tensor, path
        self._inquiry.ask(ReadTensorArray, tensor=tensor, start=0)

    @Slot()
    def stop(self) -> None:
        """Give up what is being written."""
        self._inquiry.forget()
        self._tensor = None
        if self._file is not None:
            self._file.close()
            self._unfinished.unlink(missing_ok=True)
            self._file = None

    @Slot(object)
    def _take(self, piece: TensorArray) -> None:
        if self._tensor is None:
            return
        try:
            done = self._write(piece)
        except OSError as error:
            self.stop()
            self.said.emit(
                self.tr("{path} could not be written: {reason}.").format(
                    path=self._path, reason=error.strerror or str(error)
                )
            )
            self.progressed.emit(0, 0)
            return
        self.progressed.emit(done, piece.total)
        if done < piece.total:
            self._inquiry.ask(ReadTensorArray, tensor=self._tensor, start=done)
        else:
            self._tensor = None
            self.said.emit(self.tr("Saved as {path}.").format(path=self._path))

    def _write(self, piece: TensorArray) -> int:
        """Write a piece; the number of values written so far."""
        if self._file is None:
            handle, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
            self._file, self._unfinished = os.fdopen(handle, "wb"), Path(name)
            header = {
                "descr": np.lib.format.dtype_to_descr(piece.values.dtype),
                "fortran_order": False,
                "shape": piece.shape,
            }
            np.lib.format.write_array_header_1_0(self._file, header)
        self._file.write(np.ascontiguousarray(piece.values).tobytes())
        done = piece.start + piece.values.size
        if done >= piece.total:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
            os.chmod(self._unfinished, 0o644)
            os.replace(self._unfinished, self._path)
        return done

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        self.stop()
        self.progressed.emit(0, 0)
        self.said.emit(f"{failed.what} {failed.remedy}")
