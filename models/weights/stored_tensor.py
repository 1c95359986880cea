"""A tensor where it lies: in a file, from some byte on, or in a few bytes of the graph itself.

Knows nothing about what the numbers mean.

Nothing is read before somebody looks, and then only the bytes that are looked at: a model of many gigabytes costs no
memory. Files are read, not mapped into memory, since a mapping of a file that somebody truncates meanwhile would end
the process without a word.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import displayed_name, reading
from models.weights.element_types import ElementType


class NumberSource(Protocol):
    """Numbers in the order of memory, the last dimension running fastest."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes, outermost first; none for a single number."""
        ...

    def numbers(self, start: int, stop: int) -> NDArray[Any]:
        """The numbers from one place to before another, ``float32``, or ``float64`` where that would lose digits.

        Raises:
            ModelFileError: they cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where the bytes of a tensor begin.

    Args:
        path: of the file.
        offset: first byte.
    """

    path: Path
    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class StoredTensor:
    """One tensor.

    Args:
        name: of it.
        element: type of its numbers.
        shape: sizes, outermost first.
        place: where its bytes lie; ``None`` where they are in `inner`.
        inner: its values, where the graph itself holds them.
    """

    name: str
    element: ElementType
    shape: tuple[int, ...]
    place: FilePlace | None = None
    inner: NDArray[Any] | None = None

    @property
    def count(self) -> int:
        """How many values it has."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes as it is stored; texts are counted as they are in UTF-8."""
        if self.element.group == "text":
            texts = () if self.inner is None else self.inner.reshape(-1)
            return sum(len(one.encode()) for one in texts)
        return -(-self.count * self.element.bits // 8)

    def values(self, start: int, stop: int) -> NDArray[Any]:
        """Values as they are stored, from one place to before another, in the type's own dtype.

        Raises:
            ModelFileError: the file is gone, or shorter than it was.
        """
        start, stop = max(start, 0), min(stop, self.count)
        if self.inner is not None:
            return self.inner.reshape(-1)[start:stop]
        bits = self.element.bits
        if bits >= 8:
            size = bits // 8
            return np.frombuffer(self._bytes(start * size, stop * size), np.uint8).view(self.element.dtype)
        group = math.lcm(8, bits) // bits
        first = start // group
        packed = np.frombuffer(self._bytes(first * group * bits // 8, -(-stop * bits // 8)), np.uint8)
        return unpack_fields(packed, bits)[start - first * group :][: stop - start].view(self.element.dtype)

    def numbers(self, start: int, stop: int) -> NDArray[Any]:
        """As `NumberSource.numbers`; texts have none, and of complex ones it is the magnitude."""
        values = self.values(start, stop)
        match self.element.group:
            case "text":
                raise ModelFileError(
                    "no-numbers",
                    f"“{escape_text(self.name)}” holds texts, not numbers.",
                    "Choose another tensor.",
                )
            case "complex":
                return np.abs(values)
            case "float" if self.element.bits < 64:
                return values.astype(np.float32)
            case "integer" if self.element.bits > 16:
                return values.astype(np.float64)
        return values.astype(np.float64 if self.element.bits == 64 else np.float32)

    def pattern(self, index: int) -> int:
        """The bits of one value, as an unsigned number.

        Raises:
            ModelFileError: it cannot be read, or is a text.
        """
        if self.element.group == "text":
            raise ModelFileError(
                "no-numbers",
                f"“{escape_text(self.name)}” holds texts, not numbers.",
                "Choose another tensor.",
            )
        value = self.values(index, index + 1)
        number = int.from_bytes(np.ascontiguousarray(value).tobytes(), sys.byteorder)
        return number & ((1 << self.element.bits) - 1)

    def _bytes(self, start: int, stop: int) -> bytes:
        assert self.place is not None
        path = self.place.path
        with reading(path), path.open("rb", buffering=0) as file:
            file.seek(self.place.offset + start)
            found = bytearray()
            while len(found) < stop - start and (part := file.read(stop - start - len(found))):
                found += part
        if len(found) < stop - start:
            raise ModelFileError(
                "truncated-file",
                f"“{displayed_name(path)}” ends before “{escape_text(self.name)}” does: it was shortened after the "
                "model was opened.",
                "Put the file back, and open the model again.",
            )
        return bytes(found)


def unpack_fields(packed: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """The fields of some bytes, one byte each: the lowest bits come first, as ONNX and ONNX Runtime pack them.

    Args:
        packed: of any shape; begins with a field.
        bits: of a field, 2, 4, 6 or 8.

    Returns:
        ``uint8 [8 × packed.size / bits]``.
    """
    flat = packed.reshape(-1).view(np.uint8)
    if bits == 8:
        return flat
    if bits == 6:
        every = np.unpackbits(flat, bitorder="little")
        return np.packbits(every[: len(every) // 6 * 6].reshape(-1, 6), axis=1, bitorder="little")[:, 0]
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    return ((flat[:, None] >> shifts) & np.uint8((1 << bits) - 1)).reshape(-1)


def inner_values(tensor: onnx.TensorProto) -> NDArray[Any]:
    """The values of a tensor that lie in the graph itself; bad UTF-8 in texts as “�”.

    Raises:
        ModelFileError: they do not fit its shape.
    """
    try:
        if tensor.data_type == onnx.TensorProto.STRING:
            texts = [one.decode(errors="replace") for one in tensor.string_data]
            return np.array(texts, object).reshape(tuple(tensor.dims))
        return numpy_helper.to_array(tensor)
    except (ValueError, TypeError) as error:
        raise ModelFileError(
            "damaged-onnx",
            f"The tensor “{escape_text(tensor.name)}” is damaged: {escape_text(str(error), 200)}.",
            "Download or export the model again.",
        ) from error
