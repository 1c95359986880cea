"""What a GPU can do at most: move its memory and multiply 16-bit numbers, as a model on it does.

Knows nothing about models. Everything lies on the device and stays there; the fastest of many rounds counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from inference.contract import MachineLimits
from inference.performance.fastest import fastest_run
from inference.runtime.device_memory import DeviceMemory
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session

ARRAY_BYTES = 256 << 20
"""Of the array that is read and of the one that is written: larger than any GPU's cache."""

SIDE = 4096
"""Rows and columns of the matrices."""

ROUNDS = 40

_NUMBERS = np.dtype(np.float16)


def measure_gpu_limits(
    provider: Provider,
    interrupter: Interrupter,
    tell: Callable[[int, int], None],
    *,
    array_bytes: int = ARRAY_BYTES,
    side: int = SIDE,
) -> MachineLimits:
    """Measure for about a second.

    Args:
        provider: the GPU.
        interrupter: what can end it from another thread.
        tell: called with rounds done and rounds in all; may raise to stop.
        array_bytes: size of the arrays.
        side: rows and columns of the matrices.

    Returns:
        Bytes a second are those read and written together.

    Raises:
        Interrupted: it was stopped.
        VitrineError: there is not enough memory, or the runtime failed.
    """
    memory = DeviceMemory(provider)
    moving = array_bytes // _NUMBERS.itemsize

    def fastest(kind: str, inputs: int, shape: tuple[int, ...], first: int) -> float:
        session = Session(_graph(kind, inputs, shape), provider, interrupter)
        binding = session.binding()
        kept = [memory.zeros(shape, _NUMBERS) for _ in range(inputs + 1)]
        for number, value in enumerate(kept[:-1]):
            binding.bind_ortvalue_input(f"in{number}", value)
        binding.bind_ortvalue_output("out", kept[-1])
        return fastest_run(session, binding, ROUNDS, lambda done: tell(first + done, 2 * ROUNDS))

    moved = 2 * moving * _NUMBERS.itemsize / fastest("Neg", 1, (moving,), 0)
    multiplied = 2 * side**3 / fastest("MatMul", 2, (side, side), ROUNDS)
    tell(2 * ROUNDS, 2 * ROUNDS)
    choice = provider.choice
    return MachineLimits(
        choice.threads, moved, array_bytes, multiplied, None, side, device=choice.device, bits=16
    )


def _graph(kind: str, inputs: int, shape: tuple[int, ...]) -> bytes:
    """One operator from ``in0 …`` to ``out``, all of one shape."""
    import onnx_ir as ir

    given = [ir.val(f"in{number}", ir.DataType.FLOAT16, list(shape)) for number in range(inputs)]
    node = ir.node(kind, given)
    out = node.outputs[0]
    out.name, out.dtype, out.shape = "out", ir.DataType.FLOAT16, ir.Shape(shape)
    graph = ir.Graph(given, [out], nodes=[node], opset_imports={"": 21}, name=kind)
    serialized: Any = ir.to_proto(ir.Model(graph, ir_version=10)).SerializeToString()
    return bytes(serialized)
