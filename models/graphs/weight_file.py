"""The file of a bundle's weights: arrays one after the other, referred to by place.

Knows nothing about what the arrays mean or which graph refers to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The runtime maps the file into memory; a mapping starts at a page.
ALIGNMENT = 4096


@dataclass(frozen=True, slots=True)
class StoredArray:
    """An array in the file.

    Args:
        name: of the initializer that refers to it.
        file: name of the file.
        dtype: of its numbers.
        shape: of it.
        offset: first byte.
    """

    name: str
    file: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int

    @property
    def size(self) -> int:
        """Bytes."""
        return prod(self.shape) * self.dtype.itemsize

    def shared(self, name: str, shape: tuple[int, ...]) -> StoredArray:
        """The same bytes under another name, in another shape of as many numbers."""
        assert prod(shape) == prod(self.shape)
        return replace(self, name=name, shape=shape)


class WeightFile:
    """Writes arrays into one file.

    Args:
        path: the file to write; its name is what graphs beside it refer to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")

    def __enter__(self) -> WeightFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, name: str, array: NDArray[Any]) -> StoredArray:
        """Append an array; errors as `add_parts`."""
        return self.add_parts(name, array.dtype, array.shape, (array,))

    def add_parts(
        self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...], parts: Iterable[NDArray[Any]]
    ) -> StoredArray:
        """Append an array that comes in parts, none of which is kept.

        Args:
            name: of its initializer.
            dtype: of its numbers.
            shape: of all of it.
            parts: its rows, some at a time.

        Raises:
            OSError: the disk is full, among others; a short write is an error too.
        """
        self._file.write(b"\0" * (-self._file.tell() % ALIGNMENT))
        stored = StoredArray(name, self._path.name, dtype, shape, self._file.tell())
        written = 0
        for part in parts:
            written += self._file.write(np.ascontiguousarray(part, dtype).data)
        if written != stored.size:
            raise OSError(f"{written} bytes of {name} were written to {self._path}, not {stored.size}")
        return stored
