"""GGUF files read over a memory map: version, metadata and tensors, those of all shards together.

Knows nothing about what the tensors are for. The `gguf` package's own reader is not used because it believes
every count in the file; it only names the tensor types and converts their numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.files import check_regular_file, displayed_name, not_a_model_file, reading
from models.gguf.cursor import HeaderCursor, damaged, incomplete
from models.gguf.metadata import Metadata, read_metadata
from models.gguf.shards import join_shards, model_files
from models.gguf.tensor import GgufTensor, read_tensor_table
from models.gguf.values import check_supported, dequantize, dequantize_rows

MAGIC = b"GGUF"
VERSIONS = (2, 3)
"""Versions that are read. They differ only in that 3 may be big-endian, which is not read."""

MOST_ENTRIES = 65_536
"""Most metadata keys and most tensors: real files have some dozens and a few thousand."""


@dataclass(frozen=True, slots=True, eq=False)
class GgufFile:
    """The header of a GGUF file, or of several that are one model; a `models.tensor_source.TensorSource`.

    Args:
        path: the file, the first of several.
        version: of the format, 2 or 3.
        metadata: values by key.
        tensors: tensors by name, in the order of the file.
        files: all files that hold tensors.
    """

    path: Path
    version: int
    metadata: Metadata
    tensors: dict[str, GgufTensor]
    files: tuple[Path, ...]

    @property
    def architecture(self) -> str:
        """The architecture's name, ``general.architecture``.

        Raises:
            ModelFileError: the file does not name one.
        """
        return self.metadata.text("general.architecture")

    @property
    def format(self) -> Literal["gguf"]:
        """The names that fields and tensors have."""
        return "gguf"

    @property
    def fields(self) -> Metadata:
        """The metadata."""
        return self.metadata

    def check_supported(self, name: str) -> None:
        """As `models.gguf.values.check_supported`, by name."""
        check_supported(self.tensors[name])

    def read(self, name: str) -> NDArray[np.float32]:
        """As `models.gguf.values.dequantize`, by name."""
        return dequantize(self.tensors[name])

    def read_rows(self, name: str, start: int, stop: int) -> NDArray[np.float32]:
        """As `models.gguf.values.dequantize_rows`, by name."""
        return dequantize_rows(self.tensors[name], start, stop)


def read_gguf(path: Path) -> GgufFile:
    """Read the header of a GGUF file and map the rest, with every other file of the same model.

    Args:
        path: the file, or any of its shards.

    Raises:
        ModelFileError: the path is no readable regular file, the file is no GGUF, of an unsupported version,
            incomplete or damaged, or uses a tensor type that is not known; some of the shards are missing or of
            another model.
    """
    files = model_files(path)
    first, *others = (_read_one(one) for one in files)
    metadata, tensors = join_shards(files, [(one.metadata, one.tensors) for one in (first, *others)])
    return GgufFile(files[0], first.version, metadata, tensors, files)


def _read_one(path: Path) -> GgufFile:
    """Read one file. The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""
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
    tensors = read_tensor_table(cursor, tensor_count, metadata, data)
    return GgufFile(path, version, metadata, tensors, (path,))


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
