"""A cursor over the header of a GGUF file that never reads past the end.

Knows the primitive values of the format, not what they mean.
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text

LARGEST_PLAUSIBLE = 1 << 40
"""A file that needs more bytes than this is damaged or hostile, not merely cut short."""

MOST_TEXTS = 4_000_000
"""Most strings of one file, about a second of reading; large vocabularies and merges have under a million."""


def damaged(name: str, what: str) -> ModelFileError:
    """The error for a file whose content contradicts the format; `what` is a clause after the file's name."""
    return ModelFileError("damaged-gguf", f"“{name}” is damaged: {what}.", "Download or copy the file again.")


def incomplete(name: str, have: int, need: int) -> ModelFileError:
    """The error for a file that ends too early; sizes in bytes."""
    return ModelFileError(
        "truncated-file",
        f"“{name}” is incomplete: it has {have:,} of at least {need:,} bytes.",
        "Download or copy the file again.",
    )


class HeaderCursor:
    """Reads little-endian values one after the other.

    Args:
        data: the whole file.
        name: the file's name for messages, already escaped.
    """

    def __init__(self, data: memoryview, name: str) -> None:
        self.data = data
        self.name = name
        self.position = 0
        self._texts = 0

    @property
    def remaining(self) -> int:
        """Bytes after the cursor."""
        return len(self.data) - self.position

    def require(self, count: int, size: int, what: str) -> None:
        """Check that `count` things of at least `size` bytes each can follow.

        Raises:
            ModelFileError: they cannot: damaged if the number is absurd, incomplete otherwise.
        """
        need = count * size
        if need <= self.remaining:
            return
        if need > LARGEST_PLAUSIBLE:
            raise damaged(self.name, f"it claims to have {count:,} {what}")
        raise incomplete(self.name, len(self.data), self.position + need)

    def number(self, code: str) -> int | float:
        """The next number; `code` is its `struct` format character."""
        layout = "<" + code
        size = struct.calcsize(layout)
        self.require(1, size, "values")
        (value,) = struct.unpack_from(layout, self.data, self.position)
        self.position += size
        return value

    def count(self, code: str = "Q") -> int:
        """The next unsigned integer."""
        return int(self.number(code))

    def numbers(self, dtype: np.dtype, count: int) -> NDArray:
        """The next `count` numbers as an array of its own, not a view of the file."""
        self.require(count, dtype.itemsize, "array items")
        values = np.frombuffer(self.data, dtype, count, self.position).copy()
        self.position += count * dtype.itemsize
        return values

    def text(self, what: str, limit: int = LARGEST_PLAUSIBLE) -> str:
        """The next string.

        Args:
            what: what it is, for messages.
            limit: most bytes it may have.

        Raises:
            ModelFileError: it is longer than `limit`, runs past the end or is no UTF-8.
        """
        length = self.count()
        if length > limit:
            raise damaged(self.name, f"{what} claims to have {length:,} bytes")
        self.require(length, 1, f"bytes in {what}")
        start = self.position
        self.position += length
        try:
            return str(self.data[start : self.position], "utf-8")
        except UnicodeDecodeError as error:
            raise damaged(self.name, f"{what} is not UTF-8 (byte {start + error.start:,})") from error

    def texts(self, key: str, count: int) -> list[str]:
        """The next `count` strings, those of an array.

        Raises:
            ModelFileError: as `text`, or the file has more strings than `MOST_TEXTS`.
        """
        self.require(count, 8, f"texts in “{escape_text(key)}”")
        self._texts += count
        if self._texts > MOST_TEXTS:
            raise damaged(self.name, f"“{escape_text(key)}” claims to have {count:,} texts")
        # The fast path of large vocabularies; anything unusual is left to `text`, which names it.
        data, position, end = self.data, self.position, len(self.data)
        length_at = struct.Struct("<Q").unpack_from
        found: list[str] = []
        try:
            for _ in range(count):
                stop = position + 8 + length_at(data, position)[0]
                if stop > end:
                    break
                found.append(str(data[position + 8 : stop], "utf-8"))
                position = stop
        except (UnicodeDecodeError, struct.error):
            pass
        self.position = position
        while len(found) < count:
            found.append(self.text(f"item {len(found):,} of “{escape_text(key)}”"))
        return found
