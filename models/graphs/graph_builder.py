"""Putting an ONNX graph together: inputs, nodes, weights that lie in another file, outputs.

Knows nothing about what a graph computes. It writes the format's own messages, since importing a library of graphs
would take longer than importing a small model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from models.graphs.weight_file import StoredArray

MICROSOFT = "com.microsoft"
OPSETS = {"": 21, MICROSOFT: 1}
IR_VERSION = 10

Shape: TypeAlias = Sequence[int | str]
Attribute: TypeAlias = int | float | str


class GraphBuilder:
    """A graph that grows; values are known by their names.

    Args:
        name: of the graph.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._described: list[onnx.ValueInfoProto] = []
        self._initializers: dict[str, onnx.TensorProto] = {}

    def input(self, name: str, dtype: str, shape: Shape) -> str:
        """Add an input; `dtype` is numpy's name."""
        self._inputs.append(helper.make_tensor_value_info(name, element_type(dtype), shape))
        return name

    def output(self, name: str, dtype: str, shape: Shape, *, first: bool = False) -> None:
        """Make a value an output, the last one so far or the first."""
        place = 0 if first else len(self._outputs)
        self._outputs.insert(place, helper.make_tensor_value_info(name, element_type(dtype), shape))

    def describe(self, name: str, dtype: str, shape: Shape) -> None:
        """Say what a value is that is no output, for whoever takes the graph apart."""
        self._described.append(helper.make_tensor_value_info(name, element_type(dtype), shape))

    def weights(self, stored: StoredArray) -> str:
        """Refer to an array in a weight file."""
        if stored.name not in self._initializers:
            tensor = onnx.TensorProto(
                name=stored.name,
                data_type=helper.np_dtype_to_tensor_dtype(stored.dtype),
                dims=stored.shape,
                data_location=onnx.TensorProto.EXTERNAL,
            )
            for key, value in (
                ("location", stored.file),
                ("offset", str(stored.offset)),
                ("length", str(stored.size)),
            ):
                tensor.external_data.add(key=key, value=value)
            self._initializers[stored.name] = tensor
        return stored.name

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """A few numbers that are kept in the graph itself; the same name is the same constant."""
        if name not in self._initializers:
            self._initializers[name] = onnx.numpy_helper.from_array(array, name)
        return name

    def nodes(
        self,
        kind: str,
        inputs: Sequence[str | None],
        outputs: Sequence[str],
        *,
        name: str,
        domain: str = "",
        attributes: Mapping[str, Attribute] | None = None,
    ) -> None:
        """Add a node with several outputs.

        Args:
            kind: its operator.
            inputs: names of values; ``None`` for one that is left out.
            outputs: names of the values that it makes; an empty one for what nobody wants.
            name: of the node.
            domain: of the operator.
            attributes: of the node.
        """
        given = [value or "" for value in inputs]
        node = helper.make_node(kind, given, list(outputs), name=name, domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in (attributes or {}).items())
        self._nodes.append(node)

    def node(
        self,
        kind: str,
        inputs: Sequence[str | None],
        *,
        name: str,
        output: str | None = None,
        domain: str = "",
        attributes: Mapping[str, Attribute] | None = None,
    ) -> str:
        """Add a node with one output, which is called like the node unless `output` says otherwise."""
        made = output or name
        self.nodes(kind, inputs, [made], name=name, domain=domain, attributes=attributes)
        return made

    def cast(self, value: str, dtype: str, *, name: str, output: str | None = None) -> str:
        """Add a node that makes another type of a value."""
        return self.node("Cast", [value], name=name, output=output, attributes={"to": element_type(dtype)})

    def save(self, path: Path) -> None:
        """Write the graph.

        Raises:
            OSError: it cannot be written.
        """
        graph = helper.make_graph(
            self._nodes,
            self._name,
            self._inputs,
            self._outputs,
            list(self._initializers.values()),
            value_info=self._described,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid(domain, version) for domain, version in OPSETS.items()],
            ir_version=IR_VERSION,
            producer_name="vitrine",
        )
        path.write_bytes(model.SerializeToString())


def element_type(dtype: str) -> int:
    """ONNX's number of a type that numpy knows by name."""
    return helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
