"""Arrays of plain numbers as the bytes of .npy files, and back from bytes that nobody vouches for.

Knows nothing about where the bytes lie.
"""

from __future__ import annotations

import io
import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.history.fields import refuse
from models.escaping import escape_text

DTYPES = ("bool", "uint8", "int32", "int64", "float16", "float32", "float64")
"""Types of arrays, by their names in NumPy."""

LONGEST_HEADER = 256
"""Bytes before the numbers of an array of up to eight axes."""

_PREFIX = 10
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)\{'descr': '(?P<type>\|b1|\|u1|<i4|<i8|<f2|<f4|<f8)', "
    rb"'fortran_order': False, 'shape': \((?P<shape>(?:\d{1,12}, ?){0,8}(?:\d{1,12})?)\), \} *\n",
    re.DOTALL,
)


def array_bytes(array: NDArray[Any]) -> tuple[bytes, memoryview]:
    """An array, of one of `DTYPES`, as a .npy file: what stands before its numbers, and those without a copy."""
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(plain))
    return header.getvalue(), plain.reshape(-1).view(np.uint8).data


def read_array_bytes(data: bytes | bytearray, place: str) -> NDArray[Any]:
    """An array from the content of a .npy file; it cannot be written to.

    Args:
        data: the content, which becomes the array's memory.
        place: what is read, for sentences.

    Raises:
        DocumentError: it is no array of one of `DTYPES` in C order.
    """
    # NumPy's own reader evaluates headers as Python and retries what it cannot; this one knows a single form.
    header = _HEADER.match(data)
    if header is None or int.from_bytes(header["length"], "little") != header.end() - _PREFIX:
        refuse(place, "has a header that cannot be read")
    dtype = np.dtype(header["type"].decode())
    shape = tuple(int(size) for size in header["shape"].replace(b",", b" ").split())
    if math.prod(shape) * dtype.itemsize != len(data) - header.end():
        refuse(place, f"is not of the size that its shape says ({escape_text(str(shape), 60)})")
    array = np.frombuffer(data, dtype, offset=header.end()).reshape(shape)
    array.flags.writeable = False
    return array
