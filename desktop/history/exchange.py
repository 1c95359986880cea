"""Conversations to files and back: which format a file is in, and what its ending asks for.

Knows nothing about how a format is read or written.
"""

from __future__ import annotations

from pathlib import Path

from desktop.history.container import SUFFIX, Contents, read_container, write_container
from desktop.history.document import Document
from desktop.history.errors import DocumentError
from desktop.history.fields import LARGEST_JSON, refuse
from desktop.history.json_format import FORMAT, read_json, write_json
from desktop.history.markdown_format import write_markdown
from desktop.history.whole_file import replacing
from models.escaping import escape_text

ENDINGS = (".md", ".json", SUFFIX)
"""Endings of files that conversations are exported to."""

_ARCHIVE = b"PK"
_FIRST_BYTES = 256


def export_document(path: Path, document: Document) -> None:
    """Write a conversation in the format that the file's ending asks for; whole or not at all.

    Markdown has the shown branch, the others all of them. Nothing in it tells where files of this machine lie.

    Raises:
        VitrineError: it could not be written, or the ending is none of `ENDINGS`.
    """
    ending = path.suffix.lower()
    if ending == SUFFIX:
        write_container(path, document)
        return
    if ending not in ENDINGS:
        raise DocumentError(
            "wrong-ending",
            f"“{escape_text(path.name)}” ends with none of {', '.join(ENDINGS)}.",
            "Give it one of these endings.",
        )
    data = write_json(document) if ending == ".json" else write_markdown(document).encode()
    with replacing(path) as file:
        file.write(data)


def is_document(path: Path) -> bool:
    """Whether a file claims to hold a conversation, by its ending or its first bytes."""
    if path.suffix.lower() == SUFFIX:
        return True
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return FORMAT.encode() in file.read(_FIRST_BYTES)
    except OSError:
        return False


def import_document(path: Path) -> Document:
    """The conversation of a file, as `read_contents` finds it."""
    return read_contents(path).document


def read_contents(path: Path) -> Contents:
    """Read a file with a conversation, by what is in it and not by its ending.

    Raises:
        DocumentError: it is none, damaged, hostile or newer.
    """
    shown = escape_text(str(path))
    # Looked at first: a pipe or a device would be read without end.
    if not path.is_file():
        raise DocumentError("no-document", f"There is no file “{shown}”.", "Choose another.")
    try:
        with path.open("rb") as file:
            data = file.read(len(_ARCHIVE))
            if data != _ARCHIVE:
                data += file.read(LARGEST_JSON + 1)
    except OSError as error:
        what = f"“{shown}” cannot be read: {error.strerror or error}."
        raise DocumentError("no-document", what, "Allow reading it, or choose another.") from error
    if data == _ARCHIVE:
        return read_container(path)
    if not data:
        refuse(shown, "is empty")
    return Contents(read_json(data), (), False)
