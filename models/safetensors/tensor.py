"""One tensor of a safetensors file: where it lies, and its numbers as float32.

Knows nothing about what the numbers are for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text

TYPE_BITS = {
    "BOOL": 8,
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "U8": 8,
    "I8": 8,
    "F8_E5M2": 8,
    "F8_E4M3": 8,
    "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8,
    "I16": 16,
    "U16": 16,
    "F16": 16,
    "BF16": 16,
    "I32": 32,
    "U32": 32,
    "F32": 32,
    "C64": 64,
    "F64": 64,
    "I64": 64,
    "U64": 64,
}
"""Bits of a number, by the names that the format's own library has for types."""

TYPE_NAMES = {kind: kind for kind in TYPE_BITS} | {
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
}
"""What people call types, as far as they have a name for them."""

_STORED_AS = {"F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8"}
_SLICE_VALUES = 1 << 18
"""Values converted at a time, a megabyte."""


@dataclass(frozen=True, slots=True, eq=False)
class SafetensorsTensor:
    """One tensor: where it lies, not its numbers.

    Args:
        name: its name.
        shape: sizes, outermost first; empty for a single number.
        dtype: how its numbers are stored, a key of `TYPE_BITS`.
        offset: first byte, counted from the start of the file.
        size: bytes.
        data: the whole file, ``uint8``, mapped read-only.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    offset: int
    size: int
    data: NDArray[np.uint8]

    def check_supported(self) -> None:
        """Make sure that the tensor can be read as float32, before any work is done.

        Whole numbers are refused as well: they are a quantized model's, and mean nothing without its scales.

        Raises:
            ModelFileError: it is stored in another way, or is empty; the message names both.
        """
        if self.dtype not in _STORED_AS:
            raise ModelFileError(
                "unsupported-quantization",
                f"The tensor “{escape_text(self.name)}” is stored as {self.dtype}, an unsupported type.",
                f"Use a checkpoint in one of these: {', '.join(_STORED_AS)}.",
            )
        if 0 in self.shape:
            raise ModelFileError(
                "damaged-safetensors",
                f"The tensor “{escape_text(self.name)}” has a dimension of zero.",
                "Download or copy the file again.",
            )

    def read(self) -> NDArray[np.float32]:
        """All numbers, in the tensor's own shape, owned by the caller.

        Raises:
            ModelFileError: as `check_supported`, or some number is infinite or not a number.
        """
        return self.read_rows(0, prod(self.shape[:-1])).reshape(self.shape)

    def read_rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """The rows ``[start, stop)``, all but the last axis being counted as one.

        Returns:
            ``[stop - start, columns]``, owned by the caller.

        Raises:
            ModelFileError: as `read`.
        """
        self.check_supported()
        # A view: the data need not lie at a multiple of the number's size.
        stored = self.data[self.offset : self.offset + self.size].view(_STORED_AS[self.dtype])
        stored = stored.reshape(prod(self.shape[:-1]), -1)[start:stop]
        values = np.empty(stored.shape, np.float32)
        step = max(1, _SLICE_VALUES // stored.shape[1])
        for first in range(0, len(stored), step):
            part = values[first : first + step]
            _convert(stored[first : first + step], part, is_brain_float=self.dtype == "BF16")
            if not np.isfinite(part).all():
                raise ModelFileError(
                    "weights-not-finite",
                    f"The tensor “{escape_text(self.name)}” holds infinite numbers or none at all.",
                    "Download or copy the file again.",
                )
        return values


def _convert(stored: NDArray, values: NDArray[np.float32], *, is_brain_float: bool) -> None:
    if is_brain_float:
        # The upper half of a float32.
        bits = values.view(np.uint32)
        bits[...] = stored
        bits <<= 16
    else:
        # A double may be too large; what comes of it is refused.
        with np.errstate(over="ignore"):
            values[...] = stored
