"""GGUF files read over a memory map: version, metadata, and where each tensor lies.

Knows nothing about what the tensors are for. The `gguf` package's own reader is not used because it believes
every count in the file; it only names the tensor types.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import check_regular_file, displayed_name, not_a_model_file, reading
from models.gguf.cursor import LARGEST_PLAUSIBLE, HeaderCursor, damaged, incomplete
from models.gguf.metadata import Metadata, read_metadata

if TYPE_CHECKING:
    import gguf

MAGIC = b"GGUF"
VERSIONS = (2, 3)
"""Versions that are read. They differ only in that 3 may be big-endian, which is not read."""

DEFAULT_ALIGNMENT = 32
MOST_DIMENSIONS = 4
MOST_ENTRIES = 65_536
"""Most metadata keys and most tensors: real files have some dozens and a few thousand."""


@dataclass(frozen=True, slots=True, eq=False)
class GgufTensor:
    """One tensor: where it lies, not its numbers.

    Args:
        name: its name.
        shape: sizes in numpy's order, outermost first: a matrix is [rows, columns].
        type: how its numbers are stored.
        offset: first byte, counted from the start of the file.
        size: bytes.
        data: the whole file, ``uint8``, mapped read-only.
    """

    name: str
    shape: tuple[int, ...]
    type: gguf.GGMLQuantizationType
    offset: int
    size: int
    data: NDArray[np.uint8]

    def raw(self) -> NDArray[np.uint8]:
        """The stored bytes, ``uint8 [..., bytes of a row]``: a read-only view of the mapped file."""
        stored = self.data[self.offset : self.offset + self.size]
        return stored.reshape((*self.shape[:-1], self.size // prod(self.shape[:-1])))


@dataclass(frozen=True, slots=True, eq=False)
class GgufFile:
    """The header of a GGUF file.

    Args:
        path: the file.
        version: of the format, 2 or 3.
        metadata: values by key.
        tensors: tensors by name, in the order of the file.
    """

    path: Path
    version: int
    metadata: Metadata
    tensors: dict[str, GgufTensor]

    @property
    def architecture(self) -> str:
        """The architecture's name, ``general.architecture``.

        Raises:
            ModelFileError: the file does not name one.
        """
        return self.metadata.text("general.architecture")


def read_gguf(path: Path) -> GgufFile:
    """Read the header of a GGUF file and map the rest.

    The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

    Raises:
        ModelFileError: the path is no readable regular file, the file is no GGUF, of an unsupported version,
            incomplete or damaged, or uses a tensor type that is not known.
    """
    size = check_regular_file(path)
    name = displayed_name(path)
    with reading(path):
        data = np.memmap(path, np.uint8, mode="r").view(np.ndarray) if size else np.empty(0, np.uint8)
    cursor = HeaderCursor(data.data, name)
    version = _read_version(cursor, path)
    tensor_count, metadata_count = cursor.count(), cursor.count()
    for count, least, what in ((tensor_count, 24, "tensors"), (metadata_count, 13, "metadata keys")):
        if count > MOST_ENTRIES:
            raise damaged(name, f"it claims to have {count:,} {what}")
        cursor.require(count, least, what)
    metadata = read_metadata(cursor, metadata_count)
    return GgufFile(path, version, metadata, _read_tensors(cursor, tensor_count, metadata, data))


def _read_version(cursor: HeaderCursor, path: Path) -> int:
    start = bytes(cursor.data[:4])
    if start != MAGIC:
        if start and MAGIC.startswith(start):
            raise incomplete(cursor.name, len(start), 24)
        raise not_a_model_file(path, wanted="a GGUF file")
    cursor.position = len(MAGIC)
    cursor.require(1, 20, "headers")
    version = cursor.count("I")
    swapped = int.from_bytes(version.to_bytes(4, "little"), "big")
    if version not in VERSIONS:
        if swapped in (1, *VERSIONS):
            what = f"“{cursor.name}” is a big-endian GGUF file of version {swapped}."
            remedy = "Use a little-endian file of this model."
        elif version > max(VERSIONS):
            what = f"“{cursor.name}” is a GGUF file of version {version}, newer than this program reads."
            remedy = f"Update Vitrine, or use a file of version {max(VERSIONS)}."
        else:
            what = f"“{cursor.name}” is a GGUF file of version {version}, which is no longer in use."
            remedy = f"Use a file of version {max(VERSIONS)}, made with a current converter."
        raise ModelFileError("unsupported-gguf-version", what, remedy)
    return version


def _read_tensors(
    cursor: HeaderCursor, count: int, metadata: Metadata, data: NDArray[np.uint8]
) -> dict[str, GgufTensor]:
    alignment = metadata.integer("general.alignment", 0, 1 << 32, DEFAULT_ALIGNMENT)
    if alignment < 8 or alignment & (alignment - 1):
        raise damaged(cursor.name, f"its alignment is {alignment}, not a power of two from 8")
    tensors: dict[str, GgufTensor] = {}
    for _ in range(count):
        tensor = _read_tensor(cursor, alignment, data)
        if tensor.name in tensors:
            raise damaged(cursor.name, f"the tensor “{escape_text(tensor.name)}” occurs twice")
        tensors[tensor.name] = tensor
    start = -(-cursor.position // alignment) * alignment
    need = max((start + tensor.offset + tensor.size for tensor in tensors.values()), default=0)
    if need > len(data):
        raise incomplete(cursor.name, len(data), need)
    return {name: replace(tensor, offset=start + tensor.offset) for name, tensor in tensors.items()}


def _read_tensor(cursor: HeaderCursor, alignment: int, data: NDArray[np.uint8]) -> GgufTensor:
    """Read one entry of the tensor table; its offset still counts from the start of the tensor data."""
    # Slow to import, and needed only once a file proved to be a GGUF.
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

    name = cursor.text("a tensor name", 65_535)
    shown = f"the tensor “{escape_text(name)}”"
    dimensions = cursor.count("I")
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise damaged(cursor.name, f"{shown} has {dimensions:,} dimensions, not 1 to {MOST_DIMENSIONS}")
    # ggml lists the innermost size first.
    shape = tuple(cursor.count() for _ in range(dimensions))[::-1]
    type_number, offset = cursor.count("I"), cursor.count()
    if 0 in shape:
        raise damaged(cursor.name, f"{shown} has a dimension of zero")
    try:
        kind = GGMLQuantizationType(type_number)
        block, block_size = GGML_QUANT_SIZES[kind]
    except (ValueError, KeyError) as error:
        raise ModelFileError(
            "unsupported-quantization",
            f"In “{cursor.name}”, {shown} is stored as type {type_number}, which is not known.",
            "Use a file of this model in another quantization, such as Q8_0 or Q4_1.",
        ) from error
    if shape[-1] % block:
        raise damaged(
            cursor.name, f"rows of {shown} have {shape[-1]:,} values, no multiple of {kind.name}'s {block}"
        )
    size = prod(shape) // block * block_size
    if size > LARGEST_PLAUSIBLE or offset > LARGEST_PLAUSIBLE:
        sizes = " × ".join(f"{one:,}" for one in shape)
        raise damaged(cursor.name, f"{shown} claims to be {sizes} values at {offset:,}")
    if offset % alignment:
        raise damaged(cursor.name, f"{shown} lies at {offset:,}, no multiple of {alignment}")
    return GgufTensor(name, shape, kind, offset, size, data)
