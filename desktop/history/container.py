"""The ``.vitrine`` file: a conversation with everything, and arrays if wished, in one ZIP archive. Version 1.

Knows nothing about what the arrays mean.

The archive holds ``manifest.json`` (``format``: ``"vitrine"``, ``version``: 1, ``files``: for every other file its
``size`` in bytes and ``sha256``), ``conversation.json`` (as `json_format` has it), and ``arrays/NAME.npy``: NumPy
arrays of plain numbers, in C order. A name is of lower-case letters, digits, ``_`` and ``-``, in folders at will.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.history.document import Document
from desktop.history.errors import DocumentError
from desktop.history.fields import LARGEST_JSON, Fields, parse_json, refuse
from desktop.history.json_format import read_json, write_json
from desktop.history.whole_file import replacing
from models.escaping import escape_text

FORMAT, VERSION = "vitrine", 1
SUFFIX = ".vitrine"

MOST_FILES = 4096
LARGEST_FILE = 1 << 30
LARGEST_ARCHIVE = 4 << 30
"""Bytes of one file in an archive, and of all of them, as they are unpacked."""

LARGEST_MANIFEST = 1 << 20
LARGEST_RATIO = 1100
"""Deflate packs at most 1032 to 1: what claims more is no archive."""

DTYPES = ("bool", "uint8", "int32", "int64", "float16", "float32", "float64")
"""Types of arrays, by their names in NumPy."""

_MANIFEST, _CONVERSATION = "manifest.json", "conversation.json"
_NAME = re.compile(r"[a-z0-9_-]{1,64}(/[a-z0-9_-]{1,64}){0,3}")
_ARRAY = re.compile(rf"arrays/({_NAME.pattern})\.npy")
_NPY_PREFIX = 10
_NPY = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)\{'descr': '(?P<type>\|b1|\|u1|<i4|<i8|<f2|<f4|<f8)', "
    rb"'fortran_order': False, 'shape': \((?P<shape>(?:\d{1,12}, ?){0,8}(?:\d{1,12})?)\), \} *\n",
    re.DOTALL,
)
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a ``.vitrine`` file holds.

    Args:
        document: the conversation.
        arrays: names of the arrays, which are read on request.
    """

    document: Document
    arrays: tuple[str, ...]


def write_container(path: Path, document: Document, arrays: Mapping[str, NDArray[Any]] | None = None) -> None:
    """Write a conversation, and arrays, into one file; whole or not at all.

    Args:
        path: where; a file that is there gives way.
        document: the conversation.
        arrays: by name, of the types `DTYPES`.

    Raises:
        VitrineError: it could not be written.
        ValueError: an array has another type, or a name that is none.
    """
    files: dict[str, bytes] = {_CONVERSATION: write_json(document)}
    for name, array in (arrays or {}).items():
        if not _NAME.fullmatch(name) or array.dtype.name not in DTYPES:
            raise ValueError(f"no array for a file: {name}, {array.dtype}")
        buffer = io.BytesIO()
        np.lib.format.write_array(
            buffer, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False
        )
        files[f"arrays/{name}.npy"] = buffer.getvalue()
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "files": {name: {"size": len(data), "sha256": _sha256(data)} for name, data in files.items()},
    }
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {_MANIFEST: json.dumps(manifest, indent=1).encode(), **files}.items():
            # The same conversation makes the same bytes: no time of day in it.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def read_container(path: Path) -> Contents:
    """Read a file that `write_container`, or a stranger, wrote.

    Raises:
        DocumentError: it is damaged, hostile or newer; or it cannot be read.
    """
    with _Archive(path) as archive:
        arrays = tuple(match[1] for name in archive.names if (match := _ARRAY.fullmatch(name)))
        return Contents(read_json(archive.read(_CONVERSATION, LARGEST_JSON)), arrays)


def read_array(path: Path, name: str) -> NDArray[Any]:
    """One array of a file.

    Raises:
        DocumentError: as `read_container`, or there is none of this name.
    """
    with _Archive(path) as archive:
        data = archive.read(f"arrays/{name}.npy", LARGEST_FILE)
    place = f"array “{escape_text(name)}”"
    # NumPy's own reader evaluates headers as Python and retries what it cannot; this one knows a single form.
    header = _NPY.match(data)
    if header is None or int.from_bytes(header["length"], "little") != header.end() - _NPY_PREFIX:
        refuse(place, "has a header that cannot be read")
    dtype = np.dtype(header["type"].decode())
    shape = tuple(int(size) for size in header["shape"].replace(b",", b" ").split())
    if dtype.name not in DTYPES or math.prod(shape) * dtype.itemsize != len(data) - header.end():
        refuse(place, f"is not of the size that its shape says ({escape_text(str(shape), 60)})")
    return np.frombuffer(data, dtype, offset=header.end()).reshape(shape)


