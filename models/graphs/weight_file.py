"""The file of a bundle's weights: arrays one after the other, referred to by place.

Knows nothing about what the arrays mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

# The runtime maps the file into memory; a mapping starts at a page.
ALIGNMENT = 4096


class WeightFile:
    """Writes arrays into one file and makes initializers that refer to them.

    Two initializers may share one array under different shapes: an embedding and the head tied to it.

    Args:
        path: the file to write; its name is what graphs beside it refer to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")

    def __enter__(self) -> WeightFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, name: str, array: NDArray[Any]) -> ir.Value:
        """Append an array and make an initializer of it.

        Raises:
            OSError: the disk is full, among others; a short write is an error too.
        """
        self._file.write(b"\0" * (-self._file.tell() % ALIGNMENT))
        offset = self._file.tell()
        data = np.ascontiguousarray(array)
        written = self._file.write(data.data)
        if written != data.nbytes:
            raise OSError(f"only {written} of {data.nbytes} bytes of {name} were written to {self._path}")
        return self._value(name, offset, data.nbytes, ir.DataType.from_numpy(data.dtype), data.shape)

    def share(self, name: str, value: ir.Value, shape: Sequence[int]) -> ir.Value:
        """Another initializer for the same bytes as `value`, in another shape."""
        tensor = value.const_value
        assert isinstance(tensor, ir.ExternalTensor)
        assert tensor.offset is not None
        assert tensor.length is not None
        return self._value(name, tensor.offset, tensor.length, tensor.dtype, shape)

    def _value(
        self, name: str, offset: int, length: int, dtype: ir.DataType, shape: Sequence[int]
    ) -> ir.Value:
        tensor = ir.ExternalTensor(
            self._path.name,
            offset,
            length,
            dtype,
            shape=ir.Shape(shape),
            name=name,
            base_dir=self._path.parent,
        )
        return ir.val(name, dtype, list(shape), const_value=tensor)
