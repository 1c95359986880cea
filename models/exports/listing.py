"""What lies in a folder: names of files that can be opened, and of folders.

Knows nothing about what the files hold.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from models.files import reading

MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a folder.

    Args:
        folder: which.
        files: names of regular files, links followed, sorted.
        folders: names of folders in it, sorted.
        others: names of what is neither: pipes, devices, dead links.
    """

    folder: Path
    files: tuple[str, ...]
    folders: tuple[str, ...]
    others: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.files

    def ending_with(self, *endings: str) -> list[str]:
        """Names of files with one of these endings, in any case."""
        return [name for name in self.files if name.lower().endswith(endings)]

    def sub(self, name: str) -> Listing:
        """What lies in one of the folders."""
        return list_folder(self.folder / name)


def list_folder(folder: Path) -> Listing:
    """Look into a folder, at the first `MOST_ENTRIES` names.

    Raises:
        ModelFileError: it cannot be read.
    """
    files, folders, others = list[str](), list[str](), list[str]()
    with reading(folder), os.scandir(folder) as entries:
        for entry in islice(entries, MOST_ENTRIES):
            try:
                kind = files if entry.is_file() else folders if entry.is_dir() else others
            except OSError:
                kind = others  # a link that leads to itself
            kind.append(entry.name)
    return Listing(folder, tuple(sorted(files)), tuple(sorted(folders)), tuple(sorted(others)))
