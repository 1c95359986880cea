"""The header of a safetensors file: which tensors it holds and where, every number checked.

Knows nothing about other files of the same checkpoint. The format's own library is not used because it tells
what is wrong in its own terms, not which tensor and how many bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import check_regular_file, displayed_name, not_a_model_file, reading
from models.json_document import parse_json_object
from models.safetensors.tensor import TYPE_BITS, SafetensorsTensor
from models.signatures import LARGEST_SAFETENSORS_HEADER

MOST_DIMENSIONS = 8
LARGEST_PLAUSIBLE = 1 << 40
"""A tensor of more bytes than this is a sign of damage, not of a file that was cut short."""

_METADATA = "__metadata__"
_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True, eq=False)
class SafetensorsFile:
    """One file.

    Args:
        path: the file.
        metadata: what its writer said about it.
        tensors: tensors by name, in the order of the file.
    """

    path: Path
    metadata: dict[str, str]
    tensors: dict[str, SafetensorsTensor]


def read_safetensors(path: Path) -> SafetensorsFile:
    """Read the header of a safetensors file and map the rest.

    The format: https://github.com/huggingface/safetensors#format

    Raises:
        ModelFileError: the path is no readable regular file, or the file is no safetensors file, incomplete or
            damaged, or has a tensor of a type that is not known.
    """
    size = check_regular_file(path)
    name = displayed_name(path)
    if not size:
        raise not_a_model_file(path, wanted="a safetensors file")
    with reading(path):
        data = np.memmap(path, np.uint8, mode="r").view(np.ndarray)
    start = _data_start(path, data)
    header = parse_json_object(data[_LENGTH_BYTES:start].tobytes(), name, "its header", "damaged-safetensors")
    metadata = _read_metadata(header.pop(_METADATA, None), name)
    tensors = [_read_tensor(key, entry, name, start, data) for key, entry in header.items()]
    tensors.sort(key=lambda tensor: (tensor.offset, tensor.size))
    _check_places(tensors, start, len(data), name)
    return SafetensorsFile(path, metadata, {tensor.name: tensor for tensor in tensors})


def _data_start(path: Path, data: NDArray[np.uint8]) -> int:
    """Where the header ends and the tensors begin."""
    name = displayed_name(path)
    length = int.from_bytes(data[:_LENGTH_BYTES].tobytes(), "little")
    if len(data) <= _LENGTH_BYTES:
        raise _incomplete(name, len(data), _LENGTH_BYTES + max(2, min(length, LARGEST_SAFETENSORS_HEADER)))
    if data[_LENGTH_BYTES] != ord("{") or length < 2:
        raise not_a_model_file(path, wanted="a safetensors file")
    if length > LARGEST_SAFETENSORS_HEADER:
        raise _damaged(
            name,
            f"it claims to have a header of {length:,} bytes, where {LARGEST_SAFETENSORS_HEADER:,} are allowed",
        )
    if _LENGTH_BYTES + length > len(data):
        raise _incomplete(name, len(data), _LENGTH_BYTES + length)
    return _LENGTH_BYTES + length


def _read_metadata(value: Any, name: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise _damaged(name, "its metadata are not texts by name")
    return value


def _read_tensor(key: str, entry: Any, name: str, start: int, data: NDArray[np.uint8]) -> SafetensorsTensor:
    shown = f"the tensor “{escape_text(key)}”"
    fields = entry if isinstance(entry, dict) else {}
    kind, shape, place = (fields.get(field) for field in ("dtype", "shape", "data_offsets"))
    if not isinstance(kind, str) or not _are_counts(shape) or not _are_counts(place) or len(place) != 2:
        raise _damaged(name, f"{shown} has no type, shape or place")
    if kind not in TYPE_BITS:
        raise ModelFileError(
            "unsupported-quantization",
            f"In “{name}”, {shown} is stored as {escape_text(kind)}, which is not known.",
            "Use a checkpoint in BF16, F16 or F32.",
        )
    if len(shape) > MOST_DIMENSIONS:
        raise _damaged(name, f"{shown} has {len(shape):,} dimensions, not at most {MOST_DIMENSIONS}")
    first, end = place
    bits = prod(shape) * TYPE_BITS[kind]
    if max(bits // 8, *place) > LARGEST_PLAUSIBLE:
        sizes = " × ".join(f"{one:,}" for one in shape)
        raise _damaged(name, f"{shown} claims to be {sizes or 'one'} values at {first:,}")
    if first > end or bits != (end - first) * 8:
        raise _damaged(
            name,
            f"{shown} has {prod(shape):,} values of type {kind}, but its place is from {first:,} to {end:,}",
        )
    return SafetensorsTensor(key, tuple(shape), kind, start + first, end - first, data)


def _are_counts(values: Any) -> TypeGuard[list[int]]:
    return isinstance(values, list) and all(type(one) is int and one >= 0 for one in values)


def _check_places(tensors: list[SafetensorsTensor], start: int, size: int, name: str) -> None:
    """Every byte after the header belongs to one tensor: nothing is hidden in a file, nothing shared.

    Args:
        tensors: in the order of their places.
        start: where the first must begin.
        size: of the file, where the last must end.
        name: of the file.
    """
    position, before = start, "its header"
    for tensor in tensors:
        shown = f"the tensor “{escape_text(tensor.name)}”"
        if tensor.offset < position:
            raise _damaged(name, f"{before} and {shown} overlap")
        if tensor.offset > position:
            raise _damaged(
                name, f"the {tensor.offset - position:,} bytes between {before} and {shown} belong to none"
            )
        position, before = tensor.offset + tensor.size, shown
    if position > size:
        raise _incomplete(name, size, position)
    if position < size:
        raise _damaged(name, f"the {size - position:,} bytes after {before} belong to no tensor")


def _damaged(name: str, what: str) -> ModelFileError:
    """The error for a file whose content contradicts the format; `what` is a clause after the file's name."""
    return ModelFileError(
        "damaged-safetensors", f"“{name}” is damaged: {what}.", "Download or copy the file again."
    )


def _incomplete(name: str, have: int, need: int) -> ModelFileError:
    return ModelFileError(
        "truncated-file",
        f"“{name}” is incomplete: it has {have:,} of at least {need:,} bytes.",
        "Download or copy the file again.",
    )
