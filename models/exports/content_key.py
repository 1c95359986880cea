"""What identifies a model's content, without reading all of its weights.

Knows nothing about what the content means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from models.files import check_regular_file, content_hash, reading

LARGEST_HASHED = 64 << 20
"""Bytes of a file that is still read whole."""

_SAMPLE = 1 << 20


def content_key(files: Iterable[Path]) -> str:
    """A digest that changes when a model does.

    Of a file up to `LARGEST_HASHED` bytes, every byte counts. Of a larger one, which can only be weights, count
    size, time of modification, and the first and last MiB: who changes bytes in the middle and sets the time back
    is not noticed. Places and names do not count, order does.

    Args:
        files: all that the model is read from.

    Returns:
        64 hexadecimal digits.

    Raises:
        ModelFileError: one of them cannot be read.
    """
    digest = hashlib.sha256()
    for path in files:
        size = check_regular_file(path)
        content = content_hash(path) if size <= LARGEST_HASHED else _sampled(path, size)
        digest.update(f"{size}\0{content}\n".encode())
    return digest.hexdigest()


def _sampled(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with reading(path), path.open("rb") as file:
        digest.update(str(path.stat().st_mtime_ns).encode())
        digest.update(file.read(_SAMPLE))
        file.seek(size - _SAMPLE)
        digest.update(file.read(_SAMPLE))
    return digest.hexdigest()
