"""What an architecture asks of a file with weights: named fields and named tensors, whatever the format.

Knows nothing about GGUF or safetensors; their readers look like this, architectures are written against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray


class Fields(Protocol):
    """Named values of a file (GGUF metadata, config.json), each read with its type and bounds.

    A value of ``null`` counts as missing. Every getter raises `ModelFileError` naming the key, the value and what
    was wanted, where the key is missing without a default or its value is of another type or out of bounds.
    """

    def __contains__(self, key: object, /) -> bool:
        """Whether the file has the key."""
        ...

    def get(self, key: str, default: Any = None, /) -> Any:
        """The value as it is."""
        ...

    def integer(self, key: str, minimum: int, maximum: int, default: int | None = None) -> int:
        """A whole number within bounds; never a boolean."""
        ...

    def real(self, key: str, minimum: float, maximum: float, default: float | None = None) -> float:
        """A finite number within bounds."""
        ...

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false."""
        ...

    def text(self, key: str, default: str | None = None) -> str:
        """A string."""
        ...

    def texts(self, key: str) -> list[str]:
        """A list of strings."""
        ...

    def integers(self, key: str) -> NDArray[np.int64]:
        """A list of whole numbers, ``int64 [count]``."""
        ...

    def reals(self, key: str) -> NDArray[np.float64]:
        """A list of finite numbers, ``float64 [count]``; whole numbers are numbers too."""
        ...

    def section(self, key: str) -> Fields | None:
        """The fields below a key (``rope_scaling``, ``text_config``); ``None`` where it is missing.

        Errors name the whole path, ``rope_scaling.factor``. GGUF metadata have none.
        """
        ...


class StoredTensor(Protocol):
    """Where a tensor lies, not its numbers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes, outermost first: a matrix is ``(rows, columns)``."""
        ...


class TensorSource(Protocol):
    """A file, or several that belong together, with fields and tensors."""

    @property
    def format(self) -> Literal["gguf", "safetensors"]:
        """Decides which names fields and tensors have."""
        ...

    @property
    def fields(self) -> Fields:
        """GGUF: the metadata. Safetensors: config.json."""
        ...

    @property
    def tensors(self) -> Mapping[str, StoredTensor]:
        """Tensors by name, those of all shards."""
        ...

    def check_supported(self, name: str) -> None:
        """Make sure that a tensor can be read as float32, before any work is done.

        Raises:
            ModelFileError: it is stored in a way that is not supported; the message names both.
        """
        ...

    def read(self, name: str) -> NDArray[np.float32]:
        """All numbers of a tensor.

        Returns:
            ``float32`` of the tensor's shape, owned by the caller.

        Raises:
            ModelFileError: as `check_supported`, or some number is infinite or not a number.
        """
        ...

    def read_rows(self, name: str, start: int, stop: int) -> NDArray[np.float32]:
        """The rows ``[start, stop)`` of a matrix, so that a large one never is in memory as a whole.

        Reads of about a megabyte come one after the other, so this must cost little beyond the conversion.

        Returns:
            ``float32 [stop - start, columns]``, owned by the caller.

        Raises:
            ModelFileError: as `read`.
        """
        ...
