"""A path looked at before anything opens it: what lies there, which kind of model, its fingerprint.

Knows the outsides of model files only; their readers check the insides.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from models.errors import ModelFileError
from models.escaping import escape_text
from models.signatures import describe_content, onnx_extent, safetensors_extent

HEAD_BYTES = 4096
"""How much of a file is read to tell what it is."""

_HASH_BLOCK = 4 << 20

_ODD_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class FileKind(Enum):
    """What kind of model lies at a path."""

    GGUF = "gguf"
    """One file with weights, tokenizer and chat template, as llama.cpp uses them."""
    ONNX = "onnx"
    """An ONNX graph, its weights inside or beside it."""
    SAFETENSORS = "safetensors"
    """Named tensors without a graph."""
    FOLDER = "folder"
    """A folder; what is in it was not looked at."""


def displayed_name(path: Path) -> str:
    """A path's last part, safe to show in a sentence."""
    return escape_text(path.name or str(path))


def last_part(path: str) -> str:
    """The last part of a path that may be of any system: nothing of where it leads through."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def examine(path: Path) -> os.stat_result:
    """What the file system says about a path, without opening it.

    Raises:
        ModelFileError: nothing is there, a link leads nowhere, or it may not be looked at.
    """
    name = displayed_name(path)
    try:
        return path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            target = escape_text(os.readlink(path))
            raise ModelFileError(
                "dead-link",
                f"“{name}” is a link to “{target}”, which does not exist.",
                "Choose the file itself.",
            ) from None
        raise ModelFileError(
            "no-such-file", f"“{escape_text(str(path))}” does not exist.", "Check the path."
        ) from None
    except PermissionError:
        raise _no_permission(name) from None
    except (OSError, ValueError) as error:
        what = "is a link that leads back to itself" if _is_loop(error) else f"cannot be looked at: {error}"
        raise ModelFileError("bad-path", f"“{name}” {escape_text(what)}.", "Choose another file.") from None


def check_regular_file(path: Path) -> int:
    """Make sure that a path can be opened without waiting for ever, and give its size in bytes.

    Raises:
        ModelFileError: as `examine`; or it is a folder, pipe, socket or device, or may not be read.
    """
    status = examine(path)
    name = displayed_name(path)
    for matches, kind in ((stat.S_ISDIR, "a folder"), *_ODD_KINDS):
        if matches(status.st_mode):
            raise ModelFileError(
                "not-a-regular-file", f"“{name}” is {kind}, not a file.", "Choose a model file."
            )
    if not os.access(path, os.R_OK):
        raise _no_permission(name)
    return status.st_size


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the system says while a file is read into a sentence.

    Raises:
        ModelFileError: reading failed.
    """
    try:
        yield
    except OSError as error:
        raise ModelFileError(
            "unreadable-file",
            f"“{displayed_name(path)}” cannot be read: {error.strerror or error}.",
            "Check the disk, or copy the file to another.",
        ) from error


def recognise(path: Path) -> FileKind:
    """Tell what kind of model lies at a path, by its content; the name does not matter.

    Raises:
        ModelFileError: as `check_regular_file` and `reading`; or the content is no model file (the message
            names what it is instead), or the file ends before what it announces.
    """
    if stat.S_ISDIR(examine(path).st_mode):
        return FileKind.FOLDER
    size = check_regular_file(path)
    with reading(path), path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head.startswith(b"GGUF"):
            return FileKind.GGUF
        for kind, extent in (
            (FileKind.SAFETENSORS, safetensors_extent(head)),
            (FileKind.ONNX, onnx_extent(file, head, size)),
        ):
            if extent is not None:
                _check_complete(path, size, extent)
                return kind
    raise not_a_model_file(path, head=head)


def not_a_model_file(
    path: Path, *, wanted: str = "a model file", head: bytes | None = None
) -> ModelFileError:
    """The error for a file that is something else, naming what it is.

    Args:
        path: a regular file.
        wanted: what it should have been.
        head: its first bytes, read from the file if left out.
    """
    if head is None:
        with reading(path), path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    description, remedy = describe_content(head)
    return ModelFileError(
        "not-a-model-file", f"“{displayed_name(path)}” is not {wanted}: it is {description}.", remedy
    )


def content_hash(path: Path, progress: Callable[[int, int], None] | None = None) -> str:
    """SHA-256 of a file's content.

    Args:
        path: a regular file.
        progress: called with bytes done and bytes in all after each block.

    Returns:
        64 hexadecimal digits.

    Raises:
        ModelFileError: as `check_regular_file` and `reading`.
    """
    total, done = check_regular_file(path), 0
    digest = hashlib.sha256()
    block = memoryview(bytearray(_HASH_BLOCK))
    with reading(path), path.open("rb", buffering=0) as file:
        while count := file.readinto(block):
            digest.update(block[:count])
            done += count
            if progress is not None:
                progress(done, total)
    return digest.hexdigest()


def _check_complete(path: Path, size: int, extent: int) -> None:
    if extent <= size:
        return
    raise ModelFileError(
        "truncated-file",
        f"“{displayed_name(path)}” is incomplete: it has {size:,} of at least {extent:,} bytes.",
        "Download or copy the file again.",
    )


def _no_permission(name: str) -> ModelFileError:
    return ModelFileError("no-permission", f"“{name}” may not be read.", "Change its permissions.")


def _is_loop(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.ELOOP
