"""The key/value cache of one sequence, on the provider's device.

Knows nothing about when it is read or written.

Some graphs append in place to memory that is longer than the sequence; others are given the past and put out past
and present together, as new arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inference.runtime.device_memory import DeviceMemory
from inference.runtime.providers import Provider
from inference.runtime.session import bind_input, bind_output
from models.wiring import CacheTensor, Wiring


class KeyValueCache(Protocol):
    """Keys and values of every layer."""

    rebinds: bool
    """Whether `bind` is wanted before every run instead of once for a binding."""

    @property
    def bytes_per_position(self) -> int:
        """Memory of one position in all layers."""
        ...

    def bind(self, binding: Any, start: int, count: int) -> None:
        """Bind past and present for a run that reads `count` tokens from position `start` on."""
        ...

    def advance(self, binding: Any, length: int) -> None:
        """Take over what a run has put out; the cache now holds `length` positions."""
        ...

    def lent(self, binding: Any, start: int, count: int) -> AbstractContextManager[None]:
        """Bind the past of `count` positions that were read already, for a run that reads them again.

        Whatever becomes of the run, the cache holds afterwards what it held before, bit by bit.
        """
        ...

    def first(self, index: int, length: int) -> NDArray[Any]:
        """The first positions of a cache tensor.

        Args:
            index: of the tensor in `Wiring.caches`.
            length: how many positions, at most as many as were read.

        Returns:
            ``[heads, length, size]``, of a tensor that holds both parts ``[2, heads, length, size]``: on the CPU a
            view that the next run changes, otherwise a copy of just these positions.
        """
        ...


def make_cache(wiring: Wiring, capacity: int, provider: Provider) -> KeyValueCache:
    """The cache that a body wants.

    Args:
        wiring: of the body.
        capacity: most positions.
        provider: where it lies.

    Raises:
        VitrineError: the device has no room for it.
    """
    if wiring.in_place:
        return InPlaceCache(wiring, capacity, provider)
    if not provider.own_memory:
        return AppendedCache(wiring, capacity)
    return DeviceAppendedCache(wiring, provider)


class InPlaceCache:
    """Memory for the whole context, bound as past and present alike, so that the kernel appends in place.

    Args:
        wiring: of the body.
        capacity: most positions.
        provider: where it lies.
    """

    rebinds = False

    def __init__(self, wiring: Wiring, capacity: int, provider: Provider) -> None:
        self._tensors = wiring.caches
        self._dtype = np.dtype(wiring.cache_dtype)
        self._arrays: list[NDArray[Any] | None] = []
        self._values: list[Any] = []
        self._memory = DeviceMemory(provider)
        for tensor in self._tensors:
            shape = tensor.shape(capacity)
            if not provider.own_memory:
                # Zeroed memory is not touched before it is written: a long context costs nothing until used.
                array = np.zeros(shape, self._dtype)
                self._arrays.append(array)
                self._values.append(onnxruntime.OrtValue.ortvalue_from_numpy(array))
            else:
                self._arrays.append(None)
                # A kernel may multiply what it masks: by zero, which must not be NaN.
                self._values.append(self._memory.zeros(shape, self._dtype))

    @property
    def bytes_per_position(self) -> int:
        """Memory of one position in all layers."""
        return _position_bytes(self._tensors, self._dtype)

    def bind(self, binding: Any, start: int, count: int) -> None:
        """Bind past and present to the same memory; once for a binding is enough."""
        for tensor, value in zip(self._tensors, self._values, strict=True):
            binding.bind_ortvalue_input(tensor.past, value)
            binding.bind_ortvalue_output(tensor.present, value)

    def advance(self, binding: Any, length: int) -> None:
        """Nothing is left to do: the kernel has written where it should."""

    @contextmanager
    def lent(self, binding: Any, start: int, count: int) -> Iterator[None]:
        """As `KeyValueCache.lent`: what the kernel writes over is put back, or the kernel writes elsewhere."""
        arrays = [array[..., start : start + count, :] for array in self._arrays if array is not None]
        if not arrays:
            # A device's memory cannot be reached in parts: the kernel makes a present of its own.
            for tensor, value in zip(self._tensors, self._values, strict=True):
                binding.bind_ortvalue_input(tensor.past, value)
            yield
            return
        before = [array.copy() for array in arrays]
        self.bind(binding, start, count)
        try:
            yield
        finally:
            for array, values in zip(arrays, before, strict=True):
                array[...] = values

    def first(self, index: int, length: int) -> NDArray[Any]:
        """As `KeyValueCache.first`."""
        array = self._arrays[index]
        if array is None:
            rows = self._memory.rows(self._values[index], 0, length, self._dtype)
            return _outside(self._tensors[index], rows)
        return _outside(self._tensors[index], array)[..., :length, :]


class AppendedCache:
    """Two blocks of memory for each tensor that take turns as past and present.

    Args:
        wiring: of the body.
        capacity: most positions.
    """

    rebinds = True

    def __init__(self, wiring: Wiring, capacity: int) -> None:
        self._tensors = wiring.caches
        self._dtype = np.dtype(wiring.cache_dtype)
        self._length = 0
        # Flat, because an array's layout depends on how many positions it has.
        self._blocks = [
            [np.zeros(int(np.prod(tensor.shape(capacity))), self._dtype) for _ in range(2)]
            for tensor in self._tensors
        ]

    @property
    def bytes_per_position(self) -> int:
        """Memory of one position in all layers, in both blocks."""
        return 2 * _position_bytes(self._tensors, self._dtype)

    def bind(self, binding: Any, start: int, count: int) -> None:
        """Bind the one block as past, the other as present; positions from `start` on are forgotten."""
        if start < self._length:
            self._cut(start)
        for tensor, (past, present) in zip(self._tensors, self._blocks, strict=True):
            bind_input(binding, tensor.past, _shaped(tensor, past, start))
            bind_output(binding, tensor.present, _shaped(tensor, present, start + count))

    def advance(self, binding: Any, length: int) -> None:
        """What was written becomes the past."""
        self._length = length
        for blocks in self._blocks:
            blocks.reverse()

    @contextmanager
    def lent(self, binding: Any, start: int, count: int) -> Iterator[None]:
        """As `KeyValueCache.lent`: the past is copied into the block that has nothing to hold between runs."""
        for tensor, (past, free) in zip(self._tensors, self._blocks, strict=True):
            copied = _shaped(tensor, free, start)
            copied[...] = _shaped(tensor, past, self._length)[..., :start, :]
            bind_input(binding, tensor.past, copied)
        yield

    def first(self, index: int, length: int) -> NDArray[Any]:
        """As `KeyValueCache.first`."""
        tensor = self._tensors[index]
        whole = _shaped(tensor, self._blocks[index][0], self._length)
        return _outside(tensor, whole)[..., :length, :]

    def _cut(self, length: int) -> None:
        for tensor, blocks in zip(self._tensors, self._blocks, strict=True):
            past, present = blocks
            _shaped(tensor, present, length)[...] = _shaped(tensor, past, self._length)[..., :length, :]
            blocks.reverse()
        self._length = length


class DeviceAppendedCache:
    """What the last run put out, kept on the device.

    Args:
        wiring: of the body.
        provider: where it lies.
    """

    rebinds = True

    def __init__(self, wiring: Wiring, provider: Provider) -> None:
        self._tensors = wiring.caches
        self._dtype = np.dtype(wiring.cache_dtype)
        self._memory = DeviceMemory(provider)
        self._length = 0
        self._values = [
            self._memory.holding(np.zeros(tensor.shape(0), self._dtype)) for tensor in self._tensors
        ]

    @property
    def bytes_per_position(self) -> int:
        """Memory of one position in all layers; past and present are there at the same time for a moment."""
        return 2 * _position_bytes(self._tensors, self._dtype)

    def bind(self, binding: Any, start: int, count: int) -> None:
        """Bind what the last run put out as the past; positions from `start` on are forgotten."""
        if start < self._length:
            self._values = self._cut(start)
            self._length = start
        for tensor, value in zip(self._tensors, self._values, strict=True):
            binding.bind_ortvalue_input(tensor.past, value)
            binding.bind_output(tensor.present, *self._memory.place)

    def advance(self, binding: Any, length: int) -> None:
        """What was put out becomes the past; caches must be the last outputs bound."""
        self._values = binding.get_outputs()[-len(self._tensors) :]
        self._length = length

    @contextmanager
    def lent(self, binding: Any, start: int, count: int) -> Iterator[None]:
        """As `KeyValueCache.lent`: the run is given a copy of the past, and what it makes of it is not kept."""
        for tensor, value in zip(self._tensors, self._cut(start), strict=True):
            binding.bind_ortvalue_input(tensor.past, value)
        yield

    def first(self, index: int, length: int) -> NDArray[Any]:
        """As `KeyValueCache.first`."""
        rows = self._memory.rows(self._values[index], 0, length, self._dtype)
        return _outside(self._tensors[index], rows)

    def _cut(self, length: int) -> list[Any]:
        return [self._memory.first_rows(value, length, self._dtype) for value in self._values]


def _shaped(tensor: CacheTensor, block: NDArray[Any], positions: int) -> NDArray[Any]:
    shape = tensor.shape(positions)
    return block[: int(np.prod(shape))].reshape(shape)


def _outside(tensor: CacheTensor, array: NDArray[Any]) -> NDArray[Any]:
    """Without the axis of the batch."""
    return array[:, 0] if tensor.part == "both" else array[0]


def _position_bytes(tensors: tuple[CacheTensor, ...], dtype: np.dtype[Any]) -> int:
    return sum(int(np.prod(tensor.shape(1))) * dtype.itemsize for tensor in tensors)
