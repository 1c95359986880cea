"""Safetensors files byte by byte, so that tests can make every mistake.

Knows the layout of the format only; nothing is checked here.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def entry(dtype: object, shape: object, start: object, end: object) -> dict[str, Any]:
    """What the header says about one tensor."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def safetensors_bytes(
    header: Mapping[str, Any] | bytes, data: bytes = b"", *, length: int | None = None
) -> bytes:
    """A whole file: length of the header, header, data.

    Args:
        header: an object, or the header's bytes.
        data: what follows it.
        length: what the file says that the header has; the truth if left out.
    """
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


def packed(
    tensors: Mapping[str, tuple[str, Sequence[int], bytes]], metadata: Mapping[str, str] | None = None
) -> bytes:
    """A well-formed file of tensors given as type, shape and bytes."""
    header: dict[str, Any] = {} if metadata is None else {"__metadata__": metadata}
    data = b""
    for name, (dtype, shape, raw) in tensors.items():
        header[name] = entry(dtype, list(shape), len(data), len(data) + len(raw))
        data += raw
    return safetensors_bytes(header, data)


def stored(values: NDArray[np.float32], dtype: str) -> bytes:
    """Numbers as a checkpoint keeps them; bfloat16 by cutting the lower half of a float32 off."""
    if dtype == "BF16":
        return (np.ascontiguousarray(values).view("<u4") >> 16).astype("<u2").tobytes()
    return values.astype({"F16": "<f2", "F32": "<f4", "F64": "<f8"}[dtype]).tobytes()
