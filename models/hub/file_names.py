"""Names of files in a repository, checked before one becomes a path on this machine.

Knows nothing about what the files are. Names come from the network: one that leads elsewhere, or that some
system cannot keep or takes for a device, is refused rather than changed, for other files refer to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.errors import VitrineError
from models.escaping import escape_text, is_invisible

_FORBIDDEN = frozenset('\\:*?"<>|')
"""No name on Windows may hold these; a backslash and a colon lead elsewhere there."""

_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)

_LONGEST_NAME = 500
_LONGEST_PART_BYTES = 180


def local_path(folder: Path, name: str) -> Path:
    """Where a repository's file belongs below a folder.

    Raises:
        VitrineError: the name leads out of the folder or is impossible on some system (``unsafe-file-name``).
    """
    if (reason := _refusal(name)) is not None:
        raise VitrineError(
            "unsafe-file-name",
            f"The repository names a file “{escape_text(name)}”, which {reason}.",
            "Nothing was fetched; do not use this repository, or tell its owner.",
        )
    return folder.joinpath(*name.split("/"))


def check_names(names: Sequence[str]) -> None:
    """Make sure that all of some files can lie side by side.

    Raises:
        VitrineError: as `local_path`; or two names are one on a system that ignores case, or one is a folder
            of another (``unsafe-file-name``).
    """
    taken: dict[str, str] = {}
    for name in names:
        local_path(Path(), name)
        folded = name.casefold()
        if folded in taken:
            raise _collision(taken[folded], name)
        taken[folded] = name
    for folded, name in taken.items():
        above = folded
        while "/" in above:
            above = above.rpartition("/")[0]
            if above in taken:
                raise _collision(taken[above], name)


def _collision(first: str, second: str) -> VitrineError:
    return VitrineError(
        "unsafe-file-name",
        f"The repository’s files “{escape_text(first)}” and “{escape_text(second)}” cannot both be kept.",
        "Nothing was fetched; tell the repository’s owner.",
    )


def _refusal(name: str) -> str | None:
    """Why a name is refused, as the end of a sentence."""
    if not name or len(name) > _LONGEST_NAME:
        return "is empty or too long"
    if name.startswith(("/", "~")):
        return "leads out of its folder"
    if any(is_invisible(one) for one in name):
        return "holds invisible characters"
    if found := sorted(_FORBIDDEN & set(name)):
        return f"holds the character {found[0]}"
    for part in name.split("/"):
        if part in ("", ".", ".."):
            return "leads out of its folder"
        if part.endswith((".", " ")) or part.startswith(" "):
            return "begins or ends with a space or ends with a dot"
        if part.split(".")[0].rstrip().casefold() in _DEVICES:
            return "is the name of a device"
        if len(part.encode()) > _LONGEST_PART_BYTES:
            return "is too long"
    return None
