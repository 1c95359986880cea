"""The files in a ``.vitrine`` archive that nobody vouches for, each checked against a manifest before it is used.

Knows nothing about what is in them.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from desktop.history.errors import DocumentError
from desktop.history.fields import Fields, parse_json, refuse
from models.escaping import escape_text

FORMAT, VERSION = "vitrine", 2

MANIFEST, CONVERSATION, RECORDING = "manifest.json", "conversation.json", "recording.json"
ARRAY_NAME = re.compile(r"[a-z0-9_-]{1,64}(/[a-z0-9_-]{1,64}){0,3}")
ARRAY_FILE = re.compile(rf"arrays/({ARRAY_NAME.pattern})\.npy")

MOST_FILES = 4096
LARGEST_FILE = 1 << 30
LARGEST_ARCHIVE = 4 << 30
"""Bytes of one file in an archive, and of all of them, as they are unpacked."""

LARGEST_MANIFEST = 1 << 20
LARGEST_RATIO = 1100
"""Deflate packs at most 1032 to 1: what claims more is no archive."""

CHUNK = 4 << 20
"""Bytes that are packed or unpacked between two reports of progress."""

_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class PackedFiles:
    """An archive whose directory and manifest have been looked through; the rest is unpacked when it is asked for.

    Args:
        path: of the archive.

    Raises:
        DocumentError: it is damaged, hostile or newer; or it cannot be read.
    """

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
        """Of all files but the manifest."""

    def __enter__(self) -> PackedFiles:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def read(self, name: str, most: int, progress: Callable[[int], None] = lambda done: None) -> bytearray:
        """A file that the manifest names, as it was written.

        Args:
            name: of it.
            most: bytes at most.
            progress: called now and then with the bytes that are unpacked; may raise to stop.

        Raises:
            DocumentError: it is not there, is damaged, or larger.
        """
        if name not in self._files:
            refuse(escape_text(name), "is not in the file")
        size, sha256 = self._files[name]
        digest = hashlib.sha256()
        data = self._unpack(name, most, progress, digest.update)
        if len(data) != size or digest.hexdigest() != sha256:
            refuse(name, "is not what the manifest says")
        return data

    def _look_through(self, packed: int) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > MOST_FILES:
            refuse(self._shown, f"has {len(infos):,} files inside")
        found: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = info.orig_filename
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
        top = self._manifest() if MANIFEST in self._infos else None
        # After the version: a newer one may have files that this one does not know.
        for name in self._infos:
            if name not in (MANIFEST, CONVERSATION, RECORDING) and not ARRAY_FILE.fullmatch(name):
                refuse(f"“{escape_text(name)}” inside", "is no name that a conversation's files have")
        if top is None:
            refuse(self._shown, f"has no {MANIFEST} inside")
        files = top.object("files")
        found = {}
        for name in files.names():
            if name not in self._infos:
                refuse(escape_text(name), "is in the manifest and not in the file")
            one = files.object(name)
            found[name] = one.whole("size", 0, LARGEST_FILE), one.text("sha256", 64)
        if set(found) != set(self._infos) - {MANIFEST}:
            refuse(self._shown, "has files inside that its manifest does not name")
        return found

    def _manifest(self) -> Fields:
        top = Fields(parse_json(bytes(self._unpack(MANIFEST, LARGEST_MANIFEST))), MANIFEST)
        if top.raw("format") != FORMAT:
            refuse(top.at("format"), f"is not “{FORMAT}”")
        version = top.whole("version", 1, 2**53)
        if version > VERSION:
            raise DocumentError(
                "newer-document",
                f"“{self._shown}” was written by a newer Vitrine (version {version}, this one knows {VERSION}).",
                "Update Vitrine and open it again.",
            )
        return top

    def _unpack(
        self,
        name: str,
        most: int,
        progress: Callable[[int], None] = lambda done: None,
        look: Callable[[bytes], object] = lambda chunk: None,
    ) -> bytearray:
        info = self._infos[name]
        if info.file_size > most:
            refuse(name, f"would unpack to {info.file_size:,} bytes")
        # The directory may lie: no more is unpacked than it says.
        data = bytearray()
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(min(CHUNK, info.file_size + 1 - len(data))):
                    data += chunk
                    look(chunk)
                    progress(len(data))
        except (*_BROKEN, OSError, ValueError) as error:
            refuse(name, f"is damaged ({escape_text(str(error))})")
        if len(data) != info.file_size:
            refuse(name, "is not of the size that the directory says")
        return data
