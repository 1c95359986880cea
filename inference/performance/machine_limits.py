"""What this machine can do at most: read memory and multiply, with the threads that a model has.

Knows nothing about models.

Products are the runtime's own of two square matrices that fit into the processor's caches; the fastest of many rounds
counts, for whatever else the machine does can only slow one down.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.contract import MachineLimits
from inference.memory import give_back_memory
from inference.performance.fastest import fastest_run
from inference.performance.memory_bandwidth import ROUNDS, array_bytes, read_bandwidth
from inference.runtime.providers import cpu_because
from inference.runtime.session import Interrupter, Session, bind_input, bind_output
from models.errors import VitrineError

SIDE = 1024
"""Rows and columns: three such matrices of 32-bit numbers are 12 MiB."""

PRODUCTS = 24
"""Rounds of each product."""


def measure_limits(threads: int, interrupter: Interrupter, tell: Callable[[int, int], None]) -> MachineLimits:
    """Measure for about a second.

    Args:
        threads: that work.
        interrupter: what can end it from another thread.
        tell: called with rounds done and rounds in all; may raise to stop.

    Raises:
        Interrupted: it was stopped.
        VitrineError: there is not enough memory, or the runtime failed.
    """
    total = ROUNDS + 2 * PRODUCTS
    read = read_bandwidth(threads, lambda done, rounds: tell(done, total), interrupter)
    give_back_memory()
    made = np.random.default_rng(0)
    numbers = made.standard_normal((SIDE, SIDE)).astype(np.float32)
    unsigned = made.integers(0, 256, (SIDE, SIDE), np.uint8)
    signed = made.integers(-127, 128, (SIDE, SIDE), np.int8)

    def speed(kind: str, left: NDArray[Any], right: NDArray[Any], dtype: Any, first: int) -> float:
        return _product_speed(
            kind, left, right, dtype, threads, interrupter, lambda done: tell(first + done, total)
        )

    floats = speed("MatMul", numbers, numbers, np.float32, ROUNDS)
    integers: float | None = None
    with suppress(VitrineError):  # not on every processor
        integers = speed("MatMulInteger", unsigned, signed, np.int32, ROUNDS + PRODUCTS)
    tell(total, total)
    return MachineLimits(threads, read, array_bytes(), floats, integers, SIDE)


def faster(one: MachineLimits, other: MachineLimits) -> MachineLimits:
    """The best of two measurements with the same threads."""
    integers = [speed for speed in (one.int8_ops_per_s, other.int8_ops_per_s) if speed is not None]
    return replace(
        one,
        read_bytes_per_s=max(one.read_bytes_per_s, other.read_bytes_per_s),
        flops_per_s=max(one.flops_per_s, other.flops_per_s),
        int8_ops_per_s=max(integers, default=None),
    )


def _product_speed(
    kind: str,
    left: NDArray[Any],
    right: NDArray[Any],
    dtype: Any,
    threads: int,
    interrupter: Interrupter,
    tell: Callable[[int], None],
) -> float:
    """Operations a second of a product, a multiplication and an addition being two."""
    provider = cpu_because("measured")
    provider = replace(provider, choice=replace(provider.choice, threads=threads))
    result = np.empty((SIDE, SIDE), dtype)
    session = Session(_product_graph(kind, left.dtype, right.dtype, result.dtype), provider, interrupter)
    binding = session.binding()
    bind_input(binding, "left", left)
    bind_input(binding, "right", right)
    bind_output(binding, "product", result)
    return 2 * SIDE**3 / fastest_run(session, binding, PRODUCTS, tell)


def _product_graph(kind: str, left: Any, right: Any, made: Any) -> bytes:
    import onnx
    from onnx import helper

    def value(name: str, dtype: Any) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), [SIDE, SIDE])

    graph = helper.make_graph(
        [helper.make_node(kind, ["left", "right"], ["product"])],
        "product",
        [value("left", left), value("right", right)],
        [value("product", made)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return bytes(model.SerializeToString())
