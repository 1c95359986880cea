"""Decode steps that are recorded on the device once and replayed: the conditions, the inputs, the check.

Knows nothing about tokens' meaning.

A CUDA graph is the list of a run's kernels with all their arguments. Replaying it spares the processor some
hundred launches a token, and demands that every run be the same run: the same shapes, the same memory, nothing
decided on the processor meanwhile. So the inputs lie in memory of the device that stays where it is and is updated
in place, outputs likewise, and the cache is one that kernels append to. The attention kernel is told two lengths.
That of the sequence is an input on the device, read when the kernel runs; the total is one on the processor, which
decides how the work is cut up and would be frozen: it is the whole context at every step, as onnxruntime-genai has
it.

What the runtime makes of it cannot be known beforehand: it is tried, and compared with the same steps not replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.runtime.device_memory import DeviceMemory
from inference.runtime.session import bind_input
from models.wiring import BodyInput, Role, Wiring

RECORDING = 1
"""The number of the only recording."""

READ_TOGETHER = 12
"""Tokens that the check reads before those it compares."""

COMPARED = 6
"""Tokens that the check compares: the first is recorded, the rest replayed."""

TOLERANCE = 0.02
"""Largest difference, in parts of the largest number, between replayed and not: kernels cut the work up otherwise
when they are told of a longer total, and 16-bit sums depend on that."""

_FIXED_ROLES = (Role.IDS, Role.POSITIONS, Role.LAST_POSITION, Role.TOTAL_LENGTH)
"""Inputs that have one shape at every step, and that nothing but kernels and the attention's plan reads."""


def why_not_replayed(wiring: Wiring, capacity: int, watched: Sequence[str]) -> str | None:
    """A clause about why decode steps of this graph cannot be the same every time; ``None`` if they can.

    Args:
        wiring: of the body.
        capacity: most positions.
        watched: values that each run also puts out.
    """
    if not wiring.in_place:
        return "its graph makes a new cache at every step"
    for one in wiring.inputs:
        if one.role not in _FIXED_ROLES:
            return f"its input “{one.name}” ({one.role.value}) is another at every step"
    if wiring.masks:
        return "its masks grow with every step"
    if watched:
        return "values within it are watched"
    if capacity < READ_TOGETHER + COMPARED:
        return f"its context of {capacity:,} tokens is too short to try it"
    return None


class FixedFeeds:
    """A decode step's inputs in memory that stays where it is.

    Args:
        inputs: of the body.
        capacity: most positions.
        memory: of the device.

    Raises:
        VitrineError: the device has no room.
    """

    def __init__(self, inputs: Sequence[BodyInput], capacity: int, memory: DeviceMemory) -> None:
        self._inputs = inputs
        self._memory = memory
        self._values: dict[str, Any] = {}
        self._whole = {
            one.name: np.full((1,) * one.rank, capacity, one.dtype)
            for one in inputs
            if one.role is Role.TOTAL_LENGTH
        }

    def bind(self, binding: Any, feeds: Mapping[str, NDArray[Any]]) -> None:
        """Bind them, once for a binding.

        Args:
            binding: of a decode step.
            feeds: its inputs, as `models.feeds.Feeds` gives them.
        """
        for one in self._inputs:
            if one.name in self._whole:
                bind_input(binding, one.name, self._whole[one.name])
                continue
            value = self._values[one.name] = self._memory.holding(feeds[one.name])
            binding.bind_ortvalue_input(one.name, value)

    def update(self, feeds: Mapping[str, NDArray[Any]]) -> None:
        """Give them the numbers of another step."""
        for name, value in self._values.items():
            value.update_inplace(feeds[name])


Steps = Callable[[bool], list[NDArray[Any]]]
"""Reads the check's tokens, replayed or not, and gives what came out, step after step."""


def difference(steps: Steps) -> str | None:
    """Compare steps that are recorded and replayed with the same steps that are not.

    Args:
        steps: makes them.

    Returns:
        A clause about the first step that differs; ``None`` if none does.

    Raises:
        Interrupted: a run was interrupted.
        VitrineError: the runtime cannot record them.
    """
    for step, (plain, replayed) in enumerate(zip(steps(False), steps(True), strict=True), 1):
        one, other = np.asarray(plain, np.float32), np.asarray(replayed, np.float32)
        largest = float(np.abs(one).max(initial=0.0))
        apart = float(np.abs(one - other).max(initial=0.0))
        if not apart <= TOLERANCE * largest:  # NaN is a difference too
            return f"step {step} of {COMPARED} came out {apart:.3g} apart, where the largest number is {largest:.3g}"
    return None
