"""How many bytes of weights and cache a decode step has to read: what the speed of memory allows no less for.

Knows nothing about the machine, nor how a kernel lays its weights out for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx_ir as ir

from models.bundle import BODY_GRAPH, HEAD_GRAPH, Bundle
from models.wiring import Wiring

_ROWS_OF: dict[str, tuple[int, ...]] = {
    "Gather": (0,),
    "GatherBlockQuantized": (0, 2, 3),
    "GroupQueryAttention": (7, 8),
    "RotaryEmbedding": (2, 3),
}
"""Operators that read one row of a table for one token, and which of their inputs are tables."""


@dataclass(frozen=True, slots=True)
class BytesRead:
    """Of one decode step.

    Args:
        weights: of both graphs, each weight once; of tables such as the embedding the one row that is looked up.
        cache: keys and values of the positions before.
    """

    weights: int
    cache: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.weights + self.cache


def bytes_read(bundle: Bundle, positions: int) -> BytesRead:
    """What a decode step after so many positions has to read, body and head together."""
    weights = sum(_weight_bytes(bundle.folder / name) for name in (BODY_GRAPH, HEAD_GRAPH))
    return BytesRead(weights, positions * cache_bytes_of_position(bundle.facts.wiring))


def cache_bytes_of_position(wiring: Wiring) -> int:
    """Keys and values of one position in all layers."""
    itemsize = np.dtype(wiring.cache_dtype).itemsize
    return sum(int(np.prod(tensor.shape(1))) * itemsize for tensor in wiring.caches)


def _weight_bytes(path: Path) -> int:
    """Of a graph's weights, for one token; a weight that several nodes use stays in the processor's cache or not, and
    counts once."""
    read: dict[ir.Value, int] = {}
    for node in ir.traversal.RecursiveGraphIterator(ir.load(path).graph):
        for value, size in _read_by(node):
            read[value] = max(read.get(value, 0), size)
    return sum(read.values())


def _read_by(node: ir.Node) -> Iterator[tuple[ir.Value, int]]:
    tables = _ROWS_OF.get(node.op_type, ())
    for place, value in enumerate(node.inputs):
        tensor = None if value is None else value.const_value
        if value is None or tensor is None:
            continue
        sizes = tensor.shape.numpy()
        rows = sizes[0] if place in tables and len(sizes) > 1 else 1
        yield value, tensor.nbytes // rows
