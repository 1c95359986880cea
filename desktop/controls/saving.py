"""Writes a file that a person asked for, whole or not at all.

Knows nothing about what is in it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from models.errors import VitrineError

translate = QCoreApplication.translate


def save_bytes(path: Path, content: bytes) -> None:
    """Write a file; one that was there before is replaced only when the new one is complete.

    Args:
        path: where.
        content: all of it.

    Raises:
        VitrineError: it could not be written; the file that was there is untouched.
    """
    unfinished: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(unfinished, 0o644)
        os.replace(unfinished, path)
    except OSError as error:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        raise VitrineError(
            "not-saved",
            translate("Saving", "{path} could not be written: {reason}.").format(
                path=path, reason=error.strerror or str(error)
            ),
            translate("Saving", "Choose another place, or make room there."),
        ) from error
