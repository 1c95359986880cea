"""ONNX models of a few kilobytes, made with the onnx package; tests then damage them.

Knows nothing about transformers: the graphs add and multiply.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

WIDTH = 1500
"""Numbers of a large weight, 6,000 bytes of float32: enough to be left in the file."""


def numbers(seed: int, *shape: int, dtype: Any = np.float32) -> NDArray[Any]:
    """Random numbers."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def model(
    nodes: Sequence[onnx.NodeProto],
    weights: Sequence[onnx.TensorProto] = (),
    *,
    outputs: Sequence[str] = ("y",),
    opset: int = 21,
    ir_version: int = 10,
    domains: Sequence[str] = (),
    functions: Sequence[onnx.FunctionProto] = (),
) -> onnx.ModelProto:
    """A model with the input “x” (float32 [WIDTH]) and outputs of the same shape."""
    shape = [WIDTH]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name in outputs],
        weights,
    )
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(
        graph, opset_imports=imports, ir_version=ir_version, producer_name="tests", functions=functions
    )


def node(
    kind: str, inputs: Sequence[str], outputs: Sequence[str] = ("y",), **attributes: Any
) -> onnx.NodeProto:
    """An operator."""
    return helper.make_node(kind, inputs, outputs, **attributes)


def weight(name: str, seed: int = 0) -> onnx.TensorProto:
    """A large weight."""
    return numpy_helper.from_array(numbers(seed, WIDTH), name)


def external(
    name: str, location: str, offset: int | None = 0, length: int | None = 4 * WIDTH
) -> onnx.TensorProto:
    """A large weight in another file."""
    tensor = onnx.TensorProto(name=name, data_type=onnx.TensorProto.FLOAT, dims=[WIDTH])
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", offset), ("length", length)):
        if value is not None:
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
    return tensor


def many_places() -> onnx.ModelProto:
    """A model with weights wherever a graph can have them: in it, in branches, in constants; raw and typed."""
    typed = onnx.TensorProto(name="typed", data_type=onnx.TensorProto.FLOAT, dims=[WIDTH])
    typed.float_data.extend(numbers(1, WIDTH).tolist())
    whole = onnx.TensorProto(name="whole", data_type=onnx.TensorProto.INT64, dims=[WIDTH])
    whole.int64_data.extend(range(WIDTH))
    result = [helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, [WIDTH])]
    branch = helper.make_graph(
        [node("Add", ["a", "inner"], ["z"])], "branch", [], result, [weight("inner", 2)]
    )
    constant = node("Constant", [], ["fixed"], value=weight("", 3))
    other = helper.make_graph([constant, node("Mul", ["a", "fixed"], ["z"])], "other", [], result)
    nodes = [
        node("Add", ["x", "raw"], ["s"]),
        node("Mul", ["s", "typed"], ["t"]),
        node("Gather", ["t", "whole"], ["a"]),
        node("ReduceSum", ["x"], ["sum"], keepdims=0),
        node("Greater", ["sum", "zero"], ["positive"]),
        node("If", ["positive"], then_branch=branch, else_branch=other),
    ]
    zero = numpy_helper.from_array(np.zeros((), np.float32), "zero")
    return model(nodes, [weight("raw"), typed, whole, zero])


def saved(path: Path, made: onnx.ModelProto) -> Path:
    """Write a model to a file."""
    path.write_bytes(made.SerializeToString())
    return path