class _Archive:
    """An untrusted archive: nothing is unpacked before its directory has been looked through."""

    def __init__(self, path: Path) -> None:
        self._shown = escape_text(str(path))
        if not path.is_file():
            raise DocumentError("no-document", f"There is no file “{self._shown}”.", "Choose another.")
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            what = f"“{self._shown}” cannot be read: {error.strerror or error}."
            raise DocumentError("no-document", what, "Allow reading it, or choose another.") from error
        except (*_BROKEN, ValueError) as error:
            refuse(self._shown, f"is no archive, or ends too early ({escape_text(str(error))})")
        try:
            self._infos = self._look_through(path.stat().st_size)
            self._files = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise
        self.names = tuple(self._files)

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def read(self, name: str, most: int) -> bytes:
        """A file that the manifest names, as it was written.

        Raises:
            DocumentError: it is not.
        """
        if name not in self._files:
            refuse(escape_text(name), "is not in the file")
        size, sha256 = self._files[name]
        data = self._unpack(name, most)
        if len(data) != size or _sha256(data) != sha256:
            refuse(name, "is not what the manifest says")
        return data

    def _look_through(self, packed: int) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > MOST_FILES:
            refuse(self._shown, f"has {len(infos):,} files inside")
        found: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.orig_filename
            if name not in (_MANIFEST, _CONVERSATION) and not _ARRAY.fullmatch(name):
                refuse(f"“{escape_text(name)}” inside", "is no name that a conversation's files have")
            if name in found:
                refuse(name, "is there twice")
            mode = stat.S_IFMT(info.external_attr >> 16)
            if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                refuse(name, "is encrypted or packed in a way that is not used")
            if mode not in (0, stat.S_IFREG):
                refuse(name, "is a link or something else that is no file")
            if info.file_size > LARGEST_FILE or info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
                refuse(name, f"would unpack to {info.file_size:,} bytes")
            found[name] = info
        # Files that lie over one another would unpack to more than the archive can hold.
        if sum(info.compress_size for info in infos) > packed:
            refuse(self._shown, "has files that overlap")
        if sum(info.file_size for info in infos) > LARGEST_ARCHIVE:
            refuse(self._shown, "would unpack to more than any conversation")
        return found

    def _read_manifest(self) -> dict[str, tuple[int, str]]:
        if _MANIFEST not in self._infos:
            refuse(self._shown, f"has no {_MANIFEST} inside")
        top = Fields(parse_json(self._unpack(_MANIFEST, LARGEST_MANIFEST)), _MANIFEST)
        if top.raw("format") != FORMAT:
            refuse(top.at("format"), f"is not “{FORMAT}”")
        version = top.whole("version", 1, 2**53)
        if version > VERSION:
            raise DocumentError(
                "newer-document",
                f"“{self._shown}” was written by a newer Vitrine (version {version}, this one knows {VERSION}).",
                "Update Vitrine and open it again.",
            )
        files = top.object("files")
        found = {}
        for name in files.names():
            if name not in self._infos:
                refuse(escape_text(name), "is in the manifest and not in the file")
            one = files.object(name)
            found[name] = one.whole("size", 0, LARGEST_FILE), one.text("sha256", 64)
        if set(found) != set(self._infos) - {_MANIFEST}:
            refuse(self._shown, "has files inside that its manifest does not name")
        return found

    def _unpack(self, name: str, most: int) -> bytes:
        info = self._infos[name]
        if info.file_size > most:
            refuse(name, f"would unpack to {info.file_size:,} bytes")
        try:
            with self._zip.open(info) as file:
                # The directory may lie: no more is unpacked than it says.
                data = file.read(info.file_size + 1)
        except (*_BROKEN, OSError, ValueError) as error:
            refuse(name, f"is damaged ({escape_text(str(error))})")
        if len(data) != info.file_size:
            refuse(name, "is not of the size that the directory says")
        return data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
