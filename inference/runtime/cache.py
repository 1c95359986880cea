"""The key/value cache of one sequence, on the provider's device.

Knows nothing about when it is read or written.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import DTypeLike, NDArray

from inference.runtime.providers import Provider
from models.bundle import BundleFacts


class KeyValueCache:
    """Keys and values ``[1, key_value_heads, capacity, head_size]`` of every layer.

    Args:
        facts: of the model.
        provider: where the cache lies.
        dtype: of its numbers.
    """

    def __init__(self, facts: BundleFacts, provider: Provider, dtype: DTypeLike) -> None:
        self._shape = (1, facts.key_value_heads, facts.context, facts.head_size)
        self._device = provider.device_type, provider.device_id
        self._dtype = np.dtype(dtype)
        self._arrays: dict[tuple[int, str], NDArray[Any]] = {}
        self._values: dict[tuple[int, str], Any] = {}
        for layer in range(facts.layers):
            for part in ("key", "value"):
                self._allocate((layer, part))

    @property
    def bytes_per_position(self) -> int:
        """Memory of one position in all layers."""
        _, heads, _, head_size = self._shape
        return len(self._values) * heads * head_size * self._dtype.itemsize

    def bind(self, binding: Any) -> None:
        """Bind past and present to the same memory, so that the kernel appends in place."""
        for (layer, part), value in self._values.items():
            binding.bind_ortvalue_input(f"past.{layer}.{part}", value)
            binding.bind_ortvalue_output(f"present.{layer}.{part}", value)

    def keys(self, layer: int, length: int) -> NDArray[Any]:
        """The first `length` keys of a layer, already rotated.

        Returns:
            ``[key_value_heads, length, head_size]``: on the CPU a view that the next step changes, otherwise a copy.
        """
        return self._first(layer, "key", length)

    def values(self, layer: int, length: int) -> NDArray[Any]:
        """The first `length` values of a layer, as `keys`."""
        return self._first(layer, "value", length)

    def _first(self, layer: int, part: str, length: int) -> NDArray[Any]:
        array = self._arrays.get((layer, part))
        if array is None:
            array = self._values[layer, part].numpy()
        return array[0, :, :length]

    def _allocate(self, place: tuple[int, str]) -> None:
        if self._device[0] == "cpu":
            # Zeroed memory is not touched before it is written: a long context costs nothing until used.
            array = np.zeros(self._shape, self._dtype)
            self._arrays[place] = array
            self._values[place] = onnxruntime.OrtValue.ortvalue_from_numpy(array)
        else:
            self._values[place] = onnxruntime.OrtValue.ortvalue_from_shape_and_type(
                self._shape, self._dtype.type, *self._device
            )
