"""What a file is, told from its bytes: the outlines of model formats, and names for everything else.

Knows nothing about paths or permissions.
"""

from __future__ import annotations

from typing import BinaryIO

LARGEST_SAFETENSORS_HEADER = 100_000_000
"""Bytes; the limit of the format's own library."""

_MOST_ONNX_FIELDS = 100_000
_ONNX_IR_VERSION, _ONNX_GRAPH = 1, 7
_VARINT, _LENGTH = 0, 2
_FIXED_SIZES = {1: 8, 5: 4}
_LONGEST_START = 20  # bytes of a tag and a length, ten each at most
_LARGEST_ONNX_FIELD = (1 << 31) - 1  # no protobuf message is larger
# Wire types of the fields of ModelProto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
_ONNX_WIRE_TYPES = {
    1: _VARINT,
    2: _LENGTH,
    3: _LENGTH,
    4: _LENGTH,
    5: _VARINT,
    6: _LENGTH,
    7: _LENGTH,
    8: _LENGTH,
    14: _LENGTH,
    20: _LENGTH,
    25: _LENGTH,
    26: _LENGTH,
}

_CHOOSE = "Choose a model: a GGUF or ONNX file, or the folder of an export or of a safetensors checkpoint."
_SIGNATURES = (
    (b"GGUF", "a GGUF file", _CHOOSE),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", _CHOOSE),
    (b"\xff\xd8\xff", "a JPEG image", _CHOOSE),
    (b"GIF8", "a GIF image", _CHOOSE),
    (b"%PDF-", "a PDF document", _CHOOSE),
    (b"version https://git-lfs", "a Git LFS pointer to the real file", "Run “git lfs pull” to get the file."),
    (
        b"PK\x03\x04",
        "a ZIP archive or a PyTorch checkpoint",
        "Unpack the archive, or convert the checkpoint.",
    ),
    (b"\x80\x02", "a Python pickle, which could run code", "Use the model as GGUF, ONNX or safetensors."),
    (b"\x80\x04", "a Python pickle, which could run code", "Use the model as GGUF, ONNX or safetensors."),
    (b"\x1f\x8b", "a gzip archive", "Unpack the archive."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack the archive."),
    (b"\xfd7zXZ\x00", "an XZ archive", "Unpack the archive."),
    (b"BZh", "a bzip2 archive", "Unpack the archive."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack the archive."),
    (b"\x7fELF", "a Linux program", _CHOOSE),
    (b"MZ", "a Windows program", _CHOOSE),
    (b"\x89HDF", "an HDF5 file, perhaps of Keras", "Use the model as GGUF, ONNX or safetensors."),
    (b"\x93NUMPY", "a numpy array", _CHOOSE),
    (b"SQLite format 3\x00", "an SQLite database", _CHOOSE),
    (b"tjgg", "a GGJT file, the predecessor of GGUF", "Use the model as GGUF."),
    (b"lmgg", "a GGML file, the predecessor of GGUF", "Use the model as GGUF."),
    (b"fmgg", "a GGMF file, the predecessor of GGUF", "Use the model as GGUF."),
)


def describe_content(head: bytes) -> tuple[str, str]:
    """What a file is that is no model.

    Args:
        head: its first bytes, all of it if it is short.

    Returns:
        What it is, to follow “it is”, and what to do about it.
    """
    if not head:
        return "empty", "Download or copy the file again."
    for signature, description, remedy in _SIGNATURES:
        if head.startswith(signature):
            return description, remedy
    if head[4:8] == b"ORTM":
        return "a model in onnxruntime's own format", "Use the ONNX file that it was made of."
    if _is_text(head):
        start = head.lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html")):
            return "a web page", "Download the file again: this is the site's answer in its place."
        return ("JSON text" if start.startswith((b"{", b"[")) else "plain text"), _CHOOSE
    if not head.strip(b"\x00"):
        return "nothing but zero bytes", "Download or copy the file again."
    return "of an unknown kind", _CHOOSE


def safetensors_extent(head: bytes) -> int | None:
    """Bytes that a safetensors file must have at least, by its header; `None` if it is no such file.

    The format: eight bytes of header length, then JSON, then the tensors. A length that is not allowed is left to
    the reader, which names it, where what follows is the beginning of such a header.

    Args:
        head: the file's first bytes.
    """
    length = int.from_bytes(head[:8], "little")
    if len(head) < 9 or head[8:9] != b"{" or length < 2:
        return None
    if length > LARGEST_SAFETENSORS_HEADER:
        return 9 if head[8:10] == b'{"' and b'"dtype"' in head else None
    return 8 + length


def onnx_extent(file: BinaryIO, head: bytes, size: int) -> int | None:
    """Bytes that an ONNX file must have at least, by its top-level fields; `None` if it is no such file.

    Reads tags and lengths only, so that a large file costs no more than a small one.

    Args:
        file: the file, seekable.
        head: its first bytes.
        size: its length.
    """
    if _is_text(head):
        return None
    position, fields = 0, set[int]()
    for _ in range(_MOST_ONNX_FIELDS):
        if position >= size:
            break
        file.seek(position)
        start = file.read(_LONGEST_START)
        tag, tag_bytes = _varint(start, 0)
        field, wire_type = tag >> 3, tag & 7
        if not tag_bytes or not field or _ONNX_WIRE_TYPES.get(field, wire_type) != wire_type:
            return None
        if wire_type in _FIXED_SIZES:
            position += tag_bytes + _FIXED_SIZES[wire_type]
        elif wire_type in (_VARINT, _LENGTH):
            value, value_bytes = _varint(start, tag_bytes)
            if not value_bytes and len(start) < _LONGEST_START:
                # The file ends within this number.
                position = size + 1
                continue
            if not value_bytes or value > _LARGEST_ONNX_FIELD:
                return None
            if field == _ONNX_IR_VERSION and not 1 <= value < 1000:
                return None
            position += tag_bytes + value_bytes + (value if wire_type == _LENGTH else 0)
        else:
            return None
        fields.add(field)
    if _ONNX_IR_VERSION not in fields:
        return None
    return position if _ONNX_GRAPH in fields else position + 1


def _varint(data: bytes, start: int) -> tuple[int, int]:
    """A protobuf varint and how many bytes it takes, 0 bytes if it does not end in time."""
    value = 0
    for count, byte in enumerate(data[start : start + 10]):
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value, count + 1
    return value, 0


def _is_text(head: bytes) -> bool:
    if any(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    try:
        # The last character may be cut.
        head[: max(len(head) - 3, 1)].decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 6
    return True
