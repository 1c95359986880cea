"""Memory of a provider's device: taken there, filled there, and copied out of it row by row.

Knows nothing about what is kept in it. Values on a device are the runtime's; on a processor the same calls give
values in ordinary memory, which is how this is tried where there is no GPU.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inference.runtime.failures import runtime_failure
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session

_Made = TypeVar("_Made")

ALIGNMENT = 256
"""Bytes: what lies beside something else in one piece of memory begins at a multiple, as kernels like it."""


class DeviceMemory:
    """Memory of one device.

    Args:
        provider: whose.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.place = provider.device_type, provider.device_id
        """What a binding calls it."""
        self._slicers: dict[str, Session] = {}
        self._copies_directly = True

    def empty(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
        """A value whose numbers are not defined.

        Raises:
            VitrineError: there is no room for it.
        """
        make = onnxruntime.OrtValue.ortvalue_from_shape_and_type
        return _made(lambda: make(shape, dtype.type, *self.place))

    def zeros(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
        """A value of zeros.

        Raises:
            VitrineError: there is no room for it.
        """
        value = self.empty(shape, dtype)
        _made(lambda: value.update_inplace(np.zeros(shape, dtype)))
        return value

    def holding(self, array: NDArray[Any]) -> Any:
        """A value with a copy of an array's numbers.

        Raises:
            VitrineError: there is no room for it.
        """
        # On a processor it would be the array's own memory.
        own = np.array(array, order="C")
        return _made(lambda: onnxruntime.OrtValue.ortvalue_from_numpy(own, *self.place))

    def copy(self, source: Any, target: Any, dtype: np.dtype[Any]) -> None:
        """Copy a value into another of the same shape, within the device.

        Args:
            source: ``[…, rows, size]``.
            target: the same.
            dtype: of both.

        Raises:
            VitrineError: the runtime failed.
        """
        if self._copies_directly:
            try:
                target.update_inplace(source)
                return
            except Exception:  # the runtime's exceptions share no base class but this
                # It knows how to copy only where a device is known to it beyond single sessions.
                self._copies_directly = False
        self._slice(source, 0, source.shape()[-2], dtype, target)

    def bind_output(
        self, binding: Any, name: str, value: Any, offset: int, shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> None:
        """Bind part of a value's memory as an output; the value must outlive the binding.

        Args:
            binding: of a session.
            name: of the output.
            value: whose memory.
            offset: bytes before the part.
            shape: of the part.
            dtype: of the part, whatever the value's own is.
        """
        binding.bind_output(name, *self.place, dtype.type, shape, value.data_ptr() + offset)

    def bind_input(
        self, binding: Any, name: str, value: Any, shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> None:
        """Bind a value's memory, seen in another shape, as an input; the value must outlive the binding."""
        binding.bind_input(name, *self.place, dtype.type, shape, value.data_ptr())

    def rows(self, value: Any, start: int, stop: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        """Copy rows out of a value, and nothing but those.

        Args:
            value: ``[…, rows, size]``.
            start: first row.
            stop: one past the last.
            dtype: of the value.

        Returns:
            ``[…, stop - start, size]``.

        Raises:
            VitrineError: the runtime failed.
        """
        if start == stop:
            *outer, _, size = value.shape()
            return np.empty((*outer, 0, size), dtype)
        array: NDArray[Any] = self._slice(value, start, stop, dtype, ("cpu", 0)).numpy()
        return array

    def first_rows(self, value: Any, stop: int, dtype: np.dtype[Any]) -> Any:
        """A new value with the first rows of another ``[…, rows, size]``, copied within the device.

        Raises:
            VitrineError: there is no room for it.
        """
        if not stop:
            *outer, _, size = value.shape()
            return self.holding(np.empty((*outer, 0, size), dtype))
        return self._slice(value, 0, stop, dtype, self.place)

    def _slice(self, value: Any, start: int, stop: int, dtype: np.dtype[Any], into: Any) -> Any:
        """Rows [start, stop) in a new value at a place, or in the value that is given for them."""
        session = self._slicers.get(dtype.name)
        if session is None:
            # Nobody interrupts it: it takes microseconds.
            session = Session(_slicing_graph(dtype), self._provider, Interrupter())
            self._slicers[dtype.name] = session
        binding = session.binding()
        binding.bind_ortvalue_input("values", value)
        binding.bind_cpu_input("start", np.array([start], np.int64))
        binding.bind_cpu_input("stop", np.array([stop], np.int64))
        if isinstance(into, tuple):
            binding.bind_output("rows", *into)
        else:
            binding.bind_ortvalue_output("rows", into)
        session.run_bound(binding)
        return binding.get_outputs()[0]


def _made(make: Callable[[], _Made]) -> _Made:
    """What a function makes on a device, its failure told in a sentence."""
    try:
        return make()
    except Exception as error:  # the runtime's exceptions share no base class but this
        raise runtime_failure(error) from error


def _slicing_graph(dtype: np.dtype[Any]) -> bytes:
    """Rows [start, stop) of the last axis but one, for values of any rank."""
    import onnx_ir as ir

    values = ir.val("values", ir.DataType.from_numpy(dtype))
    start, stop = (ir.val(name, ir.DataType.INT64, [1]) for name in ("start", "stop"))
    axis = ir.val("axis", const_value=ir.tensor([-2], dtype=ir.DataType.INT64, name="axis"))
    node = ir.node("Slice", [values, start, stop, axis])
    rows = node.outputs[0]
    rows.name, rows.dtype = "rows", ir.DataType.from_numpy(dtype)
    graph = ir.Graph(
        [values, start, stop], [rows], nodes=[node], initializers=[axis], opset_imports={"": 21}, name="rows"
    )
    return ir.to_proto(ir.Model(graph, ir_version=10)).SerializeToString()
