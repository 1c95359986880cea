"""A damaged file of conversations set aside, and the newest backup in its place.

Knows nothing about how damage is found.

The backup is copied before the damaged file gets another name, so that only names are left to be given: whatever
interrupts it, the next start goes on.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from desktop.history.backups import newest_backup
from desktop.history.errors import HistoryError
from models.escaping import escape_text


def set_aside(path: Path) -> Path | None:
    """Give a damaged file, and its log, another name.

    Returns:
        The name; ``None`` where there is no file.
    """
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    for ending in ("-wal", ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).replace(aside.with_name(aside.name + ending))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return aside


def prepare_backup(path: Path) -> Path | None:
    """Copy the newest sound backup, so that only a name has to be given to it.

    Returns:
        Which one, ``None`` for none.
    """
    backup = newest_backup(path)
    if backup is not None:
        unfinished = path.with_name(f"{path.stem}.copying{path.suffix}")
        shutil.copyfile(backup, unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(restored_path(path))
    return backup


def finish_restoring(path: Path) -> None:
    """Put the copy of a backup in the place of a file that is not there any more."""
    with contextlib.suppress(FileNotFoundError):
        restored_path(path).replace(path)


def restored_path(path: Path) -> Path:
    """Where the copy of a backup waits for its name."""
    return path.with_name(f"{path.stem}.restored{path.suffix}")


def told(path: Path, damaged: Path | None, backup: Path | None, salvaged: int) -> HistoryError:
    """The sentence about a file that was damaged or missing."""
    source = f"the backup “{escape_text(backup.name)}”" if backup else "nothing, for there was no backup"
    more = f", and {salvaged:,} from the damaged file itself" if salvaged else ""
    if damaged is None:
        return HistoryError(
            "history-missing",
            f"The file of conversations was missing. Conversations were restored from {source}.",
            f"They are in “{escape_text(str(path), 300)}”.",
        )
    return HistoryError(
        "history-damaged",
        f"The file of conversations was damaged. Conversations were restored from {source}{more}.",
        f"The damaged file is kept as “{escape_text(str(damaged), 300)}”.",
    )
