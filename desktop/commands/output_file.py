"""A command's output file: there whole under its name, or not at all.

Knows nothing about what is in it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from models.errors import VitrineError
from models.escaping import escape_text


def check_place(path: Path, ending: str = "") -> None:
    """Make sure that a file can be written at a path, before any work is done for it.

    Args:
        path: where it is to be written.
        ending: what its name has to end with, like ``".png"``; empty for anything.

    Raises:
        VitrineError: it cannot, or the name would mislead.
    """
    shown, folder = escape_text(str(path)), path.absolute().parent
    if path.suffix.lower() != (ending or path.suffix.lower()):
        raise VitrineError(
            "wrong-ending", f"“{shown}” does not end with {ending}, which is what it would be.", "Name it so."
        )
    if path.is_dir():
        raise VitrineError("output-is-folder", f"“{shown}” is a folder.", "Name a file inside it.")
    if not folder.is_dir():
        raise VitrineError(
            "no-output-folder", f"The folder of “{shown}” does not exist.", "Make it, or choose another."
        )
    if not os.access(folder, os.W_OK):
        raise VitrineError(
            "output-not-written",
            f"“{shown}” cannot be written: its folder may not be written to.",
            "Choose another place.",
        )


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write into, which takes the name `path` when the block ends without an error.

    Args:
        path: what was there before stays until then, and for good if something fails.

    Raises:
        VitrineError: it cannot be written there, or not all of it.
    """
    check_place(path)
    unfinished: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", dir=path.parent)
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _check_size(file)
        # mkstemp makes files for their owner alone; an ordinary new file has what the umask leaves.
        os.umask(mask := os.umask(0))
        unfinished.chmod(0o666 & ~mask)
        unfinished.replace(path)
        unfinished = None
    except OSError as error:
        raise VitrineError(
            "output-not-written",
            f"“{escape_text(str(path))}” cannot be written: {error.strerror or error}.",
            "Choose another place, or make room there.",
        ) from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def _check_size(file: IO[bytes]) -> None:
    """Some file systems tell that they are full only by keeping less than was written."""
    written, kept = file.tell(), os.fstat(file.fileno()).st_size
    if kept != written:
        raise OSError(f"only {kept:,} of {written:,} bytes were kept")
