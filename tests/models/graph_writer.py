"""Writing an ONNX graph operator by operator, with seeded random weights.

Knows nothing about what the graph computes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper


class GraphWriter:
    """A graph that grows.

    Args:
        seed: of the weights.
        dtype: of the weights and of everything computed with them.
    """

    def __init__(self, seed: int, dtype: str) -> None:
        self.dtype = np.dtype(dtype)
        self.element = helper.np_dtype_to_tensor_dtype(self.dtype)
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.arrays: dict[str, NDArray[Any]] = {}
        self._made = 0
        self._random = np.random.default_rng(seed)

    def make(self, kind: str, *inputs: str, outputs: int | Sequence[str] = 1, **attributes: Any) -> Any:
        """Add an operator.

        Args:
            kind: of it.
            inputs: names of values; empty ones are left out.
            outputs: how many, or their names.
            attributes: of the node; ``domain`` is the operator's.

        Returns:
            The output's name, or the names where there are several.
        """
        names = [self.fresh(kind) for _ in range(outputs)] if isinstance(outputs, int) else list(outputs)
        node = helper.make_node(kind, inputs, names, name=f"node_{len(self.nodes)}", **attributes)
        self.nodes.append(node)
        return names[0] if len(names) == 1 else names

    def fresh(self, stem: str) -> str:
        """A name that nothing has."""
        self._made += 1
        return f"{stem}_{self._made}"

    def weight(self, name: str, *shape: int, gain: float = 1.0, mean: float = 0.0) -> str:
        """Random numbers whose products with a state of unit variance have about the variance `gain` squared."""
        scale = gain / np.sqrt(shape[0] if len(shape) > 1 else 1)
        return self.constant(name, mean + scale * self._random.standard_normal(shape), self.dtype)

    def constant(self, name: str, values: Any, dtype: Any = np.int64) -> str:
        """An initializer; the same name means the same values."""
        self.arrays[name] = np.asarray(values, dtype)
        return name

    def number(self, value: float) -> str:
        """A scalar of the graph's own type."""
        return self.constant(f"number {value}", value, self.dtype)

    def input(self, name: str, element: int, shape: Sequence[int | str]) -> str:
        """Declare an input."""
        self.inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def output(self, name: str, element: int, shape: Sequence[int | str]) -> str:
        """Declare an output."""
        self.outputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def graph(self, name: str = "tiny") -> onnx.GraphProto:
        """Everything that was added."""
        weights = [numpy_helper.from_array(array, key) for key, array in self.arrays.items()]
        return helper.make_graph(self.nodes, name, self.inputs, self.outputs, weights)


def renamed(graph: onnx.GraphProto, names: Mapping[str, str]) -> None:
    """Give inputs and outputs of a graph other names."""
    for value in (*graph.input, *graph.output):
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        for values in (node.input, node.output):
            changed = [names.get(one, one) for one in values]
            del values[:]
            values.extend(changed)
