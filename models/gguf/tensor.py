"""The tensor table of a GGUF file: where each tensor lies and how it is stored, every number checked.

Knows nothing about what the tensors are for, nor how stored numbers are converted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text
from models.gguf.cursor import LARGEST_PLAUSIBLE, HeaderCursor, damaged, incomplete
from models.gguf.metadata import Metadata

if TYPE_CHECKING:
    import gguf

DEFAULT_ALIGNMENT = 32
MOST_DIMENSIONS = 4


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


def read_tensor_table(
    cursor: HeaderCursor, count: int, metadata: Metadata, data: NDArray[np.uint8]
) -> dict[str, GgufTensor]:
    """Read `count` entries and check that their tensors lie within the file.

    Args:
        cursor: at the first entry.
        count: of tensors.
        metadata: of the file, which may set the alignment.
        data: the whole file.

    Returns:
        Tensors by name, in the order of the file.

    Raises:
        ModelFileError: some entry is impossible, occurs twice, or the file ends before its tensor.
    """
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
