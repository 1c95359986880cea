"""A file that is there whole under its name, or not at all.

Knows nothing about what is in it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from desktop.history.errors import HistoryError
from models.escaping import escape_text


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write into, which takes the name `path` when the block ends without an error.

    Raises:
        HistoryError: it could not be written, or not all of it; what was there before is untouched.
    """
    unfinished: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", dir=path.parent)
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            written, kept = file.tell(), os.fstat(file.fileno()).st_size
            if kept != written:
                # Some file systems tell that they are full only this way.
                raise OSError(f"only {kept:,} of {written:,} bytes were kept")
        unfinished.chmod(0o644)
        unfinished.replace(path)
        unfinished = None
    except OSError as error:
        raise HistoryError(
            "not-exported",
            f"“{escape_text(str(path))}” could not be written: {error.strerror or error}.",
            "Choose another place, or make room there.",
        ) from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
