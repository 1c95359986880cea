"""GGUF files byte by byte, so that tests can make every mistake.

Knows the layout of the format only; nothing is checked here.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

UINT8, INT32, UINT32, FLOAT32, BOOLEAN, TEXT, ARRAY, UINT64, FLOAT64 = 0, 5, 4, 6, 7, 8, 9, 10, 12
F32, F16, Q4_1, Q8_0 = 0, 1, 3, 8

_LAYOUTS = {UINT8: "B", UINT32: "I", INT32: "i", FLOAT32: "f", BOOLEAN: "B", UINT64: "Q", FLOAT64: "d"}


def text(value: str | bytes) -> bytes:
    """A string: its length, then its bytes."""
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(raw)) + raw


def entry(key: str | bytes, kind: int, value: object) -> bytes:
    """A metadata key with a scalar or string; any other `kind` takes `value` as the bytes that follow."""
    if kind == TEXT:
        assert isinstance(value, (str, bytes))
        payload = text(value)
    elif kind in _LAYOUTS:
        payload = struct.pack("<" + _LAYOUTS[kind], value)
    else:
        assert isinstance(value, bytes)
        payload = value
    return text(key) + struct.pack("<I", kind) + payload


def array(key: str, kind: int, values: Sequence[object], count: int | None = None) -> bytes:
    """A metadata key with an array, whose claimed length may be a lie."""
    if kind == TEXT:
        items = b"".join(text(value) for value in values if isinstance(value, (str, bytes)))
    else:
        items = b"".join(struct.pack("<" + _LAYOUTS[kind], value) for value in values)
    claimed = len(values) if count is None else count
    return entry(key, ARRAY, struct.pack("<IQ", kind, claimed) + items)


def tensor(
    name: str, sizes: Sequence[int], kind: int = F32, offset: int = 0, dimensions: int | None = None
) -> bytes:
    """A line of the tensor table; `sizes` in ggml's order, innermost first."""
    claimed = len(sizes) if dimensions is None else dimensions
    return (
        text(name)
        + struct.pack("<I", claimed)
        + struct.pack(f"<{len(sizes)}Q", *sizes)
        + struct.pack("<IQ", kind, offset)
    )


def gguf_bytes(
    *,
    metadata: Sequence[bytes] = (),
    tensors: Sequence[bytes] = (),
    data: bytes = b"",
    magic: bytes = b"GGUF",
    version: int = 3,
    metadata_count: int | None = None,
    tensor_count: int | None = None,
    alignment: int = 32,
) -> bytes:
    """A whole file: header, metadata, tensor table, padding, tensor data. Counts are true unless given."""
    header = (
        magic
        + struct.pack("<I", version)
        + struct.pack("<Q", len(tensors) if tensor_count is None else tensor_count)
        + struct.pack("<Q", len(metadata) if metadata_count is None else metadata_count)
        + b"".join(metadata)
        + b"".join(tensors)
    )
    padding = b"\0" * (-len(header) % alignment) if tensors else b""
    return header + padding + data
