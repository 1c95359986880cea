"""Ways through a graph: to constants, to what a value is made of, to where all paths meet.

Knows nothing about attention.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

_LARGEST_CONSTANT = 1 << 16
"""Entries of a constant that is computed with here: tables are not."""


def constant(value: ir.Value | None) -> NDArray[Any] | None:
    """The numbers of a small constant: an initializer, or the output of a Constant node.

    Returns:
        ``None`` where it depends on something, or is large.
    """
    tensor = tensor_of(value)
    return None if tensor is None or tensor.size > _LARGEST_CONSTANT else tensor.numpy()


def is_constant(value: ir.Value | None) -> bool:
    """Whether a value is an initializer or the output of a Constant node."""
    return tensor_of(value) is not None


def constant_shape(value: ir.Value | None) -> tuple[int, ...] | None:
    """The shape of a constant of any size, without reading it; ``None`` where it depends on something."""
    tensor = tensor_of(value)
    return None if tensor is None else tuple(int(size) for size in tensor.shape)


def constant_shapes(value: ir.Value | None) -> list[tuple[int, ...]]:
    """The shapes of a constant, or of those that an If chooses from; none where it depends on something else."""
    shape = constant_shape(value)
    if shape is not None:
        return [shape]
    node = None if value is None else value.producer()
    if value is None or node is None or node.op_type != "If":
        return []
    branches = [one.value for one in node.attributes.values() if isinstance(one.value, ir.Graph)]
    shapes = [constant_shape(graph.outputs[value.index() or 0]) for graph in branches]
    return [one for one in shapes if one is not None] if None not in shapes else []


def scalar(value: ir.Value | None) -> float | None:
    """A constant with one entry, following conversions of its type."""
    while (
        value is not None and (node := value.producer()) is not None and node.op_type in ("Cast", "Identity")
    ):
        value = node.inputs[0]
    array = constant(value)
    return float(array.reshape(-1)[0]) if array is not None and array.size == 1 else None


def upwards(start: Iterable[ir.Value | None], operators: Collection[str] | None = None) -> Iterator[ir.Value]:
    """Values that others are made of, nearest first.

    Args:
        start: where to begin; these are yielded first.
        operators: to go through; ``None`` goes through all.
    """
    waiting = deque(value for value in start if value is not None)
    seen: set[int] = set()
    while waiting:
        value = waiting.popleft()
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield value
        node = value.producer()
        if node is not None and (operators is None or node.op_type in operators):
            waiting.extend(one for one in node.inputs if one is not None)


def downwards(start: ir.Value, operators: Collection[str]) -> Iterator[tuple[ir.Node, int]]:
    """Nodes that use a value or what operators of some kinds make of it, with the input that it is."""
    waiting, seen = deque([start]), set[int]()
    while waiting:
        value = waiting.popleft()
        if id(value) in seen:
            continue
        seen.add(id(value))
        for usage in value.uses():
            yield usage.node, usage.idx
            if usage.node.op_type in operators:
                waiting.extend(usage.node.outputs)


def depends_without(end: ir.Value, avoided: ir.Value, inputs: Collection[int]) -> bool:
    """Whether a value depends on one of a graph's inputs by a path that avoids another value.

    Args:
        end: the value.
        avoided: the other.
        inputs: ``id`` of the graph's inputs.
    """
    waiting, seen = [end], {id(avoided)}
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if id(value) in inputs:
            return True
        node = value.producer()
        if node is not None:
            waiting.extend(one for one in node.inputs if one is not None)
            for attribute in node.attributes.values():
                if isinstance(attribute.value, ir.Graph):
                    waiting.extend(_captured(attribute.value))
    return False


def _captured(graph: ir.Graph) -> Iterator[ir.Value]:
    """Values of outer graphs that a subgraph uses."""
    own = {id(value) for node in graph.all_nodes() for value in node.outputs} | {
        id(one) for one in graph.inputs
    }
    for node in graph.all_nodes():
        for value in node.inputs:
            if value is not None and id(value) not in own:
                yield value


def tensor_of(value: ir.Value | None) -> Any:
    """The tensor of an initializer or of a Constant node, not read yet; ``None`` where it depends on something."""
    if value is None:
        return None
    if value.const_value is not None:
        return value.const_value
    node = value.producer()
    if node is None or node.op_type != "Constant":
        return None
    attribute = next(iter(node.attributes.values()), None)
    if attribute is None:
        return None
    if isinstance(attribute.value, ir.TensorProtocol):
        return attribute.value
    try:
        return ir.tensor(np.asarray(attribute.value))
    except (TypeError, ValueError):
        return None
