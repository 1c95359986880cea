"""Changes to the library that a person asks for: a bundle called something else, or removed.

Knows nothing about importing or running one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from models.bundle import FACTS, Bundle
from models.bundle_shelf import REMOVING, folder_bytes, is_download, names_in_use
from models.directories import bundles_directory
from models.errors import VitrineError
from models.escaping import escape_text
from models.hub.shelf import RECORD

LONGEST_NAME = 120
"""Characters of a name."""


def rename_bundle(folder: Path, name: str) -> str:
    """Call a bundle something else.

    Args:
        folder: of the bundle.
        name: for people.

    Returns:
        The name as it is kept, without space around it.

    Raises:
        VitrineError: the name is empty, too long or not visible, looks like a path or a model of the hub, is another
            model's, or cannot be written; the old one stays.
    """
    wanted = name.strip()
    if not wanted or wanted != escape_text(wanted, LONGEST_NAME):
        raise VitrineError(
            "bad-name",
            f"“{escape_text(wanted)}” cannot be a model's name.",
            f"Give it 1 to {LONGEST_NAME} visible characters.",
        )
    if {"/", "\\"} & set(wanted) or wanted.startswith("~") or wanted in (".", ".."):
        raise VitrineError(
            "name-like-path",
            f"“{wanted}” looks like a path or a model of the hub.",
            "Choose a name without “/” and “\\” that does not begin with “~”.",
        )
    bundle = Bundle.open(folder)
    if wanted.casefold() in names_in_use(folder):
        raise VitrineError(
            "name-in-use", f"Another model in the library is called “{wanted}”.", "Choose another name."
        )
    _write_safely(folder / FACTS, replace(bundle.facts, name=wanted).to_json())
    return wanted


def remove_bundle(folder: Path) -> int:
    """Delete a bundle or a download, and nothing outside its folder: files that somebody gave to be opened stay.

    Args:
        folder: of a `ShelvedBundle`.

    Returns:
        Bytes that were freed.

    Raises:
        VitrineError: it is no model of the library, or cannot be deleted.
    """
    place = folder.resolve().parent
    in_library = place == bundles_directory().resolve() or is_download(folder)
    if not in_library or folder.is_symlink() or not folder.is_dir():
        raise VitrineError(
            "not-in-library",
            f"“{escape_text(str(folder))}” is not a model of the library.",
            "Choose one that “vitrine models list” names.",
        )
    freed = folder_bytes(folder)
    try:
        # First made no model in one step: nobody may find half a one under its name.
        going = folder
        if (folder / RECORD).is_file():
            (folder / RECORD).unlink()
        elif not folder.name.startswith(REMOVING):
            going = folder.rename(folder.with_name(f"{REMOVING}{os.getpid()}-{folder.name}"))
        shutil.rmtree(going)
    except OSError as error:
        raise VitrineError(
            "not-removed",
            f"{escape_text(str(folder))} cannot be removed: {error.strerror or error}.",
            "Check that the folder may be written to, and try again.",
        ) from error
    return freed


def _write_safely(path: Path, text: str) -> None:
    unfinished: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        unfinished = None
    except OSError as error:
        raise VitrineError(
            "not-renamed",
            f"{escape_text(str(path.parent))} cannot be written: {error.strerror or error}.",
            "Make room on that disk, or check the folder's permissions.",
        ) from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
