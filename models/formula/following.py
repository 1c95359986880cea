"""What happens to the sums of a product: parts that go different ways, a function, a value they are multiplied with.

Knows nothing about running a graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx

from models.anatomy.shapes import attribute
from models.formula.functions import Function, function_of
from models.formula.linear_nodes import LinearNode, LinearNodes
from models.weights.graph_weights import Weight

_PASSING_ON = frozenset({"Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some neighbouring sums of a product.

    Args:
        value: name of the value that holds them: the product's own, or a part of it.
        start: the first.
        stop: one past the last.
    """

    value: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Following:
    """What becomes of a sum.

    Args:
        function: that is applied to it; ``None`` for none.
        applied: name of the value with the results; empty where there is no function.
        times: name of the value that it, or the function of it, is multiplied with; empty for none.
        product: name of the value with those products.
    """

    function: Function | None = None
    applied: str = ""
    times: str = ""
    product: str = ""


class Ways:
    """Follows values of one graph.

    Args:
        graph: without its weights.
        nodes: of the graph.
        weights: by name.
    """

    def __init__(self, graph: onnx.GraphProto, nodes: LinearNodes, weights: Mapping[str, Weight]) -> None:
        self._nodes = graph.node
        self._linear = nodes
        self._weights = weights
        self._constants = {
            node.output[0]: node for node in graph.node if node.op_type == "Constant" and node.output
        }

    def stretches(self, node: LinearNode) -> tuple[Stretch, ...]:
        """The parts that a product's sums are split into; one where they stay together."""
        whole = Stretch(node.made, 0, node.outputs)
        users = [self._nodes[index] for index in self._linear.users.get(node.made, ())]
        if node.convolves or len(users) != 1:
            return (whole,)
        (user,) = users
        names = list(user.output)
        if user.op_type == "Split":
            if attribute(user, "axis", 0) not in (-1, 2):
                return (whole,)
            sizes = self._sizes(user, node.outputs)
        elif user.op_type == "GroupQueryAttention" and not any(user.input[1:3]):
            heads, others = attribute(user, "num_heads", 0), attribute(user, "kv_num_heads", 0)
            size = node.outputs // max(heads + 2 * others, 1)
            sizes, names = [heads * size, others * size, others * size], [node.made] * 3
        else:
            return (whole,)
        if sum(sizes) != node.outputs or len(sizes) != len(names) or min(sizes) <= 0:
            return (whole,)
        starts = np.cumsum([0, *sizes]).tolist()
        return tuple(
            Stretch(name, start, stop) for name, start, stop in zip(names, starts, starts[1:], strict=False)
        )

    def following(self, value: str) -> Following:
        """What becomes of the numbers of a value."""
        users = [self._nodes[index] for index in self._linear.users.get(value, ())]
        function, applied = self._function(value, users)
        if applied:
            users = [self._nodes[index] for index in self._linear.users.get(applied, ())]
        if len(users) == 1 and users[0].op_type == "Mul" and not self._is_constant(users[0]):
            times = next((name for name in users[0].input if name != (applied or value)), "")
            return Following(function, applied, times, users[0].output[0] if times else "")
        return Following(function, applied)

    def softcap(self, value: str) -> Following:
        """The bound that logits are kept within, if there is one: divided by it, tanh, and times it."""
        name = self._behind(value)
        bounds = []
        for operator in ("Div", "Tanh", "Mul"):
            users = [self._nodes[index] for index in self._linear.users.get(name, ())]
            if len(users) != 1 or users[0].op_type != operator:
                return Following()
            if operator != "Tanh":
                bounds += [self._number(one) for one in users[0].input if one != name]
            name = users[0].output[0]
        if len(bounds) != 2 or bounds[0] != bounds[1] or bounds[0] is None:
            return Following()
        return Following(Function("soft cap", bounds[0]), name)

    def _behind(self, value: str) -> str:
        """A value past what only brings it into another shape or type."""
        while True:
            users = [self._nodes[index] for index in self._linear.users.get(value, ())]
            if len(users) != 1 or users[0].op_type not in _PASSING_ON:
                return value
            value = users[0].output[0]

    def _function(self, value: str, users: list[onnx.NodeProto]) -> tuple[Function | None, str]:
        if len(users) == 1 and (found := function_of(users[0])) is not None:
            return found, users[0].output[0]
        # As two operators: x · sigmoid(x).
        gates = [one for one in users if one.op_type == "Sigmoid"]
        products = [one for one in users if one.op_type == "Mul"]
        if len(users) == 2 and len(gates) == len(products) == 1 and gates[0].output[0] in products[0].input:
            return Function("SiLU"), products[0].output[0]
        return None, ""

    def _is_constant(self, node: onnx.NodeProto) -> bool:
        return any(name in self._weights or name in self._constants for name in node.input)

    def _sizes(self, node: onnx.NodeProto, total: int) -> list[int]:
        """The sizes of the parts that a Split makes; none where they are not known."""
        parts = len(node.output)
        given = node.input[1] if len(node.input) > 1 else ""
        if given in self._weights:
            stored = self._weights[given].stored
            return [int(one) for one in stored.values(0, stored.count)]
        kept = attribute(node, "split", None)
        if kept is not None:
            return [int(one) for one in kept]
        return [] if given or total % parts else [total // parts] * parts

    def _number(self, name: str) -> float | None:
        if name in self._weights and self._weights[name].stored.count == 1:
            return float(self._weights[name].stored.numbers(0, 1)[0])
        if name in self._constants:
            for one in self._constants[name].attribute:
                if one.name == "value":
                    values = onnx.numpy_helper.to_array(one.t).reshape(-1)
                    return float(values[0]) if values.size == 1 else None
        return None
