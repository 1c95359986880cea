"""The files that hold an export's weights: found beside the graph, and nowhere else.

Knows nothing about tensors, only about places in files.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import check_regular_file, displayed_name

_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:")
_HUB_FOLDER = "models--"
"""What the name of a model's folder in the hub's cache starts with; its snapshots are links to its blobs."""

_REMEDY = "Do not use this file, unless you know who made it."


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file with weights.

    Args:
        path: as the export names it, links not followed.
        real: the file itself, an absolute path without links.
        size: bytes of the file.
    """

    path: Path
    real: Path
    size: int


class DataFiles:
    """Finds the files that the tensors of one graph refer to, each looked at once.

    Args:
        graph: the .onnx file, which exists.
    """

    def __init__(self, graph: Path) -> None:
        self._graph = graph
        self._name = displayed_name(graph)
        self._found: dict[str, DataFile] = {}
        self._roots = _allowed_folders(graph)

    def own(self) -> DataFile:
        """The .onnx file itself, as a file that holds weights."""
        return DataFile(self._graph, Path(os.path.realpath(self._graph)), check_regular_file(self._graph))

    def find(self, location: str) -> DataFile:
        """The file at a location that a tensor gives.

        Raises:
            ModelFileError: the location leads out of the folder, nothing is there, or it is no file of its own.
        """
        if location not in self._found:
            self._found[location] = self._look_for(location)
        return self._found[location]

    def _look_for(self, location: str) -> DataFile:
        shown = escape_text(location)
        parts = re.split(r"[/\\]", location)
        if not location.strip() or "\0" in location:
            raise self._refused("names no file for its weights")
        if location.startswith(("/", "\\")) or _WINDOWS_DRIVE.match(location):
            raise self._refused(f"looks for weights at “{shown}”, a place outside its own folder")
        if ".." in parts:
            raise self._refused(f"looks for weights in “{shown}”, outside its own folder")
        path = self._place(location)
        real = Path(os.path.realpath(path))
        if not any(real.is_relative_to(root) for root in self._roots):
            raise self._refused(f"has weights in “{shown}”, a link to a place outside its own folder")
        try:
            size = check_regular_file(path)
            status = path.stat()
        except ModelFileError as error:
            if error.case == "no-such-file":
                raise self._missing(location) from None
            raise
        except OSError:
            raise self._missing(location) from None
        if status.st_nlink > 1:
            raise ModelFileError(
                "unsafe-external-data",
                f"“{self._name}” has weights in “{shown}”, which is the same file as another one elsewhere "
                "(a hard link).",
                "Copy the file, and put the copy in its place.",
            )
        return DataFile(path, real, size)

    def _place(self, location: str) -> Path:
        beside = self._graph.parent / location
        if not os.path.lexists(beside) and self._graph.is_symlink():
            # A link to the graph alone: its weights stayed beside the file itself.
            return Path(os.path.realpath(self._graph)).parent / location
        return beside

    def _refused(self, what: str) -> ModelFileError:
        return ModelFileError("unsafe-external-data", f"“{self._name}” {what}.", _REMEDY)

    def _missing(self, location: str) -> ModelFileError:
        return ModelFileError(
            "missing-external-data",
            f"“{self._name}” has its weights in “{escape_text(location)}”, which is not there.",
            f"Put “{escape_text(Path(location).name)}” beside “{self._name}”: both belong together.",
        )


def common_folder(files: list[DataFile], graph: Path) -> Path:
    """The deepest folder that all files lie in; that of the graph if there are none.

    The runtime follows no link out of the folder it is given, so this one is free of links: in the hub's cache it
    is the folder of the blobs.
    """
    folders = [file.real.parent for file in files] or [Path(os.path.realpath(graph)).parent]
    return Path(os.path.commonpath(folders))


def _allowed_folders(graph: Path) -> tuple[Path, ...]:
    """The real folders that weights may lie in: the graph's own, that of the file it links to, the hub's blobs."""
    given = Path(os.path.abspath(graph)).parent
    folder = Path(os.path.realpath(given))
    blobs = [
        Path(os.path.realpath(above / "blobs"))
        for place in (given, folder)
        for above in place.parents
        if above.name.startswith(_HUB_FOLDER) and place.is_relative_to(above / "snapshots")
    ]
    return (folder, Path(os.path.realpath(graph)).parent, *blobs)
