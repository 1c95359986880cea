"""How fast this machine reads memory: the limit of a decode step, which reads every weight once.

Knows nothing about models.

An operator of the runtime sums an array far larger than the processor's caches, with as many threads as a model is
run with, started and woken like those of a model. The fastest of many rounds counts: whatever else the machine does
can only slow one down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil

from inference.performance.fastest import fastest_run
from inference.runtime.providers import cpu_because
from inference.runtime.session import Interrupter, Session, bind_input, bind_output
from models.errors import VitrineError

ROUNDS = 40
"""How often the array is read: about half a second in all."""

LEAST_BYTES = 256 << 20
TIMES_THE_CACHE = 8
ROWS = 256
"""Parts of the array that threads share out among themselves."""

_CACHE_SIZE = Path("/sys/devices/system/cpu/cpu0/cache/index3/size")


def read_bandwidth(
    threads: int, progress: Callable[[int, int], None] | None = None, interrupter: Interrupter | None = None
) -> float:
    """Bytes a second that threads read from main memory together.

    Args:
        threads: how many read.
        progress: called with rounds done and rounds in all; may raise to stop.
        interrupter: what can end the measurement from another thread.

    Raises:
        Interrupted: it was interrupted.
        VitrineError: there is not enough memory to measure, or the runtime failed.
    """
    size = array_bytes()
    if size > psutil.virtual_memory().available // 2:
        raise VitrineError(
            "memory-short",
            f"The speed of memory cannot be measured: reading {size >> 20:,} MiB again and again "
            "would take more than half of the memory that is free.",
            "Close other programs and measure again.",
        )
    columns = size // ROWS // np.dtype(np.float32).itemsize
    # Ones: memory that nobody has written to is one page of zeros, read again and again.
    array, sums = np.ones((ROWS, columns), np.float32), np.empty(ROWS, np.float32)
    provider = cpu_because("measured")
    provider = replace(provider, choice=replace(provider.choice, threads=threads))
    session = Session(_sum_of_rows(columns), provider, interrupter or Interrupter())
    binding = session.binding()
    bind_input(binding, "array", array)
    bind_output(binding, "sums", sums)

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, ROUNDS)

    fastest = fastest_run(session, binding, ROUNDS, tell)
    tell(ROUNDS)
    return array.nbytes / fastest


def array_bytes() -> int:
    """Size of the array that is read: many times what the processor's last cache holds."""
    return max(LEAST_BYTES, TIMES_THE_CACHE * _last_cache_bytes())


def _last_cache_bytes() -> int:
    """Of the processor; 0 where the system does not say."""
    try:
        text = _CACHE_SIZE.read_text("ascii").strip()
        return int(text.removesuffix("K")) << 10
    except (OSError, ValueError):
        return 0


def _sum_of_rows(columns: int) -> bytes:
    """A graph from ``array [ROWS, columns]`` to ``sums [ROWS]``."""
    import onnx_ir as ir

    array = ir.val("array", ir.DataType.FLOAT, [ROWS, columns])
    axes = ir.val("axes", const_value=ir.tensor(np.array([1], np.int64), name="axes"))
    node = ir.node("ReduceSum", [array, axes], attributes={"keepdims": 0})
    sums = node.outputs[0]
    sums.name, sums.dtype, sums.shape = "sums", ir.DataType.FLOAT, ir.Shape([ROWS])
    graph = ir.Graph([array], [sums], nodes=[node], initializers=[axes], opset_imports={"": 21}, name="sums")
    return ir.to_proto(ir.Model(graph, ir_version=10)).SerializeToString()
