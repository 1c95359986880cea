"""What nodes cost in one run: floating-point operations, and bytes that have to come from memory or go there.

Knows nothing about time or machines; a measured time divided by these says how well a machine was used.

How it is counted, for a node in one run:

=============================  ===============================================================================
product with a matrix          2 · rows · K · N, a multiplication and an addition each
product of two activations     2 · elements of the result · K
convolution                    2 · elements of the result · elements of one filter
attention kernel               4 · heads · head size · pairs of query and key that it sees (both products)
                               + 4 · heads · pairs (softmax) + 3 · entries turned by a rotary embedding within it
softmax                        4 · elements: subtract the largest, exponential, sum, divide
norm with a mean               7 · elements: mean, subtract, square, sum, multiply, gain, shift
norm by the root mean square   4 · elements: square, sum, multiply, gain
the same with a sum before it  1 · elements more
arithmetic, functions          1 · elements of the result; reductions 1 · elements of what is reduced
moving, shaping, looking up    0
=============================  ===============================================================================

Integer and 8-bit products count as the floating-point operations that they stand for. Weights count in the bytes they
are kept in, of a table only the rows that are looked up; a key/value cache that is appended to in place counts the
positions that are there and those that are added, one that is handed on as a new array is read and written whole.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from models.anatomy.operators import (
    ATTENTION_KERNELS,
    BY_ELEMENT,
    CONVOLUTIONS,
    LOOK_UPS,
    MOVING,
    POOLING,
    PRODUCTS,
    RANDOM,
    REDUCING,
    TABLES_OF_KERNELS,
)
from models.anatomy.shapes import ValueType, attribute, element_bits, in_order, value_types
from models.bundle import BODY_GRAPH, HEAD_GRAPH, Bundle
from models.feeds import Feeds


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of something costs.

    Args:
        flops: floating-point operations, or what stands for them.
        weight_bytes: of weights that are read.
        cache_bytes: of the key/value cache that are read and written.
        activation_bytes: of everything else that nodes take and make; most of it never leaves the processor's caches.
    """

    flops: int = 0
    weight_bytes: int = 0
    cache_bytes: int = 0
    activation_bytes: int = 0

    @property
    def memory_bytes(self) -> int:
        """What has to come from memory at each step: weights and key/value cache."""
        return self.weight_bytes + self.cache_bytes

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.flops + other.flops,
            self.weight_bytes + other.weight_bytes,
            self.cache_bytes + other.cache_bytes,
            self.activation_bytes + other.activation_bytes,
        )


@dataclass(frozen=True, slots=True)
class NodeCost:
    """The cost of one node.

    Args:
        name: of the node.
        operator: its type.
        cost: of one run.
        known: whether it could be told: the operator is known, and so are the shapes. Otherwise `cost` has nothing
            or too little.
    """

    name: str
    operator: str
    cost: Cost
    known: bool = True


@dataclass(frozen=True, slots=True)
class RunSize:
    """How much one run reads.

    Args:
        tokens: that are read.
        total: positions of the sequence with them.
        cache_inputs: names of past keys and values.
        cache_outputs: names of present ones.
        in_place: whether both are the same memory, longer than the sequence.
    """

    tokens: int = 1
    total: int = 1
    cache_inputs: frozenset[str] = frozenset()
    cache_outputs: frozenset[str] = frozenset()
    in_place: bool = False

    @property
    def causal_pairs(self) -> int:
        """Pairs of a query and a key that is not after it."""
        before = self.total - self.tokens
        return self.tokens * before + self.tokens * (self.tokens + 1) // 2


