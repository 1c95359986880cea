"""The ``.vitrine`` file: a conversation with everything, arrays and a recording if wished, in one ZIP archive.

Knows nothing about what the arrays mean.

The archive holds ``manifest.json`` (``format``: ``"vitrine"``, ``version``, ``files``: for every other file its
``size`` in bytes and ``sha256``), ``conversation.json`` (as `json_format` has it), and ``arrays/NAME.npy``: NumPy
arrays of plain numbers, in C order. A name is of lower-case letters, digits, ``_`` and ``-``, in folders at will.
That is version 1. Version 2 may have ``recording.json`` besides (as `recording_format` has it). A file says the
lowest version that knows all that is in it; a reader refuses a higher one.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from numpy.typing import NDArray

from desktop.history.document import Document
from desktop.history.fields import LARGEST_JSON
from desktop.history.json_format import read_json, write_json
from desktop.history.packed_files import (
    ARRAY_FILE,
    ARRAY_NAME,
    CHUNK,
    CONVERSATION,
    FORMAT,
    LARGEST_FILE,
    MANIFEST,
    RECORDING,
    PackedFiles,
)
from desktop.history.plain_arrays import DTYPES, array_bytes, read_array_bytes
from desktop.history.whole_file import replacing
from models.escaping import escape_text

SUFFIX = ".vitrine"

WITHOUT_RECORDING, WITH_RECORDING = 1, 2
"""Versions of files."""


_Parts: TypeAlias = tuple[bytes | memoryview, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file with a conversation holds.

    Args:
        document: the conversation.
        arrays: names of the arrays, which are read on request.
        recorded: whether there is a recording.
    """

    document: Document
    arrays: tuple[str, ...]
    recorded: bool


def write_container(
    path: Path,
    document: Document,
    arrays: Mapping[str, NDArray[Any]] | None = None,
    recording: bytes | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write a conversation, and arrays, into one file; whole or not at all.

    Args:
        path: where; a file that is there gives way.
        document: the conversation.
        arrays: by name, of the types `DTYPES`.
        recording: content of ``recording.json``.
        progress: called with bytes done and in all; may raise to stop.

    Raises:
        VitrineError: it could not be written.
        ValueError: an array has another type, or a name that is none.
    """
    files: dict[str, _Parts] = {CONVERSATION: (write_json(document),)}
    if recording is not None:
        files[RECORDING] = (recording,)
    stored = set()
    for name, array in (arrays or {}).items():
        if not ARRAY_NAME.fullmatch(name) or array.dtype.name not in DTYPES:
            raise ValueError(f"no array for a file: {name}, {array.dtype}")
        files[f"arrays/{name}.npy"] = array_bytes(array)
        if array.dtype.kind == "f":
            # What a model computes packs to nine tenths of its size at most, at 15 megabytes a second.
            stored.add(f"arrays/{name}.npy")
    size = sum(_size(parts) for parts in files.values())
    manifest = {
        "format": FORMAT,
        "version": WITHOUT_RECORDING if recording is None else WITH_RECORDING,
        "files": {name: _manifest_entry(parts, lambda: progress(0, size)) for name, parts in files.items()},
    }
    files = {MANIFEST: (json.dumps(manifest, indent=1).encode(),), **files}
    total, done = sum(_size(parts) for parts in files.values()), 0
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, parts in files.items():
            # The same conversation makes the same bytes: no time of day in it.
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            info.file_size = _size(parts)
            with archive.open(info, "w") as packed:
                for chunk in _chunks(parts):
                    done += packed.write(chunk)
                    progress(done, total)


def read_container(path: Path) -> Contents:
    """Read a file that `write_container`, or a stranger, wrote.

    Raises:
        DocumentError: it is damaged, hostile or newer; or it cannot be read.
    """
    with PackedFiles(path) as packed:
        arrays = tuple(match[1] for name in packed.names if (match := ARRAY_FILE.fullmatch(name)))
        document = read_json(bytes(packed.read(CONVERSATION, LARGEST_JSON)))
        return Contents(document, arrays, RECORDING in packed.names)


def read_array(path: Path, name: str) -> NDArray[Any]:
    """One array of a file.

    Raises:
        DocumentError: as `read_container`, or there is none of this name.
    """
    with PackedFiles(path) as packed:
        return packed_array(packed, name, LARGEST_FILE)


def packed_array(
    packed: PackedFiles, name: str, most: int, progress: Callable[[int], None] = lambda done: None
) -> NDArray[Any]:
    """One array of an opened file.

    Args:
        packed: the file.
        name: of the array.
        most: bytes at most, with what stands before the numbers.
        progress: as `PackedFiles.read`.

    Raises:
        DocumentError: there is none of this name, it is damaged, or larger.
    """
    data = packed.read(f"arrays/{name}.npy", most, progress)
    return read_array_bytes(data, f"array “{escape_text(name)}”")


def _manifest_entry(parts: _Parts, tell: Callable[[], None]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for chunk in _chunks(parts):
        tell()
        digest.update(chunk)
    return {"size": _size(parts), "sha256": digest.hexdigest()}


def _chunks(parts: _Parts) -> Iterator[bytes | memoryview]:
    for part in parts:
        for start in range(0, len(part), CHUNK):
            yield part[start : start + CHUNK]


def _size(parts: _Parts) -> int:
    return sum(map(len, parts))