def decode_costs(bundle: Bundle, total: int) -> tuple[tuple[NodeCost, ...], tuple[NodeCost, ...]]:
    """What reading one token and making its logits costs.

    Args:
        bundle: of the model.
        total: positions of the sequence with that token.

    Returns:
        The nodes of the body and of the head.

    Raises:
        OSError: a graph cannot be read.
    """
    facts, wiring = bundle.facts, bundle.facts.wiring
    total = max(1, min(total, facts.context))
    before = facts.context if wiring.in_place else total - 1
    inputs: dict[str, NDArray[Any]] = dict(Feeds(wiring.inputs, facts.context).single(0, total - 1))
    for tensor in wiring.caches:
        inputs[tensor.past] = np.broadcast_to(np.zeros((), wiring.cache_dtype), tensor.shape(before))
    size = RunSize(
        1,
        total,
        frozenset(one.past for one in wiring.caches),
        frozenset(one.present for one in wiring.caches),
        wiring.in_place,
    )
    hidden = np.zeros((1, 1, wiring.hidden_width)[-wiring.head_rank :], wiring.hidden_dtype)
    return (
        node_costs(read_graph(bundle, BODY_GRAPH), inputs, size),
        node_costs(read_graph(bundle, HEAD_GRAPH), {wiring.head_input: hidden}, RunSize()),
    )


def read_graph(bundle: Bundle, name: str) -> onnx.ModelProto:
    """A graph of a bundle, without its weights.

    Raises:
        OSError: it cannot be read.
    """
    return onnx.load(str(bundle.folder / name), load_external_data=False)


def node_costs(
    model: onnx.ModelProto, inputs: Mapping[str, NDArray[Any]], size: RunSize | None = None
) -> tuple[NodeCost, ...]:
    """What each node of a graph costs in one run.

    Args:
        model: the graph; its weights need not be there.
        inputs: as of `value_types`.
        size: how much is read; left out, the graph is no language model and each value counts as it is.

    Returns:
        In the order of `models.anatomy.shapes.in_order`.
    """
    types = value_types(model, inputs)
    constants = constant_values(model.graph)
    counter = _Counter(types, constants, size or RunSize())
    return tuple(counter.count(node) for node in in_order(model.graph))


def total_cost(costs: Iterable[NodeCost]) -> Cost:
    """What nodes cost together."""
    return sum((one.cost for one in costs), Cost())


def constant_values(graph: onnx.GraphProto) -> frozenset[str]:
    """Names of weights and of what follows from weights alone, which the runtime computes once."""
    given = {one.name for one in graph.input}
    known = {one.name for one in graph.initializer} - given
    for node in in_order(graph):
        if all(name in known for name in node.input if name) and node.op_type not in RANDOM:
            known.update(filter(None, node.output))
    return frozenset(known)


class _Counter:
    """Counts nodes of one graph.

    Args:
        types: of its values.
        constants: names of weights and what follows from them.
        size: of the run.
    """

    def __init__(self, types: Mapping[str, ValueType], constants: Collection[str], size: RunSize) -> None:
        self._types = types
        self._constants = constants
        self._size = size

    def count(self, node: onnx.NodeProto) -> NodeCost:
        """The cost of a node."""
        if all(name in self._constants for name in node.output if name):
            return NodeCost(node.name, node.op_type, Cost())  # computed once, not in each run
        flops = self._flops(node)
        told = all(name in self._types for name in (*node.input, *node.output[:1]) if name)
        weights = sum(
            self._weight_bytes(node, place)
            for place, name in enumerate(node.input)
            if name in self._constants
        )
        cost = Cost(flops or 0, weights, self._cache_bytes(node), self._activation_bytes(node))
        return NodeCost(node.name, node.op_type, cost, told and flops is not None)

    # -------------------------------------------------------------- operations

    def _flops(self, node: onnx.NodeProto) -> int | None:
        kind = node.op_type
        made = self._type(node.output[0]) if node.output else None
        taken = self._type(node.input[0]) if node.input else None
        if kind in ATTENTION_KERNELS:
            return self._attention(node, taken, made)
        if kind in MOVING or kind in LOOK_UPS:
            return 0
        if made is None or taken is None:
            return None
        if kind in PRODUCTS:
            # Of the left operand's axes the last is summed over, transposed the one before.
            summed = taken.shape[-2 if attribute(node, "transA") else -1]
            return 2 * made.elements * summed
        if kind in CONVOLUTIONS:
            place = 3 if kind == "QLinearConv" else 1
            filters = self._type(node.input[place])
            return None if filters is None else 2 * made.elements * math.prod(filters.shape[1:])
        if kind in REDUCING:
            return taken.elements
        if kind in POOLING:
            return made.elements * math.prod(attribute(node, "kernel_shape", [1]))
        each = BY_ELEMENT.get(kind)
        return None if each is None else each * made.elements

    def _attention(self, node: onnx.NodeProto, taken: ValueType | None, made: ValueType | None) -> int | None:
        if taken is None or made is None:
            return None
        if len(taken.shape) == 4:  # [batch, heads, tokens, head size]
            heads, tokens, size = taken.shape[1:]
        else:
            heads = attribute(node, "num_heads") or attribute(node, "q_num_heads")
            tokens, size = taken.shape[1], made.shape[-1] // max(heads, 1)
        window = attribute(node, "local_window_size", -1)
        pairs = self._size.causal_pairs
        if 0 < window < self._size.total:
            first = self._size.total - tokens
            pairs = sum(min(window, first + row + 1) for row in range(tokens))
        flops = 4 * heads * size * pairs + 4 * heads * pairs
        if attribute(node, "do_rotary"):
            kept = attribute(node, "kv_num_heads") or heads
            flops += 3 * (heads + kept) * size * tokens
        if node.domain and node.op_type == "Attention":  # projects queries, keys and values itself
            weights = self._type(node.input[1])
            flops += 0 if weights is None else 2 * taken.elements * weights.shape[-1]
        return flops

    # -------------------------------------------------------------- bytes

    def _weight_bytes(self, node: onnx.NodeProto, place: int) -> int:
        kind = self._types.get(node.input[place])
        if kind is None:
            return 0
        if node.op_type in LOOK_UPS:
            return self._looked_up(node, place, kind)
        if place in TABLES_OF_KERNELS.get(node.op_type, ()) and kind.shape:
            return kind.nbytes // max(kind.shape[0], 1) * self._size.tokens
        return kind.nbytes

    def _looked_up(self, node: onnx.NodeProto, place: int, kind: ValueType) -> int:
        if node.op_type == "Slice":
            made = self._types.get(node.output[0])
            return 0 if place or made is None else min(kind.nbytes, made.nbytes)
        chosen = self._types.get(node.input[1])
        if place == 1 or chosen is None or not kind.shape:
            return 0
        # A row of the table (and one of scales beside it) for each that is asked for.
        axis = attribute(node, "axis", attribute(node, "gather_axis", 0))
        rows = max(kind.shape[axis], 1)
        return min(kind.nbytes, kind.elements // rows * chosen.elements * element_bits(kind.element) // 8)

    def _cache_bytes(self, node: onnx.NodeProto) -> int:
        size, window = self._size, attribute(node, "local_window_size", -1)
        seen = min(size.total, window) if window > 0 else size.total
        taken = sum(self._positions_bytes(name, seen) for name in node.input if name in size.cache_inputs)
        made = sum(
            self._positions_bytes(name, size.tokens) for name in node.output if name in size.cache_outputs
        )
        return taken + made

    def _positions_bytes(self, name: str, positions: int) -> int:
        kind = self._types.get(name)
        if kind is None:
            return 0
        length = kind.shape[-2] if len(kind.shape) > 1 else 0
        if not self._size.in_place or not length:
            return kind.nbytes
        return kind.nbytes // length * min(positions, length)

    def _activation_bytes(self, node: onnx.NodeProto) -> int:
        apart = (self._size.cache_inputs, self._size.cache_outputs, self._constants)
        names = [
            name for name in (*node.input, *node.output) if name and not any(name in one for one in apart)
        ]
        if node.op_type in ("Reshape", "Squeeze", "Unsqueeze", "Identity", "Flatten", "Shape", "Size"):
            return 0  # the same memory under another name
        return sum(self._types[name].nbytes for name in names if name in self._types)

    def _type(self, name: str) -> ValueType | None:
        return self._types.get(name)
